package dev.dhow.agent.plan;

import dev.dhow.agent.state.Chronicle;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.api.status.RolloutStatus.Outcome;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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

    /// Which stopped containers are kept, of those that ever ran: those that a person may go back to before those that
    /// failed.
    ///
    /// @param stopped newest first
    /// @param most how many
    /// @param failed the revision whose newest container is kept beside them; empty: none
    /// @return their ids
    Set<String> worthKeeping(List<ObservedContainer> stopped, int most, String failed) {
        List<ObservedContainer> ran =
                stopped.stream().filter(c -> c.startedAt() != null).toList();
        Set<String> ids = new HashSet<>();
        ran.stream().filter(c -> c.owner().revision().equals(failed)).limit(1).forEach(c -> ids.add(c.id()));
        ran.stream()
                .filter(c -> !ids.contains(c.id()))
                .sorted(Comparator.comparing(this::failed).thenComparing(this::unproven))
                .limit(most)
                .forEach(c -> ids.add(c.id()));
        return ids;
    }

    /// Whether its revision is known, and never came into force.
    private boolean unproven(ObservedContainer container) {
        String revision = container.owner().revision();
        return !inForce(container)
                && chronicle.of(revision).isPresent()
                && chronicle.entries().stream()
                        .filter(Chronicle.Entry::available)
                        .noneMatch(e -> e.revision().equals(revision)
                                || e.specs().containsValue(container.owner().spec()));
    }
}
