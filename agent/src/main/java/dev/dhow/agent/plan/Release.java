package dev.dhow.agent.plan;

import dev.dhow.agent.state.Chronicle;
import dev.dhow.agent.state.Chronicle.Reasons;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Owner;
import dev.dhow.agent.state.RunState;
import dev.dhow.api.spec.ReleaseCommand;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.ServiceSpec;
import dev.dhow.api.status.ReplicaStatus.LastExit;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A release command that has to run to its good end before any role changes. It runs once for a revision: not for one
/// that ran it before, nor for one that is gone back to.
///
/// @param crew the role whose image and environment it has
/// @param container its container as it is; null: there is none yet
/// @param late whether its container ran for longer than it may, by our own watching
/// @param ready whether every image of the revision is known, so that its name stays what it is
record Release(ReleaseCommand command, Crew crew, @Nullable ObservedContainer container, boolean late, boolean ready) {
    /// What must run now; empty: nothing has to.
    static Optional<Release> due(PassInput input, Goal goal, List<Crew> crews) {
        ReleaseCommand command = goal.spec().releaseCommand();
        if (command == null || goal.way() != Goal.Way.FILE) {
            return Optional.empty();
        }
        boolean open = input.chronicle()
                .last()
                .filter(Chronicle.Entry::progressing)
                .filter(e -> e.revision().equals(goal.revision()) && !e.released())
                // Neither changes what is wanted; also where history is lost with the way that led here.
                .filter(e -> !List.of(Reasons.RESTART, Reasons.ADOPTED)
                        .contains(e.rollout().reason()))
                .isPresent();
        // Where history is lost, its containers tell: none of them starts before the command has ended.
        boolean ran = input.world().containers().stream()
                .filter(c -> !c.isFor(Owner.RELEASE))
                .anyMatch(c -> c.owner().revision().equals(goal.revision()) && c.startedAt() != null);
        boolean changes = crews.stream().anyMatch(crew -> changes(input, goal, crew));
        if (!open || ran || !changes) {
            return Optional.empty();
        }
        return crews.stream()
                .filter(crew -> crew.role().name().equals(command.role()))
                .findFirst()
                .map(crew -> of(input, command, crew, container(input, goal, command), ready(crews, command)));
    }

    private static Release of(
            PassInput input, ReleaseCommand command, Crew crew, @Nullable ObservedContainer container, boolean ready) {
        Moments.Task seen =
                container == null ? null : input.memory().moments().tasks().get(container.id());
        return new Release(command, crew, container, seen != null && seen.late(), ready);
    }

    private static boolean changes(PassInput input, Goal goal, Crew crew) {
        return crew.role().schedule() == null
                ? crew.slots().stream().anyMatch(Release::changes)
                : runsChange(input, goal, crew);
    }

    /// Whether the next run of a role with a schedule is another than one of the version before would be.
    private static boolean runsChange(PassInput input, Goal goal, Crew crew) {
        RoleSpec role = crew.role();
        Optional<Chronicle.Entry> before = input.chronicle().availableBeside(goal.revision());
        if (before.isEmpty()) {
            return true;
        }
        ServiceSpec served = input.past().specs().get(before.get().revision());
        if (served == null) {
            // Nobody knows.
            return false;
        }
        String image = before.get().images().get(role.name());
        return crew.imageId().filter(id -> id.equals(image)).isEmpty()
                || served.role(role.name())
                        .filter(was -> TaskRole.run(was).equals(TaskRole.run(role)))
                        .isEmpty();
    }

    /// Whether its container changes before the slot is as wanted.
    private static boolean changes(Slot slot) {
        ObservedContainer current = slot.current();
        return current == null || (slot.old() != null && !current.alive());
    }

    private static @Nullable ObservedContainer container(PassInput input, Goal goal, ReleaseCommand command) {
        return input.tasks(Owner.RELEASE).stream()
                .filter(c -> c.owner().revision().equals(goal.revision())
                        && c.owner().role().equals(command.role()))
                .filter(c -> !input.chronicle().renew().contains(c.id()))
                .findFirst()
                .orElse(null);
    }

    private static boolean ready(List<Crew> crews, ReleaseCommand command) {
        return crews.stream()
                .allMatch(crew -> crew.imageId().isPresent()
                        || (crew.role().schedule() == null
                                && crew.slots().isEmpty()
                                && !crew.role().name().equals(command.role())));
    }

    /// Whether it ran to its good end in its time.
    boolean succeeded() {
        return container != null
                && container.state() == RunState.EXITED
                && problem(container).isEmpty();
    }

    /// Why the revision fails, where its command did.
    Optional<Failing> failing(PassInput input) {
        ObservedContainer made = container;
        if (made == null) {
            return Optional.empty();
        }
        Optional<String> problem = made.state() == RunState.EXITED
                ? problem(made)
                : overdue(input, made) ? Optional.of(late(command)) : Optional.empty();
        return problem.map(words -> new Failing(
                crew.role(), made.subject() + ": the release command " + words, null, exit(input, made), made.name()));
    }

    private static @Nullable LastExit exit(PassInput input, ObservedContainer made) {
        LastExit known = input.past().lastExits().get(made.id());
        return known != null || made.state() != RunState.EXITED
                ? known
                : new LastExit(made.exitCode(), made.oomKilled(), made.finishedAt(), List.of());
    }

    /// What is wrong with the end of a container that has ended. One that ended well after its time was stopped by
    /// us. The engine's times do not tell: a clock may be set, and a machine sleep, between two of them.
    Optional<String> problem(ObservedContainer ended) {
        if (ended.oomKilled()) {
            return Optional.of("ran out of memory");
        }
        if (ended.exitCode() != 0) {
            return Optional.of("exited with " + ended.exitCode());
        }
        return late ? Optional.of(late(command)) : Optional.empty();
    }

    private static String late(ReleaseCommand command) {
        return "did not end within %d s".formatted(command.timeout().toSeconds());
    }

    /// Whether a container of a release command, of whatever revision, was seen to run longer than it may.
    static boolean overdue(PassInput input, ObservedContainer container) {
        return until(input, container)
                .filter(until -> input.observed().shows(container, until))
                .isPresent();
    }

    /// Until when a container of a release command may run, monotonic; empty: it does not run, or was not seen before.
    static Optional<Duration> until(PassInput input, ObservedContainer container) {
        Moments.Task seen = input.memory().moments().tasks().get(container.id());
        return seen == null || seen.ended() || !container.alive()
                ? Optional.empty()
                : Optional.of(seen.at().plus(timeout(input, container)));
    }

    private static Duration timeout(PassInput input, ObservedContainer container) {
        ServiceSpec spec = input.past().specs().get(container.owner().revision());
        ReleaseCommand command = spec == null ? null : spec.releaseCommand();
        return command == null ? ReleaseCommand.TIMEOUT : command.timeout();
    }
}
