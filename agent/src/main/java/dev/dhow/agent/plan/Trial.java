package dev.dhow.agent.plan;

import dev.dhow.agent.state.Chronicle.Entry;
import dev.dhow.agent.state.Chronicle.Reasons;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Owner;
import dev.dhow.agent.state.RunState;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.ServiceSpec;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
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
        return last.flatMap(entry -> input.goal()
                .filter(goal -> goal.revision().equals(entry.revision()) && goal.way() != Goal.Way.UNREADABLE)
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
            Set<String> more = new HashSet<>(known.ended());
            taken(input).forEach(c -> more.add(Memory.Beginning.run(c)));
            return new Memory.Beginning(known.revision(), known.at(), more, known.alive());
        }
        Instant at = entry.rollout().startedAt();
        Set<String> ended = new HashSet<>();
        Set<String> alive = new HashSet<>();
        for (ObservedContainer container : input.containers()) {
            Instant started = container.startedAt();
            boolean before = started == null || started.isBefore(at);
            if (before && container.alive()) {
                alive.add(container.id());
            } else if (before) {
                ended.add(Memory.Beginning.run(container));
            }
        }
        taken(input).forEach(c -> ended.add(Memory.Beginning.run(c)));
        return new Memory.Beginning(entry.revision(), at, ended, alive);
    }

    /// What ended while the engine was away: that is not the revision's failure.
    private static List<ObservedContainer> taken(PassInput input) {
        return input.containers().stream().filter(c -> input.memory().taken(c)).toList();
    }

    /// The pass, with what was noted. What failed before it began, for this very revision or for another that named the
    /// same image, does not count against it.
    PassInput noted() {
        Memory known = input.memory();
        Memory memory = known.beginning(beginning);
        if (known.beginning() == null || !known.beginning().of(entry)) {
            memory = memory.withoutFailures(failure ->
                    goal.spec().roles().stream().anyMatch(role -> Failing.concerns(input, goal, role, failure)));
        }
        return input.with(input.chronicle().withRenew(renew())).with(memory);
    }

    /// What the engine took with it and nobody would start again is made anew; so is a release command that it broke
    /// off.
    private Set<String> renew() {
        Set<String> renew = new HashSet<>(input.chronicle().renew());
        taken(input).stream()
                .filter(c -> c.owner().revision().equals(goal.revision())
                        && !input.verdict(c).ready()
                        && left(c))
                .forEach(c -> renew.add(c.id()));
        input.tasks(Owner.RELEASE).stream()
                .filter(c -> input.memory().taken(c) && c.startedAt() != null && c.exitCode() != 0)
                .forEach(c -> renew.add(c.id()));
        return renew;
    }

    private boolean left(ObservedContainer container) {
        return container.state() == RunState.EXITED
                && Repair.of(container, input.verdict(container), input.memory(), input.now()) instanceof Repair.Leave;
    }

    /// Whether what this container, a current one of that role, does can fail the rollout. How one that was kept
    /// ended the last time cannot.
    boolean decidedBy(RoleSpec role, ObservedContainer container) {
        return concerns(role, container) && !beginning.endedBefore(container);
    }

    /// Whether the rollout brings this container, a current one of that role. One that served before is concerned only
    /// where the new revision checks it in another way.
    private boolean concerns(RoleSpec role, ObservedContainer container) {
        boolean made = container.owner().revision().equals(goal.revision());
        return (made && !servedBefore(container)) || checkedAnew(role);
    }

    /// Content that comes back finds containers of its own that it shares with what came in between.
    private boolean servedBefore(ObservedContainer container) {
        return beginning.alive().contains(container.id())
                && input.chronicle().entries().stream()
                        .anyMatch(e -> e.available()
                                && e.revision().equals(container.owner().revision()));
    }

    /// Whether it changes anything of the role, or has.
    boolean changes(Crew crew) {
        return crew.slots().stream()
                .anyMatch(
                        slot -> slot.current() == null || slot.old() != null || concerns(crew.role(), slot.current()));
    }

    /// Whether the place is as the rollout wants it. What it did not bring is as it is, well or not.
    boolean there(Crew crew, Slot slot) {
        ObservedContainer current = slot.current();
        if (current == null || slot.old() != null) {
            return false;
        }
        return input.verdict(current).ready() || !concerns(crew.role(), current) || doneFor(current);
    }

    /// Whether its process has ended as it may, so that nobody starts it again.
    private boolean doneFor(ObservedContainer container) {
        return left(container)
                && (container.exitCode() == 0 || !input.verdict(container).failed());
    }

    private boolean checkedAnew(RoleSpec role) {
        return served != null
                && served.role(role.name())
                        .filter(was ->
                                !was.health().equals(role.health()) || !Objects.equals(was.proxy(), role.proxy()))
                        .isPresent();
    }
}
