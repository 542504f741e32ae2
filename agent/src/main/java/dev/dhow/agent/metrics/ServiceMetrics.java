package dev.dhow.agent.metrics;

import dev.dhow.api.status.Condition;
import dev.dhow.api.status.RoleStatus;
import dev.dhow.api.status.ServiceStatus;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where each service stands. Its series are worked out from the status, so they come and go with the service.
final class ServiceMetrics implements MultiCollector {
    static final List<String> RESTARTS = List.of("exited", "unhealthy", "policy");

    private final Meters meters;
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
        for (ServiceStatus status : shown) {
            String service = status.service();
            for (RoleStatus role : status.roles()) {
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
                info.snapshot(), desired.snapshot(), running.snapshot(), ready.snapshot(), conditions.snapshot());
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
