package dev.dhow.agent.cli;

import dev.dhow.api.status.Condition.Type;
import dev.dhow.api.status.RolloutStatus;
import dev.dhow.api.status.ServiceStatus;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The rollout that a request began is over; or none began, because there was nothing to do.
final class BegunGoal implements Goal {
    /// How long a service has to be as wanted, without a new rollout, before none is expected any more. An agent that
    /// took a request begins within a pass.
    static final Duration QUIET = Duration.ofSeconds(5);

    private final @Nullable RolloutStatus before;

    /// @param before the newest rollout before the request; null: none was known
    BegunGoal(@Nullable RolloutStatus before) {
        this.before = before;
    }

    @Override
    public Verdict judge(Optional<ServiceStatus> now, Duration waited) {
        if (now.isEmpty()) {
            return Verdict.bad(Exit.UNKNOWN_SERVICE, "the service was removed meanwhile");
        }
        ServiceStatus status = now.get();
        RolloutStatus rollout = status.rollout();
        Optional<Verdict> held = waited.compareTo(QUIET) >= 0 ? Goal.held(status) : Optional.empty();
        if (rollout != null && !Goal.same(rollout, before)) {
            Verdict verdict = Goal.outcome(status, rollout);
            return verdict instanceof Verdict.Open ? held.orElse(verdict) : verdict;
        }
        if (held.isPresent()) {
            return held.get();
        }
        if (waited.compareTo(QUIET) >= 0 && Goal.because(status, Type.ImageAvailable, "UpdateGivenUp")) {
            return Verdict.bad(Exit.ERROR, Goal.trouble(status));
        }
        boolean asWanted = status.is(Type.Available)
                && status.is(Type.UpToDate)
                && !status.is(Type.Progressing)
                && !status.is(Type.Degraded);
        return asWanted && waited.compareTo(QUIET) >= 0
                ? Verdict.good("%s is as wanted; there was nothing to do".formatted(status.service()))
                : new Verdict.Open("no rollout began yet");
    }
}
