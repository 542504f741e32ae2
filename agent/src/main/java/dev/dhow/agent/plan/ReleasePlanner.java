package dev.dhow.agent.plan;

import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Owner;
import dev.dhow.agent.state.RunState;
import dev.dhow.api.spec.RoleSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Works out the release command: makes its container where it is due, and clears away those that are not needed any
/// more. One that runs is left to its end or its time, also where another file came meanwhile: half of a migration
/// is worse than one too many.
final class ReleasePlanner {
    private static final String CAUSE = "once before any role changes";

    private final PassInput input;
    private final Draft draft;
    private final Goal goal;
    private final Tasks tasks;
    private final Optional<Release> due;
    private final List<ObservedContainer> containers;

    ReleasePlanner(PassInput input, Draft draft, Goal goal, List<Crew> crews) {
        this.input = input;
        this.draft = draft;
        this.goal = goal;
        tasks = new Tasks(input, draft, goal);
        due = Release.due(input, goal, crews);
        containers = input.tasks(Owner.RELEASE);
    }

    void plan() {
        for (ObservedContainer container : containers) {
            if (tasks.inHand(container)) {
                continue;
            }
            if (container.alive()) {
                if (Release.overdue(input, container)) {
                    tasks.stop(container, "its release command has run for too long");
                } else {
                    tasks.thaw(container);
                }
            } else if (!wanted(container) && !kept(container)) {
                tasks.discard(container, "its release command is over");
            }
        }
        due.ifPresent(this::run);
    }

    private boolean wanted(ObservedContainer container) {
        return due.filter(release -> container.equals(release.container())).isPresent();
    }

    /// That of a revision that failed is kept for a look at it, as its other containers are.
    private boolean kept(ObservedContainer container) {
        String revision = container.owner().revision();
        return container.state() == RunState.EXITED
                && revision.equals(goal.fileRevision())
                && input.chronicle().failed(revision);
    }

    private void run(Release release) {
        RoleSpec role =
                TaskRole.release(release.crew().role(), release.command().command());
        String subject = Tasks.subject(input, role, Owner.RELEASE);
        ObservedContainer made = release.container();
        if (tasks.making(subject)) {
            return;
        }
        if (made != null) {
            if (!tasks.inHand(made)) {
                see(release, role, made);
            }
            return;
        }
        String name = "%s-%s-%s-%s".formatted(input.service(), role.name(), goal.revision(), Owner.RELEASE);
        Optional<ObservedContainer> other = containers.stream()
                .filter(c -> c.alive() || c.name().equals(name))
                .findFirst();
        if (other.isPresent()) {
            String message = "waits for the end of " + other.get().name();
            draft.wait(new Wait(subject, Wait.Kind.GATE, Wait.CREATE, message, null));
            return;
        }
        if (release.crew().imageHere(input) || new ImageGate(input, draft, release.crew()).open()) {
            if (release.ready()) {
                tasks.make(release.crew(), role, Owner.RELEASE, name, CAUSE);
            }
        }
    }

    private void see(Release release, RoleSpec role, ObservedContainer made) {
        switch (made.state()) {
            case CREATED -> tasks.carryOn(role, made, CAUSE);
            case EXITED -> again(release, made);
            case DEAD -> tasks.discard(made, "Docker could not remove it");
            case RUNNING, PAUSED, RESTARTING, REMOVING, UNKNOWN -> {
                // It is at work, or Docker is.
            }
        }
    }

    /// It failed, and there is nothing to go back to: another try after a while.
    private void again(Release release, ObservedContainer made) {
        Moments.Task seen = input.memory().moments().tasks().get(made.id());
        Duration since = seen == null || !seen.ended() ? input.now() : seen.at();
        int tries = Math.max(1, input.memory().starts(made.subject()).count());
        Duration due = since.plus(Backoff.restart(tries));
        String message = "the release command " + release.problem(made).orElse("ended");
        if (due.compareTo(input.now()) > 0) {
            draft.wait(new Wait(made.subject(), Wait.Kind.BACKOFF, "", message + "; it is tried again", due));
        } else {
            tasks.discard(made, message);
        }
    }
}
