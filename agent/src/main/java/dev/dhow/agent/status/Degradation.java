package dev.dhow.agent.status;

import dev.dhow.agent.plan.Goal;
import dev.dhow.agent.plan.PassInput;
import dev.dhow.agent.plan.Plan;
import dev.dhow.agent.plan.Wait;
import dev.dhow.agent.state.Chronicle.Entry;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Verdict;
import dev.dhow.api.status.ReplicaStatus.Health;
import dev.dhow.api.status.RolloutStatus;
import java.util.List;
import java.util.Optional;

/// What of a service needs a person's look.
///
/// @param reason one CamelCase word
/// @param message for people
record Degradation(String reason, String message) {
    /// The first that is found.
    ///
    /// @param serving the containers that the service consists of
    static Optional<Degradation> of(PassInput pass, Plan plan, List<ObservedContainer> serving) {
        Optional<RolloutStatus> failed = failedRollout(pass, plan);
        if (failed.isPresent()) {
            RolloutStatus rollout = failed.get();
            return Optional.of(new Degradation(
                    rollout.outcome() == RolloutStatus.Outcome.PAUSED ? "RolloutFailed" : "RolledBack",
                    "%s failed: %s".formatted(rollout.revision(), rollout.cause())));
        }
        return plan.waits().stream()
                .filter(w -> w.kind() == Wait.Kind.BACKOFF || w.kind() == Wait.Kind.PERSON)
                .findFirst()
                .map(w -> new Degradation(
                        w.kind() == Wait.Kind.PERSON ? "NeedsAttention" : "StepFails",
                        w.subject() + ": " + w.message()))
                .or(() -> serving.stream()
                        .filter(c -> bad(c, pass, plan))
                        .findFirst()
                        .map(c -> of(c, pass)));
    }

    private static Degradation of(ObservedContainer bad, PassInput pass) {
        Verdict verdict = pass.verdict(bad);
        String message = bad.subject() + ": " + verdict.message();
        return pass.world().hostSuspected()
                ? new Degradation(
                        "HostSuspected",
                        message + "; many services failed at once, so nothing is restarted for failing checks")
                : new Degradation(verdict.reason(), message);
    }

    private static Optional<RolloutStatus> failedRollout(PassInput pass, Plan plan) {
        Goal goal = plan.notes().goal();
        if (goal == null) {
            return Optional.empty();
        }
        return switch (goal.way()) {
            case ROLLED_BACK, PAUSED, CONDEMNED ->
                pass.chronicle().of(goal.fileRevision()).map(Entry::rollout);
            case FILE, RETURNED, UNREADABLE ->
                pass.chronicle()
                        .last()
                        .map(Entry::rollout)
                        .filter(rollout -> rollout.outcome().failed());
        };
    }

    /// What is down while steps are open is being put right; what runs and fails its checks is not well in any case.
    private static boolean bad(ObservedContainer container, PassInput pass, Plan plan) {
        Verdict verdict = pass.verdict(container);
        return verdict.failed() || (verdict.health() == Health.UNREADY && (container.running() || plan.isEmpty()));
    }
}
