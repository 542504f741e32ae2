package dev.dhow.agent.health;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dhow.agent.state.Observed;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Verdict;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.status.CheckResult;
import dev.dhow.api.status.ReplicaStatus.Health;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Drives [Watched] by hand: observations and samples in, verdicts out, no network.
final class Watching {
    final TestClock clock = new TestClock();
    final Map<Check.Probe, Watched.Loop> loops = new HashMap<>();
    private RoleSpec role;
    private @Nullable Watched watched;
    boolean proving;
    private Instant begun = clock.wall();

    Watching(RoleSpec role) {
        this.role = role;
    }

    /// The container started when the first agent began.
    void agentRestartsAfter(Duration time) {
        clock.pass(time);
        begun = clock.wall();
        watched = null;
        loops.clear();
    }

    void fileNowSays(RoleSpec changed) {
        role = changed;
    }

    Verdict see(ObservedContainer container) {
        Watched one = watched;
        if (one == null) {
            one = new Watched(container, begun, clock, this::begin);
            watched = one;
        }
        one.observe(role, container, reading(container, clock.now()), proving);
        return one.verdict();
    }

    /// What a reading shows that began so long ago.
    Verdict seeLate(ObservedContainer container, Duration late) {
        one().observe(role, container, reading(container, clock.now().minus(late)), proving);
        return one().verdict();
    }

    private static Observed reading(ObservedContainer container, Duration at) {
        return new Observed(at, List.of(container), Map.of(), Set.of(), Set.of(), 0);
    }

    /// One probe of each loop ends with that status; 0: refused.
    Watched.@Nullable Change sample(int status) {
        Watched.@Nullable Change last = null;
        for (var loop : Map.copyOf(loops).entrySet()) {
            Check.Probe key = loop.getKey();
            boolean ok = status >= 200 && status < 300;
            CheckResult result = new CheckResult(
                    key.kind(),
                    ok,
                    clock.wall(),
                    key.url(),
                    status == 0 ? null : status,
                    null,
                    null,
                    status == 0 ? "connection refused" : null,
                    null);
            last = one().ended(loop.getValue(), key, Sample.answer(result, Duration.ZERO));
        }
        return last;
    }

    /// One probe of each loop could not be sent.
    void lose() {
        Map.copyOf(loops).forEach((key, loop) -> one().ended(loop, key, null));
    }

    Watched one() {
        return Objects.requireNonNull(watched);
    }

    private Watched.Loop begin(Watched self, Check.Probe check) {
        Watched.Loop loop = new Watched.Loop() {
            @Override
            public void stop() {
                loops.remove(check.key(), this);
            }
        };
        loops.put(check.key(), loop);
        return loop;
    }

    static void says(Verdict verdict, Health health, String reason, String message) {
        assertEquals(
                health + " " + reason + ": " + message,
                verdict.health() + " " + verdict.reason() + ": " + verdict.message());
    }

    static CheckResult check(Verdict verdict) {
        return Objects.requireNonNull(verdict.lastCheck());
    }

    static String hint(Verdict verdict) {
        return Objects.requireNonNull(check(verdict).hint());
    }
}
