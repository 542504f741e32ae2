package dev.dhow.api.spec;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One role of a service: so many equal containers, how they are checked, and whether requests are sent to them.
///
/// Every value is effective (the root's keys are merged in), except that a container key with a default of ours is
/// null where the file says nothing: [Defaults] says what then holds, and the spec hash can tell "not written" from
/// "written", so that a new default in a later version recreates nothing.
///
/// @param image the reference as written, a tag or a digest
/// @param replicas how many containers on this host, 0 or more
/// @param proxy null: no requests are sent to this role
/// @param readinessDelay how long a process without any check must stay up to count as ready
/// @param deployTimeout the least deadline of a container to become ready, from its own start
/// @param retain how many old stopped containers are kept for rollback
/// @param metrics null: nothing to scrape
public record RoleSpec(
        String name,
        String image,
        ContainerSpec container,
        int replicas,
        @Nullable ProxySpec proxy,
        HealthSpec health,
        Duration readinessDelay,
        Duration deployTimeout,
        Duration drainTimeout,
        RolloutSpec rollout,
        int retain,
        @Nullable MetricsSpec metrics,
        List<Dependency> dependsOn) {
    /// Copies the list.
    /// @throws IllegalArgumentException when a value is outside its limits
    public RoleSpec {
        Names.require(name);
        if (image.isBlank()) {
            throw new IllegalArgumentException("role %s has no image".formatted(name));
        }
        if (replicas < 0 || retain < 0) {
            throw new IllegalArgumentException("role %s: counts are 0 or more".formatted(name));
        }
        dependsOn = List.copyOf(dependsOn);
    }

    /// Whether requests are sent to this role, which also decides its kind of health check.
    public boolean proxied() {
        return proxy != null;
    }
}
