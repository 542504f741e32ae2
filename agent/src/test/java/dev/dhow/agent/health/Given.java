package dev.dhow.agent.health;

import dev.dhow.agent.state.DockerHealth;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Owner;
import dev.dhow.agent.state.RunState;
import dev.dhow.api.spec.ContainerSpec;
import dev.dhow.api.spec.ContainerSpec.Restart;
import dev.dhow.api.spec.Defaults;
import dev.dhow.api.spec.HealthSpec;
import dev.dhow.api.spec.HealthSpec.OnFailure;
import dev.dhow.api.spec.ProxySpec;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.RolloutSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Roles and containers for tests, each with one thing changed at a time.
final class Given {
    static final Instant STARTED = Instant.parse("2026-11-21T10:00:00Z");
    static final Duration INTERVAL = Duration.ofSeconds(10);

    private Given() {}

    static RoleSpec role(@Nullable ProxySpec proxy, HealthSpec health) {
        return new RoleSpec(
                "web",
                "shop:1",
                ContainerSpec.EMPTY,
                1,
                proxy,
                health,
                Duration.ofSeconds(7),
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                RolloutSpec.DEFAULT,
                3,
                null,
                List.of());
    }

    static RoleSpec proxied(HealthSpec health, String... hosts) {
        return role(new ProxySpec(List.of(hosts), false, "/", true, 3000), health);
    }

    static HealthSpec test(String... test) {
        return new HealthSpec(null, null, List.of(test), false, null, null, null, null, null, null);
    }

    static HealthSpec http(String path, @Nullable Integer port, @Nullable String host, Map<String, String> headers) {
        return new HealthSpec(
                new HealthSpec.Http(path, port, host, headers, 200, 299),
                null,
                null,
                false,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    static HealthSpec tcp(int port) {
        return new HealthSpec(null, new HealthSpec.Tcp(port), null, false, null, null, null, null, null, null);
    }

    static HealthSpec disabled() {
        return new HealthSpec(null, null, null, true, null, null, null, null, null, null);
    }

    static HealthSpec with(HealthSpec spec, @Nullable List<String> test, @Nullable OnFailure onFailure) {
        return new HealthSpec(
                spec.http(),
                spec.tcp(),
                test,
                spec.disable(),
                spec.interval(),
                spec.timeout(),
                spec.retries(),
                spec.startPeriod(),
                spec.startInterval(),
                onFailure);
    }

    static DockerHealth health(DockerHealth.Status status, @Nullable Instant lastEnd, int exitCode) {
        return new DockerHealth(
                status,
                0,
                lastEnd,
                lastEnd == null ? null : exitCode,
                "out\u001b[31m",
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                Duration.ZERO,
                3);
    }

    static Owner owner(String role) {
        return new Owner("h", "shop", role, 1, "3f2a9c10", "1:ab", "shop:1", null);
    }

    /// A running container with an address.
    static ObservedContainer container() {
        return new ObservedContainer(
                "id1",
                "shop-web-3f2a9c10-1",
                owner("web"),
                "sha256:1",
                RunState.RUNNING,
                null,
                STARTED,
                null,
                0,
                false,
                "",
                0,
                Defaults.RESTART,
                Map.of("dhow", "10.0.0.2"),
                Set.of(),
                Defaults.STOP_GRACE_PROXIED);
    }

    static ObservedContainer addressed(Map<String, String> addresses) {
        return container(RunState.RUNNING, null, STARTED, null, 0, 0, Defaults.RESTART, addresses);
    }

    static ObservedContainer withHealth(@Nullable DockerHealth health) {
        return container(RunState.RUNNING, health, STARTED, null, 0, 0, Defaults.RESTART, Map.of("dhow", "10.0.0.2"));
    }

    static ObservedContainer in(RunState state) {
        return container(state, null, STARTED, null, 0, 0, Defaults.RESTART, Map.of("dhow", "10.0.0.2"));
    }

    static ObservedContainer started(Instant at, int restarts) {
        return container(RunState.RUNNING, null, at, null, 0, restarts, Defaults.RESTART, Map.of("dhow", "10.0.0.2"));
    }

    static ObservedContainer exited(Instant startedAt, Instant finishedAt, int code, Restart.Mode mode) {
        return container(RunState.EXITED, null, startedAt, finishedAt, code, 0, new Restart(mode, 0), Map.of());
    }

    static ObservedContainer container(
            RunState state,
            @Nullable DockerHealth health,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt,
            int exitCode,
            int restarts,
            Restart restart,
            Map<String, String> addresses) {
        return new ObservedContainer(
                "id1",
                "shop-web-3f2a9c10-1",
                owner("web"),
                "sha256:1",
                state,
                health,
                startedAt,
                finishedAt,
                exitCode,
                false,
                "",
                restarts,
                restart,
                addresses,
                Set.of(),
                Defaults.STOP_GRACE_PROXIED);
    }
}
