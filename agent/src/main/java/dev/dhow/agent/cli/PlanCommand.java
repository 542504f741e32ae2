package dev.dhow.agent.cli;

import dev.dhow.agent.cli.Exchange.Request;
import dev.dhow.api.http.Paths;
import dev.dhow.api.http.PlanBody;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `dhow plan`
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description = "Shows what the running agent would do next, and why; with -f, what a file would make it do.",
        footer = {
            "",
            "Examples:",
            "  dhow plan",
            "  dhow plan shop -o json",
            "  dhow plan -f shop.yaml",
            "",
            "Exits with 2 when there are changes. What waits is told on standard error."
        })
final class PlanCommand extends ClientCommand {
    @Parameters(index = "0", arity = "0..1", paramLabel = "SERVICE", description = "Only this one.")
    private @Nullable String service;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "A service file that is not in place yet; -: standard input.")
    private @Nullable String file;

    @Spec
    private @Nullable CommandSpec spec;

    PlanCommand(Commands commands) {
        super(commands);
    }

    @Override
    int ask(AgentClient client) throws Refusal, InterruptedException, IOException {
        String json = file == null
                ? planOfTheAgent(client)
                : planOf(FileInput.read(file, session().in()), client);
        PlanBody plan = read(json, PlanBody.class);
        plan.waits().forEach(wait -> session().note("# " + Text.clean(wait.line())));
        data(json, Text.clean(plan.text()));
        return plan.steps().isEmpty() ? Exit.GOOD : Exit.CHANGES;
    }

    private String planOfTheAgent(AgentClient client) throws Refusal, InterruptedException {
        String query = service == null ? "" : "?service=" + Paths.encoded(service);
        return client.send(Request.get(Paths.PLAN + query), AgentClient.SLOW);
    }

    private String planOf(FileInput input, AgentClient client) throws Refusal, InterruptedException {
        if (service != null && spec != null) {
            throw new ParameterException(spec.commandLine(), "a file says its service itself; leave out " + service);
        }
        try {
            return client.send(new Request("POST", Paths.PLAN, input.content()), AgentClient.SLOW);
        } catch (InvalidFile e) {
            throw e.named(input.shown());
        }
    }
}
