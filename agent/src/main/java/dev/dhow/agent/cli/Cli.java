package dev.dhow.agent.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// The program as its user calls it. Never ends the JVM: that is the caller's.
public final class Cli {
    private final Tools tools;
    private final Pace pace;

    /// @param tools what the commands need from elsewhere
    public Cli(Tools tools) {
        this(tools, Pace.system());
    }

    /// @param pace how time passes while a command waits
    Cli(Tools tools, Pace pace) {
        this.tools = tools;
        this.pace = pace;
    }

    /// Runs one command that reads nothing from its input.
    ///
    /// @param out data
    /// @param err messages
    /// @param terminal whether a person looks at `out`
    /// @return the exit code
    public int run(String[] args, PrintStream out, PrintStream err, Map<String, String> env, boolean terminal) {
        return run(args, InputStream.nullInputStream(), out, err, env, terminal);
    }

    /// Runs one command.
    ///
    /// @param in what is piped in
    /// @param out data
    /// @param err messages
    /// @param terminal whether a person looks at `out`
    /// @return the exit code
    public int run(
            String[] args,
            InputStream in,
            PrintStream out,
            PrintStream err,
            Map<String, String> env,
            boolean terminal) {
        Session session = Session.of(in, out, err, env, terminal);
        Commands root = new Commands(session, pace);
        CommandLine line = new CommandLine(root)
                .addSubcommand(new AgentCommand(tools.agent()))
                .addSubcommand(new ValidateCommand(session, tools.checker()))
                .addSubcommand(new PlanCommand(root))
                .addSubcommand(new ApplyCommand(root, tools.editor()))
                .addSubcommand(new RemoveCommand(root))
                .addSubcommand(new StatusCommand(root))
                .addSubcommand(new WaitCommand(root))
                .addSubcommand(new HistoryCommand(root))
                .addSubcommand(new RollbackCommand(root))
                .addSubcommand(new Verbs.Retry(root))
                .addSubcommand(new Verbs.Update(root))
                .addSubcommand(new Verbs.Restart(root))
                .addSubcommand(new Verbs.Hold(root))
                .addSubcommand(new Verbs.Unhold(root))
                .addSubcommand(new MaintenanceCommand(root))
                .addSubcommand(new Verbs.Pause(root))
                .addSubcommand(new Verbs.Resume(root))
                .addSubcommand(new ConfirmRemovalCommand(root))
                .addSubcommand(new HostVerbs.Drain(root))
                .addSubcommand(new HostVerbs.Undrain(root))
                .addSubcommand(new ProbesCommand(root))
                .addSubcommand(new CertsCommand(root))
                .addSubcommand(new RenderCommand(session, tools.renderer()))
                .addSubcommand(new RegistryCommand(session, tools.logins()))
                .addSubcommand(new VersionCommand(session, tools.version()));
        if (tools.secrets() != null) {
            line.addSubcommand(new SecretCommand(session, tools.secrets()));
        }
        line.getCommandSpec().version("dhow " + tools.version());
        return line.setOut(session.out())
                .setErr(session.err())
                .setColorScheme(Help.defaultColorScheme(session.colour() ? Help.Ansi.ON : Help.Ansi.OFF))
                .setParameterExceptionHandler((e, _) -> wrongArguments(e, session))
                .setExecutionExceptionHandler((e, _, _) -> failed(e, session))
                .execute(args);
    }

    private static int wrongArguments(ParameterException e, Session session) {
        session.error(String.valueOf(e.getMessage()));
        if (!UnmatchedArgumentException.printSuggestions(e, session.err())) {
            session.note("see " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
        }
        session.err().flush();
        return Exit.ERROR;
    }

    private static int failed(Exception e, Session session) {
        if (e instanceof InvalidFile invalid) {
            invalid.problems().forEach(problem -> session.note(Text.clean(problem.render())));
            return invalid.code();
        }
        if (e instanceof Refusal refusal) {
            session.error(String.valueOf(refusal.getMessage()));
            return refusal.code();
        }
        String message = e.getMessage();
        session.error(message == null || e instanceof RuntimeException ? e.toString() : message);
        return Exit.ERROR;
    }
}
