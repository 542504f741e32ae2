package dev.dhow.agent.plan;

import dev.dhow.agent.state.Chronicle;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.api.status.RolloutStatus.Outcome;
import java.util.Optional;

/// What became of the revisions that one role's containers were made for.
///
/// @param hash the spec hash of its containers in the revision in force; empty: nobody knows
record Proven(Chronicle chronicle, Optional<String> hash) {
    static Proven of(Chronicle chronicle, String role) {
        return new Proven(
                chronicle, chronicle.inForce().map(entry -> entry.specs().get(role)));
    }

    /// Whether it is as the revision in force has it, whichever revision made it.
    boolean inForce(ObservedContainer container) {
        return hash.filter(container.owner().spec()::equals).isPresent();
    }

    /// Whether it was made for a revision that failed, and nothing that came later proved it.
    boolean failed(ObservedContainer container) {
        return !inForce(container) && chronicle.failed(container.owner().revision());
    }

    /// Whether it failed and was gone back from. What was paused stays until a person decides.
    boolean goneBackFrom(ObservedContainer container) {
        return failed(container)
                && chronicle
                        .of(container.owner().revision())
                        .filter(entry -> entry.rollout().outcome() == Outcome.ROLLED_BACK)
                        .isPresent();
    }
}
