package dev.dhow.agent.cli;

import dev.dhow.agent.json.Json;
import dev.dhow.api.status.CheckResult;
import dev.dhow.api.status.Condition;
import dev.dhow.api.status.Condition.Status;
import dev.dhow.api.status.Condition.Type;
import dev.dhow.api.status.KeptStatus;
import dev.dhow.api.status.Phase;
import dev.dhow.api.status.ReplicaStatus;
import dev.dhow.api.status.ReplicaStatus.Health;
import dev.dhow.api.status.ReplicaStatus.LastExit;
import dev.dhow.api.status.ReplicaStatus.Traffic;
import dev.dhow.api.status.RoleStatus;
import dev.dhow.api.status.RolloutStatus;
import dev.dhow.api.status.RolloutStatus.Outcome;
import dev.dhow.api.status.ServiceStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Builds statuses of the service `shop`, with one role `web`.
final class Shop {
    static final Instant AT = Instant.parse("2026-11-20T10:00:00Z");

    private @Nullable String revision = "aaaa1111";
    private @Nullable String content = "old";
    private @Nullable RolloutStatus rollout;
    private final List<Condition> conditions = new ArrayList<>();
    private final List<ReplicaStatus> replicas = new ArrayList<>();
    private final List<KeptStatus> kept = new ArrayList<>();

    static Shop shop() {
        return new Shop();
    }

    Shop wants(@Nullable String wanted, @Nullable String text) {
        revision = wanted;
        content = text;
        return this;
    }

    Shop rollout(String of, Outcome outcome, Instant startedAt) {
        boolean failed = outcome.failed();
        rollout = new RolloutStatus(
                of,
                "file",
                outcome,
                startedAt,
                outcome == Outcome.PROGRESSING ? null : startedAt.plusSeconds(9),
                failed ? "shop-web-bbbb2222-1 exited before it was ready" : "",
                failed
                        ? new CheckResult(
                                CheckResult.Kind.HTTP, false, AT, "http://a/up", 503, null, "no db", null, "look at it")
                        : null,
                failed ? new LastExit(7, false, AT, List.of("cannot connect", "bye")) : null);
        return this;
    }

    Shop is(Type type, Status status, String reason) {
        conditions.add(new Condition(type, status, reason, "the message of " + reason, AT, null));
        return this;
    }

    /// Available, up to date and at rest.
    Shop well() {
        return is(Type.Available, Status.True, "AllReady").is(Type.UpToDate, Status.True, "AsWanted");
    }

    Shop replica(int number, String of, String state, Health health) {
        replicas.add(new ReplicaStatus(
                number, "shop-web-%s-%d".formatted(of, number), "id", of, state, health, AT, 0, null, null));
        return this;
    }

    /// One more container of replica 1.
    Shop replica(String container, String of, String state, Health health, @Nullable Instant startedAt) {
        replicas.add(new ReplicaStatus(1, container, "id", of, state, health, startedAt, 0, null, null));
        return this;
    }

    /// A running container of replica 1 and how it stands with the proxy.
    Shop proxied(String of, Health health, Traffic traffic) {
        replicas.add(new ReplicaStatus(
                1,
                "shop-web-%s-1".formatted(of),
                "id",
                of,
                "running",
                health,
                AT.plusSeconds(30),
                0,
                null,
                null,
                null,
                traffic));
        return this;
    }

    /// A stopped container of replica 1.
    Shop keeps(String of, @Nullable Traffic traffic, Instant stoppedAt) {
        kept.add(new KeptStatus(1, "shop-web-%s-1".formatted(of), "id", of, stoppedAt, traffic));
        return this;
    }

    ServiceStatus status() {
        return new ServiceStatus(
                "shop",
                revision,
                revision,
                content,
                Phase.Progressing,
                conditions,
                List.of(new RoleStatus("web", "shop:1", 1, 1, 1, replicas, kept)),
                rollout,
                List.of());
    }

    String json() {
        return Json.write(status());
    }
}
