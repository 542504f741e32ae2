package dev.dhow.agent.testing;

import dev.dhow.agent.runtime.ContainerRequest;
import dev.dhow.agent.state.Owner;
import dev.dhow.api.spec.ContainerSpec;
import dev.dhow.api.spec.ContainerSpec.Restart;
import dev.dhow.api.spec.ContainerSpec.Restart.Mode;
import dev.dhow.api.spec.Defaults;
import dev.dhow.api.spec.Dependency;
import dev.dhow.api.spec.HealthSpec;
import dev.dhow.api.spec.ProxySpec;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.RolloutSpec;
import dev.dhow.api.spec.RolloutSpec.OnFailure;
import dev.dhow.api.spec.Schedule;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Roles and requests with every default, to vary one thing at a time.
public final class TestRoles {
    private TestRoles() {}

    /// A role that is not proxied and says only its image.
    public static RoleSpec plain(String name, String image) {
        return role(name, image, ContainerSpec.EMPTY, null, HealthSpec.UNSET);
    }

    /// A role that requests are sent to.
    public static RoleSpec proxied(String name, String image) {
        return role(name, image, ContainerSpec.EMPTY, ProxySpec.PLAIN, HealthSpec.UNSET);
    }

    /// A role `web` of the image `shop:1` with this proxy; null: none.
    public static RoleSpec proxiedBy(@Nullable ProxySpec proxy) {
        return role("web", "shop:1", ContainerSpec.EMPTY, proxy, HealthSpec.UNSET);
    }

    /// The same role with other container keys.
    public static RoleSpec with(RoleSpec role, ContainerSpec container) {
        return copy(role, container, role.replicas(), role.health(), role.rollout(), role.dependsOn(), role.schedule());
    }

    /// The same role with another check.
    public static RoleSpec with(RoleSpec role, HealthSpec health) {
        return copy(role, role.container(), role.replicas(), health, role.rollout(), role.dependsOn(), role.schedule());
    }

    /// The same role, whose process Docker starts again in another way.
    public static RoleSpec restarted(RoleSpec role, Mode mode) {
        ContainerSpec c = role.container();
        return with(
                role,
                new ContainerSpec(
                        c.process(),
                        c.network(),
                        c.storage(),
                        c.limits(),
                        c.labels(),
                        c.logging(),
                        new Restart(mode, 0),
                        c.pullPolicy(),
                        c.platform(),
                        c.privileges()));
    }

    /// The same role, so many times.
    public static RoleSpec replicas(RoleSpec role, int replicas) {
        return copy(role, role.container(), replicas, role.health(), role.rollout(), role.dependsOn(), role.schedule());
    }

    /// The same role, which depends on that one alone.
    public static RoleSpec after(RoleSpec role, Dependency first) {
        return copy(
                role,
                role.container(),
                role.replicas(),
                role.health(),
                role.rollout(),
                List.of(first),
                role.schedule());
    }

    /// The same role, which runs at these times only.
    ///
    /// @param times five fields, as in `cron`
    public static RoleSpec scheduled(RoleSpec role, String times) {
        return copy(
                role,
                role.container(),
                role.replicas(),
                role.health(),
                role.rollout(),
                role.dependsOn(),
                ((Schedule.Parsed.Good) Schedule.parse(times)).schedule());
    }

    /// The same role, whose old container stops before the new one starts.
    public static RoleSpec stopFirst(RoleSpec role) {
        RolloutSpec was = role.rollout();
        return with(
                role, new RolloutSpec(RolloutSpec.Order.STOP_FIRST, was.parallelism(), was.monitor(), was.onFailure()));
    }

    /// The same role, whose new version is in force as soon as it is ready: for tests on the machine's clock.
    public static RoleSpec unwatched(RoleSpec role) {
        RolloutSpec was = role.rollout();
        return with(role, new RolloutSpec(was.order(), was.parallelism(), Duration.ZERO, was.onFailure()));
    }

    /// The same role, replaced in another way and watched for ten seconds.
    ///
    /// @param order null: as its kind has it
    public static RoleSpec rollout(RoleSpec role, RolloutSpec.@Nullable Order order, int parallelism, OnFailure then) {
        return with(role, new RolloutSpec(order, parallelism, Duration.ofSeconds(10), then));
    }

    /// The same role, replaced in another way.
    public static RoleSpec with(RoleSpec role, RolloutSpec rollout) {
        return copy(role, role.container(), role.replicas(), role.health(), rollout, role.dependsOn(), role.schedule());
    }

    private static RoleSpec copy(
            RoleSpec role,
            ContainerSpec container,
            int replicas,
            HealthSpec health,
            RolloutSpec rollout,
            List<Dependency> dependsOn,
            @Nullable Schedule schedule) {
        return new RoleSpec(
                role.name(),
                role.image(),
                container,
                replicas,
                role.proxy(),
                health,
                role.readinessDelay(),
                role.deployTimeout(),
                role.drainTimeout(),
                rollout,
                role.retain(),
                role.metrics(),
                dependsOn,
                role.secrets(),
                role.files(),
                role.onHosts(),
                schedule);
    }

    private static RoleSpec role(
            String name, String image, ContainerSpec container, @Nullable ProxySpec proxy, HealthSpec health) {
        return new RoleSpec(
                name,
                image,
                container,
                Defaults.REPLICAS,
                proxy,
                health,
                Defaults.READINESS_DELAY,
                Defaults.DEPLOY_TIMEOUT,
                Defaults.DRAIN_TIMEOUT,
                RolloutSpec.DEFAULT,
                Defaults.RETAIN,
                null,
                List.of());
    }

    /// A request for replica 1 of the role, in revision `0badcafe`, named as the product names containers.
    public static ContainerRequest request(String host, String service, RoleSpec role) {
        Owner owner = new Owner(host, service, role.name(), 1, "0badcafe", "1:" + "0".repeat(64), role.image(), null);
        return new ContainerRequest(service + "-" + role.name() + "-0badcafe-1", owner, role.image(), role);
    }
}
