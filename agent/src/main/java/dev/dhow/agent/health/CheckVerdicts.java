package dev.dhow.agent.health;

import dev.dhow.agent.state.DockerHealth;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Verdict;
import dev.dhow.api.spec.HealthSpec.OnFailure;
import dev.dhow.api.status.CheckResult;
import dev.dhow.api.status.CheckResult.Kind;
import dev.dhow.api.status.ReplicaStatus.Health;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What each single check says of a running container.
final class CheckVerdicts {
    /// How much later than reckoned a health log may be before it counts as stale: Docker runs a check
    /// through the
    /// same daemon that may be busy with pulls.
    static final Duration LATE = Duration.ofSeconds(10);

    private static final int BODY_LIMIT = 1024;

    private CheckVerdicts() {}

    static Verdict probe(Check.Probe probe, Facts facts) {
        ProbeCounter counter = facts.counter(probe);
        int retries = probe.pace().retries();
        CheckResult last = counter.last();
        boolean wasReady = counter.passed() || facts.sighting().everReady();
        if (counter.failing(retries) && last != null) {
            boolean restart = probe.onFailure() == OnFailure.RESTART;
            String finding = Words.finding(last);
            return wasReady || firstSeenLate(facts)
                    ? unready("ChecksFail", "check fails: " + finding, last, restart, !wasReady)
                    : unready("NotReadyInTime", notInTime(facts, finding), last, restart, true);
        }
        if (counter.passed()) {
            return ready(last, null);
        }
        if (wasReady) {
            return unknown("NotChecked", "not checked yet in this way: " + waiting(probe, last), last, null);
        }
        if (!facts.pastDeadline()) {
            return starting(waiting(probe, last), last, facts.deadlineAt());
        }
        // A run that began before us may have been ready: as many fresh failures as a ready one is granted.
        if ((counter.fromStart() && counter.lost() == 0) || counter.streak() >= retries) {
            return unready("NotReadyInTime", notInTime(facts, waiting(probe, last)), last, false, true);
        }
        return unknown("NotChecked", "not checked yet: " + waiting(probe, last), last, null);
    }

    static Verdict docker(Check.Docker check, Facts facts) {
        DockerHealth health = facts.container().health();
        if (health == null) {
            return Verdict.NOT_CHECKED;
        }
        CheckResult last = result(health);
        Duration staleIn = staleIn(health, facts, facts.now());
        Duration staleAt = facts.now().plus(staleIn);
        if (staleIn.isZero()) {
            return stale(health, facts, last);
        }
        boolean restart = check.onFailure() == OnFailure.RESTART;
        return switch (health.status()) {
            case HEALTHY -> ready(last, staleAt);
            case UNHEALTHY -> unhealthy(facts, last, staleAt, restart);
            case STARTING -> dockerStarting(facts, last, staleAt, restart);
        };
    }

    static Verdict process(Check.Process check, Facts facts) {
        Sighting sighting = facts.sighting();
        Duration readyAt = sighting.reaches(check.readinessDelay());
        Instant started = sighting.startedAt();
        Instant at = (started == null ? facts.wall() : started).plus(check.readinessDelay());
        if (facts.seenAt(check.readinessDelay())) {
            CheckResult result = new CheckResult(Kind.PROCESS, true, at, null, null, null, null, null, null);
            return ready(result, null);
        }
        String message = "runs; ready when it has for " + Words.time(check.readinessDelay());
        return starting(message, null, readyAt);
    }

    /// The result that shows how a process ended, or that it did not begin.
    ///
    /// @param error null: it ended as it should
    static CheckResult ended(Facts facts, @Nullable String error) {
        ObservedContainer container = facts.container();
        Instant finished = container.finishedAt();
        Instant started = container.startedAt();
        Instant at = finished != null ? finished : started != null ? started : facts.wall();
        String hint = error == null ? null : Hints.exit(container.exitCode(), container.oomKilled());
        return new CheckResult(Kind.PROCESS, error == null, at, null, null, null, null, error, hint);
    }

    /// It fails a rollout at once, but a start has its time before it is tried again.
    private static Verdict unhealthy(Facts facts, @Nullable CheckResult last, Duration staleAt, boolean restart) {
        String finding = last == null ? "Docker's health check fails" : Words.finding(last);
        boolean wasReady = facts.sighting().everReady();
        boolean counts = wasReady || facts.seenAt(facts.deadline());
        Duration changesAt = restart && !counts ? min(facts.deadlineAt(), staleAt) : staleAt;
        return unready("Unhealthy", finding, last, restart && counts, !wasReady, changesAt);
    }

    private static Verdict dockerStarting(Facts facts, @Nullable CheckResult last, Duration staleAt, boolean restart) {
        Sighting sighting = facts.sighting();
        String finding = last == null ? "Docker's health check has not reported yet" : Words.finding(last);
        if (sighting.everReady()) {
            // Docker's daemon restarted under it (live-restore) and begins to count anew.
            return unknown("StaleHealthLog", "was healthy; Docker began its health check anew", last, staleAt);
        }
        if (!facts.seenAt(facts.deadline())) {
            return starting(finding, last, min(facts.deadlineAt(), staleAt));
        }
        // Docker may have begun anew while nobody looked.
        Duration graceEnds = sighting.seenAt().plus(facts.deadline());
        if (firstSeenLate(facts) && facts.now().compareTo(graceEnds) < 0) {
            return unknown("NotChecked", finding, last, min(graceEnds, staleAt));
        }
        return unready("NotReadyInTime", notInTime(facts, finding), last, restart, true, staleAt);
    }

    private static Verdict stale(DockerHealth health, Facts facts, @Nullable CheckResult last) {
        Instant end = health.lastEnd();
        String message = "Docker's health check stopped reporting: %s"
                .formatted(end == null ? "it never did since the start" : "the last report is of " + end);
        Sighting sighting = facts.sighting();
        // It may have reported since Docker was asked.
        boolean silent = staleIn(health, facts, facts.readAt()).isZero();
        if (sighting.known() && !sighting.everReady() && silent && facts.seenAt(facts.deadline())) {
            // Never proven, so it cannot take over; nor is it restarted for a silence that may be Docker's.
            return unready("NotReadyInTime", notInTime(facts, message), last, false, true);
        }
        boolean waits = sighting.known() && !sighting.everReady();
        return unknown("StaleHealthLog", message, last, waits ? facts.deadlineAt() : null);
    }

    /// How long after that moment the health log counts as stale; zero: it does then.
    private static Duration staleIn(DockerHealth health, Facts facts, Duration moment) {
        Duration limit =
                health.interval().multipliedBy(2).plus(health.timeout()).plus(LATE);
        Instant end = health.lastEnd();
        Instant started = facts.container().startedAt();
        boolean ofThisRun = end != null && (started == null || !end.isBefore(started));
        Duration silence = ofThisRun && end != null
                ? Duration.between(end, facts.wall().minus(facts.now().minus(moment)))
                : facts.sighting().age(moment);
        Duration left = limit.minus(silence);
        return left.isNegative() ? Duration.ZERO : left;
    }

    private static @Nullable CheckResult result(DockerHealth health) {
        Instant end = health.lastEnd();
        Integer code = health.lastExitCode();
        if (end == null || code == null) {
            return null;
        }
        String error = code == 0 ? null : code < 0 ? "did not end in time" : "exit code " + code;
        String output = Words.tame(health.lastOutput(), BODY_LIMIT);
        String hint = code == 0 ? null : Hints.dockerTest(code, output);
        return new CheckResult(Kind.DOCKER, code == 0, end, null, null, null, output, error, hint);
    }

    /// It may have been ready for weeks before we came.
    private static boolean firstSeenLate(Facts facts) {
        Sighting sighting = facts.sighting();
        return !sighting.known() && sighting.ageThen().compareTo(facts.deadline()) >= 0;
    }

    private static String notInTime(Facts facts, String finding) {
        return "not ready within %s: %s".formatted(Words.time(facts.deadline()), finding);
    }

    private static String waiting(Check.Probe probe, @Nullable CheckResult last) {
        return last == null ? "no result yet of " + probe.url() : Words.finding(last);
    }

    private static Verdict ready(@Nullable CheckResult last, @Nullable Duration changesAt) {
        return new Verdict(Health.READY, "Ready", "ready", last, false, false, changesAt);
    }

    private static Verdict starting(String message, @Nullable CheckResult last, Duration changesAt) {
        return new Verdict(Health.STARTING, "Starting", message, last, false, false, changesAt);
    }

    private static Verdict unknown(
            String reason, String message, @Nullable CheckResult last, @Nullable Duration changesAt) {
        return new Verdict(Health.UNKNOWN, reason, message, last, false, false, changesAt);
    }

    private static Verdict unready(
            String reason, String message, @Nullable CheckResult last, boolean restart, boolean failed) {
        return unready(reason, message, last, restart, failed, null);
    }

    private static Verdict unready(
            String reason,
            String message,
            @Nullable CheckResult last,
            boolean restart,
            boolean failed,
            @Nullable Duration changesAt) {
        return new Verdict(Health.UNREADY, reason, message, last, restart, failed, changesAt);
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
