package dev.dhow.agent.cli;

import dev.dhow.agent.cli.Exchange.Request;
import dev.dhow.api.http.Paths;
import dev.dhow.api.http.RemovalBody;
import java.io.IOException;
import picocli.CommandLine.Command;

/// `dhow confirm-removal`
@Command(
        name = "confirm-removal",
        mixinStandardHelpOptions = true,
        description = "Lets the services go whose files are missing and whose removal the agent holds back, because so"
                + " many are missing at once or the directory is another one. dhow status lists them.",
        footer = {"", "Example:", "  dhow confirm-removal"})
final class ConfirmRemovalCommand extends ClientCommand {
    ConfirmRemovalCommand(Commands commands) {
        super(commands);
    }

    @Override
    int ask(AgentClient client) throws Refusal, InterruptedException, IOException {
        String json = client.send(Request.post(Paths.CONFIRM_REMOVAL), AgentClient.QUICK);
        data(json, Text.clean(read(json, RemovalBody.class).message()));
        return Exit.GOOD;
    }
}
