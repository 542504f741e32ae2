package dev.dhow.agent.cli;

import dev.dhow.agent.cli.Exchange.Request;
import dev.dhow.agent.json.Json;
import dev.dhow.api.http.MaintenanceBody;
import dev.dhow.api.http.Paths;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `dhow maintenance`
@Command(
        name = "maintenance",
        mixinStandardHelpOptions = true,
        description =
                "Answers the requests of a service with 503 and a page, until it is switched off. Health checks of"
                        + " load balancers are answered as before.",
        footer = {
            "",
            "Examples:",
            "  dhow maintenance on shop --message \"Back at 10:00\"",
            "  dhow maintenance off shop"
        })
final class MaintenanceCommand extends ClientCommand {
    /// What is asked.
    enum Switch {
        on,
        off
    }

    @Parameters(index = "0", paramLabel = "on|off", description = "Whether it begins or ends.")
    private Switch wanted = Switch.on;

    @Parameters(index = "1", paramLabel = "SERVICE", description = "Which one.")
    private String service = "";

    @Option(names = "--message", paramLabel = "TEXT", description = "Shown on the page.")
    private @Nullable String message;

    MaintenanceCommand(Commands commands) {
        super(commands);
    }

    @Override
    int ask(AgentClient client) throws Refusal, InterruptedException, IOException {
        boolean on = wanted == Switch.on;
        if (!on && message != null) {
            throw new Refusal(Exit.ERROR, "--message goes with on; leave it out");
        }
        byte[] body = Json.write(new MaintenanceBody(on, message)).getBytes(StandardCharsets.UTF_8);
        String json = client.send(new Request("POST", Paths.service(service, "maintenance"), body), AgentClient.SLOW);
        data(json, RequestCommand.line(json));
        return Exit.GOOD;
    }
}
