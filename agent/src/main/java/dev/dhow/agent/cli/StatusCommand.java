package dev.dhow.agent.cli;

import dev.dhow.api.http.Paths;
import dev.dhow.api.http.ServicesBody;
import dev.dhow.api.status.Condition;
import dev.dhow.api.status.Condition.Type;
import dev.dhow.api.status.HostStatus;
import dev.dhow.api.status.ServiceStatus;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `dhow status`
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Shows services, and of those in trouble the last check and the last words.",
        footer = {
            "",
            "Examples:",
            "  dhow status",
            "  dhow status shop -o json",
            "",
            "Exits with 3 when a service is not Available or is Degraded."
        })
final class StatusCommand extends ClientCommand {
    @Parameters(index = "0", arity = "0..1", paramLabel = "SERVICE", description = "Only this one.")
    private @Nullable String service;

    StatusCommand(Commands commands) {
        super(commands);
    }

    @Override
    int ask(AgentClient client) throws Refusal, InterruptedException, IOException {
        String json = client.get(service == null ? Paths.SERVICES : Paths.service(service));
        List<ServiceStatus> services =
                service == null ? read(json, ServicesBody.class).services() : List.of(read(json, ServiceStatus.class));
        String table = new StatusText(session().colour(), pace().wall()).render(services);
        data(json, service == null && output().isTable() ? table + host(client) : table);
        boolean good = services.stream().allMatch(s -> s.is(Type.Available) && !s.is(Type.Degraded));
        return good ? Exit.GOOD : Exit.NOT_AVAILABLE;
    }

    /// What people should know of the host itself; an agent of another version may know nothing of it.
    private static String host(AgentClient client) throws Refusal, InterruptedException {
        HostStatus host;
        try {
            String json = client.find(Paths.HOST).orElse(null);
            if (json == null) {
                return "";
            }
            host = read(json, HostStatus.class);
        } catch (IOException _) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        host.conditions().stream()
                .filter(StatusCommand::needsALook)
                .forEach(c -> text.append(Text.indent(
                        "%s is %s, %s: %s".formatted(c.type(), c.status(), c.reason(), c.message()), "  ")));
        return text.isEmpty() ? "" : "\nhost %s:\n%s".formatted(host.host(), text);
    }

    private static boolean needsALook(HostStatus.Condition condition) {
        return switch (condition.type()) {
            case Draining -> condition.status() != Condition.Status.False;
            case Listening -> condition.status() != Condition.Status.True;
        };
    }
}
