package dev.dhow.agent.cli;

import dev.dhow.api.http.Paths;
import java.io.IOException;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `dhow wait`
@Command(
        name = "wait",
        mixinStandardHelpOptions = true,
        description = "Waits until a service is available and nothing of it is under way.",
        footer = {
            "",
            "Example:",
            "  dhow wait shop --timeout 2m",
            "",
            "Exits with 3 when it stays not Available or Degraded, 5 when its newest rollout was rolled back, 6 when"
                    + " the time is over, or nobody can tell because Docker is away."
        })
final class WaitCommand extends ClientCommand {
    @Parameters(index = "0", paramLabel = "SERVICE", description = "Which one.")
    private String service = "";

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "10m",
            converter = WaitOptions.DurationText.class,
            description = "How long to wait, such as 90s; 10m without it.")
    private Duration timeout = Duration.ofMinutes(10);

    WaitCommand(Commands commands) {
        super(commands);
    }

    @Override
    int ask(AgentClient client) throws Refusal, InterruptedException, IOException {
        // No agent and no such service are told at once; only later they may be passing.
        client.get(Paths.service(service));
        return new Waiter(this, client).until(new RestGoal(), service, timeout);
    }
}
