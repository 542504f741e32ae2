package dev.dhow.agent.cli;

import dev.dhow.api.status.Condition.Type;
import dev.dhow.api.status.RolloutStatus;
import dev.dhow.api.status.ServiceStatus;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A file that was written is in force, and its rollout is over.
final class AppliedGoal implements Goal {
    private static final String HELD =
            "%s: the file is in place, but the service is left alone, so nothing of it begins until that ends";

    private final String service;
    private final String content;
    private final @Nullable String contentBefore;
    private final @Nullable RolloutStatus rolloutBefore;
    private boolean seen;

    /// @param content the text that was written
    /// @param before the status before that; null: there was no such service
    AppliedGoal(String service, String content, @Nullable ServiceStatus before) {
        this.service = service;
        this.content = content;
        contentBefore = before == null ? null : before.content();
        rolloutBefore = before == null ? null : before.rollout();
    }

    @Override
    public Verdict judge(Optional<ServiceStatus> now, Duration waited) {
        if (now.isEmpty()) {
            return seen
                    ? Verdict.bad(Exit.ERROR, "%s was removed meanwhile".formatted(service))
                    : new Verdict.Open("the agent has not read the file yet");
        }
        ServiceStatus status = now.get();
        String inForce = status.content();
        if (content.equals(inForce)) {
            seen = true;
            Verdict verdict = mine(status);
            return verdict instanceof Verdict.Open ? Goal.held(status, HELD).orElse(verdict) : verdict;
        }
        boolean old = inForce == null || inForce.equals(contentBefore);
        return seen || !old
                ? Verdict.bad(
                        Exit.ERROR,
                        "%s: a newer file (%s) came before the rollout of this one was over; \"dhow wait %s\" follows that"
                                .formatted(service, inForce == null ? "none in force" : inForce, service))
                : new Verdict.Open("the file is not in force yet");
    }

    private Verdict mine(ServiceStatus status) {
        RolloutStatus rollout = status.rollout();
        boolean wanted = rollout != null && rollout.revision().equals(status.revision());
        boolean again = content.equals(contentBefore);
        if (rollout == null || (Goal.same(rollout, rolloutBefore) && !again && !wanted)) {
            // Still the one of the file before.
            return new Verdict.Open("");
        }
        if (again && !rollout.outcome().failed() && Goal.because(status, Type.UpToDate, "RolledBack")) {
            return Verdict.bad(
                    Exit.ROLLED_BACK,
                    "%s is held at revision %s by a rollback, and this is the file that it went back from; run \"dhow retry %s\" to have it again"
                            .formatted(service, rollout.revision(), service));
        }
        boolean over = rollout.outcome() != RolloutStatus.Outcome.AVAILABLE || wanted;
        return over ? Goal.outcome(status, rollout) : new Verdict.Open("");
    }
}
