package dev.dhow.agent.plan;

import dev.dhow.agent.state.Chronicle.Entry;
import dev.dhow.agent.state.Chronicle.Reasons;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.ServiceSpec;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The rollout under way, and which containers decide whether it ends well.
///
/// @param entry what is remembered of it
/// @param beginning what was there when it began
/// @param served what served before; null: nobody knows, or its own containers are made anew
record Trial(
        PassInput input,
        Goal goal,
        Entry entry,
        Memory.Beginning beginning,
        @Nullable ServiceSpec served) {
    /// Empty: none is under way, or the service is left alone.
    static Optional<Trial> of(PassInput input) {
        Optional<Entry> last = input.chronicle().last().filter(entry -> entry.progressing() && !input.held());
        // The goal takes some working out, and mostly nothing is open.
        return last.flatMap(entry -> Goal.of(input)
                .filter(goal -> goal.revision().equals(entry.revision()))
                .map(goal -> new Trial(input, goal, entry, beginning(input, entry), served(input, goal, entry))));
    }

    private static @Nullable ServiceSpec served(PassInput input, Goal goal, Entry entry) {
        return entry.rollout().reason().equals(Reasons.RESTART)
                ? null
                : input.chronicle()
                        .availableBeside(goal.revision())
                        .map(e -> input.past().specs().get(e.revision()))
                        .orElse(null);
    }

    /// As it is remembered, or as it is now. An agent that comes back in the middle takes no end that came since the
    /// rollout began for an earlier one.
    private static Memory.Beginning beginning(PassInput input, Entry entry) {
        Memory.Beginning known = input.memory().beginning();
        if (known != null && known.of(entry)) {
            return known;
        }
        Instant at = entry.rollout().startedAt();
        Set<String> ended = input.containers().stream()
                .filter(c -> !c.alive() && (c.startedAt() == null || c.startedAt().isBefore(at)))
                .map(Memory.Beginning::run)
                .collect(Collectors.toSet());
        return new Memory.Beginning(entry.revision(), at, ended);
    }

    /// The pass, with what was noted. What failed before it began, for this very revision or for another that named the
    /// same image, does not count against it.
    PassInput noted() {
        Memory memory = input.memory();
        if (beginning.equals(memory.beginning())) {
            return input;
        }
        return input.with(memory.beginning(beginning)
                .withoutFailures(failure -> goal.spec().roles().stream()
                        .anyMatch(role -> Failing.concerns(input, goal, role, failure))));
    }

    /// Whether it was begun for this container, a current one of that role. One that was there before decides only where
    /// the new revision checks it in another way; how one that was kept ended the last time never does.
    boolean decidedBy(RoleSpec role, ObservedContainer container) {
        if (beginning.endedBefore(container)) {
            return false;
        }
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
