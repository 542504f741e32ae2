package dev.dhow.agent.cli;

import dev.dhow.agent.cli.Exchange.Request;
import dev.dhow.api.http.AppliedBody;
import dev.dhow.api.http.Paths;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `dhow remove`
@Command(
        name = "remove",
        mixinStandardHelpOptions = true,
        description = "Removes a service's file, and with it its containers. Volumes and networks stay.",
        footer = {"", "Example:", "  dhow remove shop"})
final class RemoveCommand extends ClientCommand {
    @Parameters(index = "0", paramLabel = "SERVICE", description = "Which one.")
    private String service = "";

    RemoveCommand(Commands commands) {
        super(commands);
    }

    @Override
    int ask(AgentClient client) throws Refusal, InterruptedException, IOException {
        String json = client.send(new Request("DELETE", Paths.service(service), null), AgentClient.SLOW);
        AppliedBody removed = read(json, AppliedBody.class);
        data(json, Text.clean("%s: %s".formatted(removed.service(), removed.message())));
        return Exit.GOOD;
    }
}
