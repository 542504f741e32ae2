package dev.dhow.agent;

import dev.dhow.agent.cli.Cli;
import dev.dhow.agent.cli.Tools;

/// The program's entry.
public final class Main {
    private Main() {}

    /// Runs one command.
    public static void main(String[] args) {
        boolean terminal = System.console() != null && System.console().isTerminal();
        System.exit(new Cli(tools()).run(args, System.out, System.err, System.getenv(), terminal));
    }

    private static Tools tools() {
        return new Tools(
                _ -> {
                    throw new UnsupportedOperationException("the agent is not wired");
                },
                _ -> {
                    throw new UnsupportedOperationException("the checker is not wired");
                },
                _ -> {
                    throw new UnsupportedOperationException("the renderer is not wired");
                },
                Version.text());
    }
}
