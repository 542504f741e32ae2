package dev.dhow.agent.cli;

import dev.dhow.agent.json.Json;
import dev.dhow.api.http.Paths;
import dev.dhow.api.http.PlanBody;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `dhow plan`
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description = "Shows what the running agent would do next, and why.",
        footer = {"", "Examples:", "  dhow plan", "  dhow plan shop -o json", "", "Exits with 2 when there are changes."})
final class PlanCommand implements Callable<Integer> {
    /// The agent asks the engine anew, which may be slow.
    private static final Duration PATIENCE = Duration.ofSeconds(70);

    @Parameters(index = "0", arity = "0..1", paramLabel = "SERVICE", description = "Only this one.")
    private @Nullable String service;

    @Mixin
    private Output output = new Output();

    private final Session session;
    private final Commands commands;

    PlanCommand(Session session, Commands commands) {
        this.session = session;
        this.commands = commands;
    }

    @Override
    public Integer call() throws Refusal, InterruptedException {
        AgentClient client = commands.client();
        String query = service == null ? "" : "?service=" + StatusCommand.encoded(service);
        String json = client.get(Paths.PLAN + query, PATIENCE);
        try {
            PlanBody plan = Json.read(json, PlanBody.class);
            session.data(output.text(json, Text.clean(plan.text())));
            return plan.steps().isEmpty() ? Exit.GOOD : Exit.CHANGES;
        } catch (IOException e) {
            throw client.garbled(e);
        }
    }
}
