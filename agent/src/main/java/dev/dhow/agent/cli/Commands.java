package dev.dhow.agent.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// `dhow` itself: what all commands share.
@Command(
        name = "dhow",
        mixinStandardHelpOptions = true,
        description = "Keeps the containers of this host as the files in a directory say.",
        footer = {
            "",
            "Examples:",
            "  dhow agent                        run the agent",
            "  dhow validate services.d          check files, without an agent",
            "  dhow plan                         show what the agent would do next",
            "  dhow status shop                  show a service",
            "  dhow apply -f shop.yaml --wait    deploy a file, and see it through",
            "  dhow rollback shop                go back to what was before",
            "",
            "Exit codes: 0 good, 1 error or invalid, 2 plan has changes, 3 not Available or Degraded, 4 unknown"
                    + " service, 5 rolled back, 6 timed out."
        })
final class Commands implements Callable<Integer> {
    @Option(
            names = "--host",
            scope = ScopeType.INHERIT,
            paramLabel = "ADDRESS",
            description = "Where the agent answers: unix:///PATH or http://HOST:PORT; else DHOW_HOST, else "
                    + Address.DEFAULT + ".")
    private @Nullable String host;

    @Spec
    private @Nullable CommandSpec spec;

    private final Session session;
    private final Pace pace;

    Commands(Session session, Pace pace) {
        this.session = session;
        this.pace = pace;
    }

    Session session() {
        return session;
    }

    Pace pace() {
        return pace;
    }

    /// The agent that was named.
    AgentClient client() throws Refusal {
        return new AgentClient(Address.find(host, session.env()));
    }

    @Override
    public Integer call() {
        if (spec != null) {
            spec.commandLine().usage(session.err());
        }
        return Exit.ERROR;
    }
}
