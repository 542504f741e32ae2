package dev.dhow.agent.cli;

import dev.dhow.agent.cli.Exchange.Request;
import dev.dhow.api.http.MessageBody;
import dev.dhow.api.http.Paths;
import java.io.IOException;
import picocli.CommandLine.Command;

/// The commands about the host as a whole.
final class HostVerbs {
    private HostVerbs() {}

    private abstract static class Verb extends ClientCommand {
        private final String path;

        Verb(Commands commands, String path) {
            super(commands);
            this.path = path;
        }

        @Override
        int ask(AgentClient client) throws Refusal, InterruptedException, IOException {
            String json = client.send(Request.post(path), AgentClient.QUICK);
            data(json, Text.clean(read(json, MessageBody.class).message()));
            return Exit.GOOD;
        }
    }

    /// `dhow drain`
    @Command(
            name = "drain",
            mixinStandardHelpOptions = true,
            description = "Takes this host out of its load balancers: health fails at once, and after"
                    + " drain.health_grace (35s) connections end, each with its next answer. No container is touched,"
                    + " and a restart of the agent changes nothing.",
            footer = {"", "Example:", "  dhow drain && sleep 40 && reboot"})
    static final class Drain extends Verb {
        Drain(Commands commands) {
            super(commands, Paths.DRAIN);
        }
    }

    /// `dhow undrain`
    @Command(
            name = "undrain",
            mixinStandardHelpOptions = true,
            description = "Ends a drain: this host takes requests again.",
            footer = {"", "Example:", "  dhow undrain"})
    static final class Undrain extends Verb {
        Undrain(Commands commands) {
            super(commands, Paths.UNDRAIN);
        }
    }
}
