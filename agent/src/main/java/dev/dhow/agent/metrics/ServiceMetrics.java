package dev.dhow.agent.metrics;

import dev.dhow.api.status.Condition;
import dev.dhow.api.status.RoleStatus;
import dev.dhow.api.status.ServiceStatus;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Where each service stands. Its series are worked out from the status, so they come and go with the service.
final class ServiceMetrics implements MultiCollector {
    static final List<String> RESTARTS = List.of("exited", "unhealthy", "policy");

    private final Meters meters;
    private final Map<List<String>, Double> ran = new ConcurrentHashMap<>();
    private volatile List<ServiceStatus> shown = List.of();

    ServiceMetrics(Meters meters) {
        this.meters = meters;
        meters.collector(this);
    }

    /// Takes the status that the next scrape tells.
    void show(List<ServiceStatus> statuses) {
        shown = statuses;
        for (ServiceStatus status : statuses) {
            for (RoleStatus role : status.roles()) {
                RESTARTS.forEach(reason -> restart(status.service(), role.role(), reason, 0));
            }
        }
    }

    void restarted(String service, String role, String reason) {
        restart(service, role, reason, 1);
    }

    /// A run of a role with a schedule ended well.
    void ran(String service, String role, Instant at) {
        ran.merge(List.of(service, role), at.getEpochSecond() + at.getNano() / 1e9, Math::max);
    }

    void forget(String service) {
        ran.keySet().removeIf(key -> key.getFirst().equals(service));
    }

    private void restart(String service, String role, String reason, int by) {
        meters.counter(
                        "dhow.container.restarts",
                        "Containers started again, by reason.",
                        "service",
                        service,
                        "role",
                        role,
                        "reason",
                        reason)
                .increment(by);
    }

    @Override
    public MetricSnapshots collect() {
        Family info = new Family(
                "dhow_service_info",
                "The image and revision wanted of each role; always 1.",
                "service",
                "role",
                "image",
                "revision");
        Family desired =
                new Family("dhow_service_replicas_desired", "How many containers are wanted.", "service", "role");
        Family running = new Family("dhow_service_replicas_running", "How many containers run.", "service", "role");
        Family ready = new Family("dhow_service_replicas_ready", "How many containers are ready.", "service", "role");
        Family conditions = new Family(
                "dhow_service_condition",
                "Each condition of a service: 1 True, 0 False, -1 Unknown.",
                "service",
                "type");
        Family runs = new Family(
                "dhow_schedule_last_success_timestamp_seconds",
                "When a run of a role with a schedule last ended with 0, in Unix time.",
                "service",
                "role");
        for (ServiceStatus status : shown) {
            String service = status.service();
            for (RoleStatus role : status.roles()) {
                Double at = ran.get(List.of(service, role.role()));
                if (at != null) {
                    runs.add(at, service, role.role());
                }
                info.add(1, service, role.role(), text(role.image()), text(status.revision()));
                desired.add(role.desired(), service, role.role());
                running.add(role.running(), service, role.role());
                ready.add(role.ready(), service, role.role());
            }
            for (Condition condition : status.conditions()) {
                conditions.add(
                        value(condition.status()), service, condition.type().name());
            }
        }
        return new MetricSnapshots(
                info.snapshot(),
                desired.snapshot(),
                running.snapshot(),
                ready.snapshot(),
                conditions.snapshot(),
                runs.snapshot());
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    private static int value(Condition.Status status) {
        return switch (status) {
            case True -> 1;
            case False -> 0;
            case Unknown -> -1;
        };
    }
}
