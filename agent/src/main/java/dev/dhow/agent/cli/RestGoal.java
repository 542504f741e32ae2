package dev.dhow.agent.cli;

import dev.dhow.api.status.Condition.Status;
import dev.dhow.api.status.Condition.Type;
import dev.dhow.api.status.Phase;
import dev.dhow.api.status.RolloutStatus;
import dev.dhow.api.status.RolloutStatus.Outcome;
import dev.dhow.api.status.ServiceStatus;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A service is available with nothing under way, whatever was begun.
final class RestGoal implements Goal {
    /// An agent that was just told to look after a service again says so within a pass.
    static final Duration LETTING_GO = Duration.ofSeconds(1);

    @Override
    public Verdict judge(Optional<ServiceStatus> now, Duration waited) {
        if (now.isEmpty()) {
            return Verdict.bad(Exit.UNKNOWN_SERVICE, "there is no such service any more");
        }
        ServiceStatus status = now.get();
        RolloutStatus rollout = status.rollout();
        if (rollout != null && rollout.outcome().failed()) {
            return Goal.outcome(status, rollout);
        }
        boolean good = !underWay(status) && status.is(Type.Available) && !status.is(Type.Degraded);
        Optional<Verdict> held = waited.compareTo(LETTING_GO) >= 0
                ? Goal.held(status, "%s is left alone, so nothing begins until that ends")
                : Optional.empty();
        return good
                ? Verdict.good("%s is available (%s)"
                        .formatted(
                                status.service(),
                                status.condition(Type.Available)
                                        .map(c -> c.message())
                                        .orElse("")))
                : held.orElse(new Verdict.Open(""));
    }

    /// Nothing more comes of a service that is not available and at rest: that is another answer than "not yet", and
    /// than "nobody can tell".
    @Override
    public int late(@Nullable ServiceStatus last) {
        return last == null || underWay(last) || unknown(last) ? Exit.TIMED_OUT : Exit.NOT_AVAILABLE;
    }

    /// Docker is away, or the checks have not answered yet. Without a file that can be used nothing ever will be known.
    private static boolean unknown(ServiceStatus status) {
        return status.condition(Type.Available)
                .filter(c -> c.status() == Status.Unknown && !c.reason().equals("NothingKnown"))
                .isPresent();
    }

    private static boolean underWay(ServiceStatus status) {
        RolloutStatus rollout = status.rollout();
        boolean held = status.phase() == Phase.Held || Goal.because(status, Type.UpToDate, "RolledBack");
        return status.is(Type.Progressing)
                || (rollout != null && rollout.outcome() == Outcome.PROGRESSING)
                || (!held
                        && status.condition(Type.UpToDate)
                                .filter(c -> c.status() == Status.False)
                                .isPresent());
    }
}
