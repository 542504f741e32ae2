package dev.dhow.agent.plan;

import dev.dhow.agent.state.Chronicle.Entry;
import dev.dhow.agent.state.Chronicle.Reasons;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.ServiceSpec;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The rollout under way, and which containers decide whether it ends well.
///
/// @param entry what is remembered of it
/// @param served what served before; null: nobody knows, or its own containers are made anew
record Trial(PassInput input, Goal goal, Entry entry, @Nullable ServiceSpec served) {
    /// Empty: none is under way, or the service is left alone.
    static Optional<Trial> of(PassInput input) {
        Optional<Entry> last = input.chronicle().last().filter(entry -> entry.progressing() && !input.held());
        // The goal takes some working out, and mostly nothing is open.
        return last.flatMap(entry -> Goal.of(input)
                .filter(goal -> goal.revision().equals(entry.revision()))
                .map(goal -> new Trial(input, goal, entry, entry.rollout().reason().equals(Reasons.RESTART)
                        ? null
                        : input.chronicle()
                                .availableBeside(goal.revision())
                                .map(e -> input.past().specs().get(e.revision()))
                                .orElse(null))));
    }

    /// Whether it was begun for this container, a current one of that role. One that was there before decides only where
    /// the new revision checks it in another way.
    boolean decidedBy(RoleSpec role, ObservedContainer container) {
        return container.owner().revision().equals(goal.revision()) || checkedAnew(role);
    }

    private boolean checkedAnew(RoleSpec role) {
        return served != null
                && served.role(role.name())
                        .filter(was ->
                                !was.health().equals(role.health()) || !Objects.equals(was.proxy(), role.proxy()))
                        .isPresent();
    }
}
