package dev.dhow.agent.cli;

import dev.dhow.api.status.Condition.Type;
import dev.dhow.api.status.RolloutStatus;
import dev.dhow.api.status.RolloutStatus.Outcome;
import dev.dhow.api.status.ServiceStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The rollout that a request began is over; or none began, because there was nothing to do.
final class BegunGoal implements Goal {
    /// How long a service has to be as wanted, without a new rollout, before none is expected any more. An agent that
    /// took a request begins within a pass.
    static final Duration QUIET = Duration.ofSeconds(5);

    private final @Nullable RolloutStatus before;
    private final Set<String> containersBefore;
    /// Whether anything was seen to be done.
    private boolean busy;

    /// @param before how it was before the request
    BegunGoal(ServiceStatus before) {
        this.before = before.rollout();
        containersBefore = containers(before);
        busy = !asWanted(before);
    }

    @Override
    public Verdict judge(Optional<ServiceStatus> now, Duration waited) {
        if (now.isEmpty()) {
            return Verdict.bad(Exit.UNKNOWN_SERVICE, "the service was removed meanwhile");
        }
        ServiceStatus status = now.get();
        RolloutStatus rollout = status.rollout();
        boolean quiet = waited.compareTo(QUIET) >= 0;
        Optional<Verdict> held =
                quiet ? Goal.held(status, "%s is left alone, so nothing begins until that ends") : Optional.empty();
        if (rollout != null && (!Goal.same(rollout, before) || failedMeanwhile(rollout))) {
            Verdict verdict = Goal.outcome(status, rollout);
            return verdict instanceof Verdict.Open ? held.orElse(verdict) : verdict;
        }
        if (held.isPresent()) {
            return held.get();
        }
        if (quiet && Goal.because(status, Type.ImageAvailable, "UpdateGivenUp")) {
            return Verdict.bad(Exit.ERROR, Goal.trouble(status));
        }
        if (quiet && rollout != null && rollout.outcome().failed() && nothingOpen(status)) {
            // What failed is not tried again, and a tag may mean just that.
            return Goal.outcome(status, rollout);
        }
        busy |= !asWanted(status) || !containers(status).equals(containersBefore);
        return quiet && asWanted(status)
                ? Verdict.good(done(status))
                : new Verdict.Open(busy ? "" : "no rollout began yet");
    }

    /// A rollout that was under way already may be what the request goes on with.
    private boolean failedMeanwhile(RolloutStatus now) {
        return underWayBefore() && now.outcome().failed();
    }

    private boolean underWayBefore() {
        return before != null && before.outcome() == Outcome.PROGRESSING;
    }

    private String done(ServiceStatus status) {
        RolloutStatus rollout = status.rollout();
        if (rollout != null && underWayBefore() && Goal.outcome(status, rollout) instanceof Verdict.Over over) {
            return over.message();
        }
        return busy
                ? "%s is as wanted again (%s)".formatted(status.service(), Goal.message(status, Type.Available))
                : "%s is as wanted; there was nothing to do".formatted(status.service());
    }

    private static boolean nothingOpen(ServiceStatus status) {
        return !status.is(Type.Progressing) && !Goal.because(status, Type.ImageAvailable, "PullFails");
    }

    private static boolean asWanted(ServiceStatus status) {
        return status.is(Type.Available)
                && status.is(Type.UpToDate)
                && !status.is(Type.Progressing)
                && !status.is(Type.Degraded);
    }

    private static Set<String> containers(ServiceStatus status) {
        return status.roles().stream()
                .flatMap(role -> role.replicas().stream())
                .map(replica -> replica.container() + " " + replica.startedAt())
                .collect(Collectors.toSet());
    }
}
