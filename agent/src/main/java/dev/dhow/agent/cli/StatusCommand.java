package dev.dhow.agent.cli;

import dev.dhow.agent.json.Json;
import dev.dhow.api.http.Paths;
import dev.dhow.api.http.ServicesBody;
import dev.dhow.api.status.Condition.Type;
import dev.dhow.api.status.ServiceStatus;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `dhow status`
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Shows services, and of those in trouble the last check and the last words.",
        footer = {"", "Examples:", "  dhow status", "  dhow status shop -o json", "", "Exits with 3 when a service is not Available or is Degraded."})
final class StatusCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Parameters(index = "0", arity = "0..1", paramLabel = "SERVICE", description = "Only this one.")
    private @Nullable String service;

    @Mixin
    private Output output = new Output();

    private final Session session;
    private final Commands commands;

    StatusCommand(Session session, Commands commands) {
        this.session = session;
        this.commands = commands;
    }

    @Override
    public Integer call() throws Refusal, InterruptedException {
        AgentClient client = commands.client();
        String json = client.get(service == null ? Paths.SERVICES : Paths.service(encoded(service)), PATIENCE);
        try {
            List<ServiceStatus> services = service == null
                    ? Json.read(json, ServicesBody.class).services()
                    : List.of(Json.read(json, ServiceStatus.class));
            session.data(output.text(json, new StatusText(session.colour()).render(services)));
            boolean good = services.stream().allMatch(s -> s.is(Type.Available) && !s.is(Type.Degraded));
            return good ? Exit.GOOD : Exit.NOT_AVAILABLE;
        } catch (IOException e) {
            throw client.garbled(e);
        }
    }

    static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
