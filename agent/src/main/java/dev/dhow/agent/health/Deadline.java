package dev.dhow.agent.health;

import dev.dhow.agent.state.DockerHealth;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.api.spec.Defaults;
import dev.dhow.api.spec.HealthSpec;
import dev.dhow.api.spec.RoleSpec;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How long a container has, from its own start, to become ready: `deploy_timeout`, or longer where its check cannot
/// report sooner. Pulling is not counted, because the start comes after it.
public final class Deadline {
    private Deadline() {}

    /// Of a container, by the timings that Docker has in force for it.
    public static Duration of(RoleSpec role, ObservedContainer container) {
        return of(role.deployTimeout(), Checks.of(role, container, null), container.health());
    }

    /// Of containers that will be made from a file, for showing; the timings of an image's HEALTHCHECK are
    /// not known
    /// before a container is made.
    public static Duration written(RoleSpec role) {
        HealthSpec spec = role.health();
        Duration deadline = role.deployTimeout();
        if (spec.disable()) {
            return max(deadline, role.readinessDelay());
        }
        if (Checks.asksForTest(spec)) {
            Integer retries = spec.retries();
            return max(
                    deadline,
                    slowest(
                            or(spec.startPeriod(), Duration.ZERO),
                            or(spec.interval(), Defaults.DOCKER_CHECK_INTERVAL),
                            retries == null ? Defaults.CHECK_RETRIES : retries,
                            or(spec.timeout(), Defaults.DOCKER_CHECK_INTERVAL)));
        }
        boolean process = !role.proxied() && spec.http() == null && spec.tcp() == null;
        return process ? max(deadline, role.readinessDelay()) : deadline;
    }

    /// By checks that were chosen already.
    static Duration of(Duration deployTimeout, List<Check> checks, @Nullable DockerHealth health) {
        Duration deadline = deployTimeout;
        for (Check check : checks) {
            deadline = switch (check) {
                case Check.Docker _
                when health != null ->
                    max(deadline, slowest(health.startPeriod(), health.interval(), health.retries(), health.timeout()));
                case Check.Process process -> max(deadline, process.readinessDelay());
                case Check.Docker _, Check.Http _, Check.Tcp _ -> deadline;
            };
        }
        return deadline;
    }

    private static Duration slowest(Duration startPeriod, Duration interval, int retries, Duration timeout) {
        return startPeriod.plus(interval.multipliedBy(Math.max(1, retries))).plus(timeout);
    }

    private static Duration max(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private static Duration or(@Nullable Duration written, Duration otherwise) {
        return written == null ? otherwise : written;
    }
}
