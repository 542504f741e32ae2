package dev.dhow.agent.metrics;

import dev.dhow.api.status.RolloutStatus;
import dev.dhow.api.status.RolloutStatus.Outcome;
import dev.dhow.api.status.ServiceStatus;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// What comes and goes with each service over time: rollouts, and runs of roles with a schedule.
final class RolloutMetrics implements MultiCollector {
    /// How a rollout ends.
    static final List<String> RESULTS = Arrays.stream(Outcome.values())
            .filter(outcome -> outcome != Outcome.PROGRESSING)
            .map(Outcome::label)
            .toList();

    private static final double[] SECONDS = {1, 5, 10, 30, 60, 120, 300, 600, 1800};

    private final Meters meters;
    private final Map<List<String>, Double> ran = new ConcurrentHashMap<>();
    private volatile List<ServiceStatus> shown = List.of();

    RolloutMetrics(Meters meters) {
        this.meters = meters;
        meters.collector(this);
    }

    /// Takes the status that the next scrape tells.
    void show(List<ServiceStatus> statuses) {
        shown = statuses;
        statuses.forEach(status -> RESULTS.forEach(result -> count(status.service(), result, 0)));
    }

    /// A rollout ended.
    void rolledOut(String service, String result, Duration took) {
        count(service, result, 1);
        meters.timer(
                        "dhow.rollout.duration",
                        "How long a rollout took from its begin to its end, its time of watching included.",
                        SECONDS,
                        "service",
                        service)
                .record(took);
    }

    /// A run of a role with a schedule ended well.
    void ran(String service, String role, Instant at) {
        ran.merge(List.of(service, role), at.getEpochSecond() + at.getNano() / 1e9, Math::max);
    }

    /// A service is gone.
    void forget(String service) {
        ran.keySet().removeIf(key -> key.getFirst().equals(service));
    }

    private void count(String service, String result, int by) {
        meters.counter("dhow.rollouts", "Rollouts that ended, by result.", "service", service, "result", result)
                .increment(by);
    }

    @Override
    public MetricSnapshots collect() {
        Family progress =
                new Family("dhow_rollout_in_progress", "Whether a rollout is under way: 1 yes, 0 no.", "service");
        Family runs = new Family(
                "dhow_schedule_last_success_timestamp_seconds",
                "When a run of a role with a schedule last ended with 0, in Unix time.",
                "service",
                "role");
        for (ServiceStatus status : shown) {
            String service = status.service();
            RolloutStatus rollout = status.rollout();
            boolean open = rollout != null && rollout.outcome() == Outcome.PROGRESSING;
            progress.add(open ? 1 : 0, service);
            status.roles().forEach(role -> {
                Double at = ran.get(List.of(service, role.role()));
                if (at != null) {
                    runs.add(at, service, role.role());
                }
            });
        }
        return new MetricSnapshots(progress.snapshot(), runs.snapshot());
    }
}
