package dev.dhow.agent.health;

import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.RunState;
import dev.dhow.agent.state.Verdict;
import dev.dhow.api.spec.ContainerSpec.Restart;
import dev.dhow.api.status.CheckResult;
import dev.dhow.api.status.ReplicaStatus.Health;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The verdict on one container, a pure function of [Facts]. Unknown is not bad: what cannot be told is UNKNOWN, which
/// changes nothing.
final class Judge {
    /// The worst first. UNKNOWN comes before STARTING because it leaves a container that serves where it is.
    private static final List<Health> WORST_FIRST =
            List.of(Health.UNREADY, Health.UNKNOWN, Health.STARTING, Health.READY);

    private static final String OF_UNKNOWN_STATE =
            "Docker tells a state that this Dhow does not know; see `docker inspect`";

    private Judge() {}

    static Verdict judge(Facts facts) {
        ObservedContainer container = facts.container();
        return switch (container.state()) {
            case RUNNING -> running(facts);
            case CREATED -> created(facts);
            case RESTARTING -> restarting(facts);
            case EXITED -> exited(facts);
            case PAUSED -> down(facts, "Paused", "paused: it answers nothing until it is unpaused", false);
            case REMOVING, DEAD -> down(facts, "Exited", "%s by Docker".formatted(gone(container.state())), false);
            case UNKNOWN -> new Verdict(Health.UNKNOWN, "NotChecked", OF_UNKNOWN_STATE, null, false, false, null);
        };
    }

    private static Verdict running(Facts facts) {
        List<Verdict> parts =
                facts.checks().stream().map(check -> part(check, facts)).toList();
        Verdict combined = combine(parts);
        Sighting sighting = facts.sighting();
        if (combined.health() == Health.UNREADY) {
            return combined;
        }
        if (sighting.looping(facts.now())) {
            return unreadyFor(
                    combined,
                    "CrashLoop",
                    "ended %d times or more within %s and has not run for %s since"
                            .formatted(Sighting.LOOP, Words.time(Sighting.WINDOW), Words.time(Sighting.STABLE)),
                    sighting.reaches(Sighting.STABLE));
        }
        if (sighting.diedUnready() && !combined.ready()) {
            return unreadyFor(
                    combined,
                    "ExitedBeforeReady",
                    "%s before it was ready; Docker started it again (%s)"
                            .formatted(Words.exit(facts.container()), restarts(facts.container())),
                    combined.changesAt());
        }
        return combined;
    }

    private static Verdict part(Check check, Facts facts) {
        return switch (check) {
            case Check.Probe probe -> CheckVerdicts.probe(probe, facts);
            case Check.Docker docker -> CheckVerdicts.docker(docker, facts);
            case Check.Process process -> CheckVerdicts.process(process, facts);
        };
    }

    /// All must pass: the worst decides what is said, each may ask for a restart.
    private static Verdict combine(List<Verdict> parts) {
        Verdict worst = parts.stream()
                .min(Comparator.comparingInt(part -> WORST_FIRST.indexOf(part.health())))
                .orElse(Verdict.NOT_CHECKED);
        CheckResult shown = worst.ready() ? mostTelling(parts) : worst.lastCheck();
        Duration changesAt = parts.stream()
                .map(Verdict::changesAt)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder())
                .orElse(null);
        return new Verdict(
                worst.health(),
                worst.reason(),
                worst.message(),
                shown,
                parts.stream().anyMatch(Verdict::wantsRestart),
                parts.stream().anyMatch(Verdict::failed),
                changesAt);
    }

    /// Of a ready container: a failure, if any, else the latest.
    private static @Nullable CheckResult mostTelling(List<Verdict> parts) {
        return parts.stream()
                .map(Verdict::lastCheck)
                .filter(Objects::nonNull)
                .max(Comparator.comparing((CheckResult result) -> !result.ok()).thenComparing(CheckResult::at))
                .orElse(null);
    }

    private static Verdict created(Facts facts) {
        ObservedContainer container = facts.container();
        if (container.error().isEmpty()) {
            return new Verdict(Health.STARTING, "Starting", "made, not started yet", null, false, false, null);
        }
        // Whether that fails a rollout depends on what failed, which whoever started it was told.
        return down(facts, "ExitedBeforeReady", "could not be started: " + Words.tame(container.error(), 500), false);
    }

    private static Verdict restarting(Facts facts) {
        ObservedContainer container = facts.container();
        Sighting sighting = facts.sighting();
        String message = "%s; Docker starts it again (%s)".formatted(Words.exit(container), restarts(container));
        boolean often = !sighting.known() && container.restartCount() >= Sighting.LOOP;
        if (often || sighting.looping(facts.now())) {
            return down(facts, "CrashLoop", message, true);
        }
        return neverReady(facts)
                ? down(facts, "ExitedBeforeReady", message, true)
                : down(facts, "Exited", message, false);
    }

    private static Verdict exited(Facts facts) {
        ObservedContainer container = facts.container();
        Restart.Mode mode = container.restart().mode();
        if (mode == Restart.Mode.ON_FAILURE && container.exitCode() == 0 && !container.oomKilled()) {
            CheckResult result = CheckVerdicts.ended(facts, null);
            return new Verdict(Health.READY, "Completed", "ran to its end", result, false, false, null);
        }
        boolean never = neverReady(facts);
        String error = container.error().isEmpty() ? "" : ": " + Words.tame(container.error(), 500);
        String message = Words.exit(container) + (never ? " before it was ready" : "") + error;
        // `restart: no` says that it may end; a rollout still learns that it never was ready.
        // What Docker keeps up is down only because somebody stopped it, or the Engine itself when it stopped or came
        // back. That says nothing of the program.
        boolean failed = never && !container.restart().keptUp();
        String reason = failed && mode != Restart.Mode.NO ? "ExitedBeforeReady" : "Exited";
        return down(facts, reason, message, failed);
    }

    /// Only what we saw counts: of a run that began before us nobody knows.
    private static boolean neverReady(Facts facts) {
        return facts.sighting().known() && !facts.sighting().everReady();
    }

    private static Verdict down(Facts facts, String reason, String message, boolean failed) {
        CheckResult result = CheckVerdicts.ended(facts, message);
        return new Verdict(Health.UNREADY, reason, message, result, false, failed, null);
    }

    private static Verdict unreadyFor(Verdict combined, String reason, String message, @Nullable Duration changesAt) {
        return new Verdict(Health.UNREADY, reason, message, combined.lastCheck(), false, true, changesAt);
    }

    private static String restarts(ObservedContainer container) {
        int count = container.restartCount();
        return count == 1 ? "1 restart so far" : count + " restarts so far";
    }

    private static String gone(RunState state) {
        return state == RunState.REMOVING ? "is being removed" : "could not be removed";
    }
}
