package dev.dhow.agent.runtime;

import dev.dhow.agent.state.DockerHealth;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Owner;
import dev.dhow.agent.state.RunState;
import dev.dhow.api.spec.ContainerSpec.NetworkSpec;
import dev.dhow.api.spec.ContainerSpec.Restart;
import dev.dhow.api.spec.Defaults;
import dev.dhow.api.spec.HealthSpec;
import dev.dhow.api.spec.RoleSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One container of a [FakeRuntime]: changes as Docker changes one.
final class FakeContainer {
    private static final Duration DOCKER_DEFAULT = Duration.ofSeconds(30);

    final String id;
    final @Nullable Owner owner;
    final String imageId;
    final @Nullable RoleSpec role;
    final boolean healthcheck;
    String name;
    RunState state = RunState.CREATED;
    final List<Line> log = new ArrayList<>();
    private @Nullable DockerHealth health;
    private @Nullable Instant startedAt;
    private @Nullable Instant finishedAt;
    private int exitCode;
    private boolean oomKilled;
    private String error = "";
    private int restartCount;
    private Map<String, String> addresses = Map.of();

    record Line(Instant at, String text) {}

    FakeContainer(
            String id,
            String name,
            @Nullable Owner owner,
            String imageId,
            @Nullable RoleSpec role,
            boolean healthcheck) {
        this.id = id;
        this.name = name;
        this.owner = owner;
        this.imageId = imageId;
        this.role = role;
        this.healthcheck = healthcheck;
    }

    boolean up() {
        return state == RunState.RUNNING || state == RunState.PAUSED;
    }

    void started(Instant at, String address) {
        state = RunState.RUNNING;
        startedAt = at;
        error = "";
        exitCode = finishedAt == null ? 0 : exitCode;
        addresses = addressesAt(address);
        health = healthcheck ? health(DockerHealth.Status.STARTING, null, null, "") : null;
    }

    /// A start by hand or by the agent, which Docker counts restarts from.
    void startedByHand(Instant at, String address) {
        restartCount = 0;
        started(at, address);
    }

    void restartedByPolicy(Instant at, int code, String address) {
        ended(at, code, false);
        started(at, address);
        restartCount++;
    }

    void ended(Instant at, int code, boolean oom) {
        state = RunState.EXITED;
        finishedAt = at;
        exitCode = code;
        oomKilled = oom;
        addresses = Map.of();
    }

    void failedToStart(String why) {
        error = why;
        exitCode = 128;
    }

    void checked(Instant at, DockerHealth.Status status, int code, String output) {
        health = health(status, at, code, output);
    }

    private DockerHealth health(
            DockerHealth.Status status, @Nullable Instant at, @Nullable Integer code, String output) {
        HealthSpec spec = role == null ? HealthSpec.UNSET : role.health();
        int retries = spec.retries() == null ? Defaults.CHECK_RETRIES : spec.retries();
        return new DockerHealth(
                status,
                status == DockerHealth.Status.UNHEALTHY ? retries : 0,
                at,
                code,
                output,
                spec.interval() == null ? DOCKER_DEFAULT : spec.interval(),
                spec.timeout() == null ? DOCKER_DEFAULT : spec.timeout(),
                spec.startPeriod() == null ? Duration.ZERO : spec.startPeriod(),
                retries);
    }

    Set<String> networks() {
        if (role == null) {
            return Set.of();
        }
        NetworkSpec network = role.container().network();
        if (network.mode() != null) {
            return Set.of();
        }
        return network.networks().isEmpty()
                ? Set.of(Defaults.NETWORK)
                : network.networks().stream().map(n -> n.name()).collect(Collectors.toSet());
    }

    private Map<String, String> addressesAt(String address) {
        String mode = role == null ? "bridge" : role.container().network().mode();
        if ("host".equals(mode)) {
            return Map.of("host", "127.0.0.1");
        }
        if (mode != null) {
            return mode.equals("none") ? Map.of() : Map.of(mode, address);
        }
        Map<String, String> each = new LinkedHashMap<>();
        networks().forEach(network -> each.put(network, address));
        return each;
    }

    /// Ports it would hold, or holds, as `0.0.0.0:80/tcp`.
    Set<String> hostPorts() {
        return role == null
                ? Set.of()
                : role.container().network().ports().stream()
                        .filter(port -> port.hostPort() != null)
                        .map(port -> "%s:%d/%s".formatted(port.hostIp(), port.hostPort(), port.protocol()))
                        .collect(Collectors.toSet());
    }

    ObservedContainer observed(Owner ours) {
        Restart restart = role == null ? Defaults.RESTART : Defaults.restart(role.container());
        return new ObservedContainer(
                id,
                name,
                ours,
                imageId,
                state,
                health,
                startedAt,
                finishedAt,
                exitCode,
                oomKilled,
                error,
                restartCount,
                restart,
                addresses,
                hostPorts(),
                role == null ? Duration.ofSeconds(10) : Defaults.stopGracePeriod(role));
    }
}
