package dev.dhow.agent;

import dev.dhow.agent.cli.Cli;
import dev.dhow.agent.cli.Tools;

/// The program's entry: maps an exit code.
public final class Main {
    private Main() {}

    /// Runs one command.
    public static void main(String[] args) {
        boolean terminal = System.console() != null && System.console().isTerminal();
        Tools tools = new Tools(
                new Daemon(System.err)::run,
                ServiceFiles::check,
                ServiceFiles::render,
                ServiceFiles::edit,
                new Logins(),
                Version.text());
        System.exit(new Cli(tools).run(args, System.in, System.out, System.err, System.getenv(), terminal));
    }
}
