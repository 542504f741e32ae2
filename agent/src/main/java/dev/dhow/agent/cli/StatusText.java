package dev.dhow.agent.cli;

import dev.dhow.api.status.Condition;
import dev.dhow.api.status.Condition.Status;
import dev.dhow.api.status.Condition.Type;
import dev.dhow.api.status.Phase;
import dev.dhow.api.status.ReplicaStatus;
import dev.dhow.api.status.RoleStatus;
import dev.dhow.api.status.RolloutStatus;
import dev.dhow.api.status.ServiceStatus;
import dev.dhow.api.status.TrafficStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Services for people: a table, and below it whatever needs a look, with the last check and the last words verbatim.
final class StatusText {
    private final boolean colour;
    private final Instant now;

    StatusText(boolean colour, Instant now) {
        this.colour = colour;
        this.now = now;
    }

    String render(List<ServiceStatus> services) {
        if (services.isEmpty()) {
            return "no services\n";
        }
        StringBuilder text = new StringBuilder();
        List<Phase> phases = new ArrayList<>();
        List<String> lines = Text.columns(rows(services, phases));
        for (int i = 0; i < lines.size(); i++) {
            text.append(i == 0 ? lines.get(i) : painted(lines.get(i), phases.get(i - 1)))
                    .append('\n');
        }
        services.forEach(service -> problems(service, text));
        return text.toString();
    }

    private List<List<String>> rows(List<ServiceStatus> services, List<Phase> phases) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("SERVICE", "PHASE", "REVISION", "ROLE", "READY", "AGE", "IMAGE"));
        for (ServiceStatus s : services) {
            if (s.roles().isEmpty()) {
                List<String> first = List.of(s.service(), s.phase().name(), revision(s));
                rows.add(row(first, "-", "-", "-", "-"));
                phases.add(s.phase());
            }
            for (RoleStatus role : s.roles()) {
                List<String> first = List.of(s.service(), s.phase().name(), Served.revision(s, role, revision(s)));
                String ready = role.ready() + "/" + role.desired();
                rows.add(row(first, role.role(), ready, age(role), or(Served.image(role))));
                phases.add(s.phase());
            }
        }
        return rows;
    }

    private static List<String> row(List<String> first, String... more) {
        List<String> row = new ArrayList<>(first);
        for (String cell : more) {
            row.add(Text.clean(cell));
        }
        return row;
    }

    /// Where the service is, and where it should be if that is another.
    private static String revision(ServiceStatus service) {
        String wanted = service.revision();
        String observed = service.observedRevision();
        return wanted == null || observed == null || observed.equals(wanted)
                ? or(wanted)
                : "%s not %s".formatted(observed, wanted);
    }

    private static String or(@Nullable String value) {
        return value == null ? "-" : value;
    }

    /// Colours the phase, which stands in the second column of a row that is already laid out.
    private String painted(String line, Phase phase) {
        if (!colour) {
            return line;
        }
        String code = switch (phase) {
            case Running -> "32";
            case Degraded -> "31";
            case Pending, Progressing, Held, Removing -> "33";
        };
        String word = phase.name();
        int at = line.indexOf("  ") < 0 ? -1 : line.indexOf(word, line.indexOf("  "));
        return at < 0
                ? line
                : line.substring(0, at) + "\033[" + code + "m" + word + "\033[0m" + line.substring(at + word.length());
    }

    private static void problems(ServiceStatus service, StringBuilder text) {
        StringBuilder below = new StringBuilder(held(service));
        for (Condition c : service.conditions()) {
            if (isProblem(c)) {
                below.append(
                        Text.indent("%s is %s, %s: %s".formatted(c.type(), c.status(), c.reason(), c.message()), "  "));
            }
        }
        TrafficStatus traffic = service.traffic();
        if (traffic != null) {
            String message = traffic.message() == null ? "" : ": " + traffic.message();
            below.append(Text.indent(
                    switch (traffic.state()) {
                        case MAINTENANCE -> "in maintenance since %s%s".formatted(traffic.since(), message);
                        case PAUSED -> "requests wait since %s%s".formatted(traffic.since(), message);
                    },
                    "  "));
        }
        RolloutStatus rollout = service.rollout();
        if (rollout != null && rollout.outcome().failed()) {
            below.append(Evidence.of(rollout, "  "));
        }
        service.warnings().forEach(warning -> below.append(Text.indent("warning: " + warning, "  ")));
        for (RoleStatus role : service.roles()) {
            role.replicas().stream()
                    .filter(r -> r.health() != ReplicaStatus.Health.READY)
                    .forEach(r -> replica(r, below));
        }
        if (!below.isEmpty()) {
            text.append('\n').append(service.service()).append(":\n").append(below);
        }
    }

    /// What a file has to do with it that its service is held; a person's wish is told by its condition. Empty:
    /// nothing.
    private static String held(ServiceStatus service) {
        String reason =
                service.condition(Type.SourceValid).map(Condition::reason).orElse("");
        String trouble = switch (reason) {
            case "Invalid" -> "cannot be used";
            case "Unreadable" -> "cannot be read";
            case "Missing" -> "is missing";
            default -> "";
        };
        if (service.phase() != Phase.Held || trouble.isEmpty()) {
            return "";
        }
        String revision = service.observedRevision();
        return Text.indent(
                revision == null
                        ? "held: its file %s and no earlier one is known, so what runs is left as it is"
                                .formatted(trouble)
                        : "held: its file %s, so revision %s stays in force".formatted(trouble, revision),
                "  ");
    }

    private static boolean isProblem(Condition c) {
        return switch (c.type()) {
            case Type.Available, Type.SourceValid, Type.ImageAvailable -> c.status() != Status.True;
            case Type.Degraded -> c.status() == Status.True;
            // A key that is lost, or a way back; a change that is under way is told by the phase.
            case Type.UpToDate -> c.status() == Status.Unknown || c.reason().equals("RolledBack");
            case Type.Progressing -> c.reason().equals("Held");
        };
    }

    private static void replica(ReplicaStatus replica, StringBuilder text) {
        text.append(Text.indent(
                "%s: %s, %s, restarted %d times"
                        .formatted(replica.container(), replica.health().label(), replica.state(), replica.restarts()),
                "  "));
        text.append(Evidence.below(replica.lastCheck(), replica.lastExit(), "    "));
    }

    /// The time since the role's newest running container was started.
    private String age(RoleStatus role) {
        return role.replicas().stream()
                .filter(replica -> replica.state().equals("running"))
                .map(ReplicaStatus::startedAt)
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder())
                .map(started -> Text.age(Duration.between(started, now)))
                .orElse("-");
    }
}
