package dev.dhow.agent.plan;

import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Owner;
import dev.dhow.agent.state.RunState;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.status.RunStatus;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Works out the runs of roles with a schedule: one container for each time, left to its end whatever the file says
/// meanwhile, the newest ones kept.
final class RunPlanner {
    private static final String CAUSE = "its time has come";

    private final PassInput input;
    private final Draft draft;
    private final Goal goal;
    private final Gates gates;
    private final Tasks tasks;

    RunPlanner(PassInput input, Draft draft, Goal goal, Gates gates) {
        this.input = input;
        this.draft = draft;
        this.goal = goal;
        this.gates = gates;
        tasks = new Tasks(input, draft, goal);
    }

    void plan(List<Crew> crews) {
        for (ObservedContainer container : input.tasks(Owner.RUN)) {
            if (tasks.inHand(container)) {
                continue;
            }
            tasks.thaw(container);
            boolean wanted = crews.stream().anyMatch(crew -> isOf(crew, container));
            boolean ended = !container.alive() && container.state() != RunState.REMOVING;
            if (!wanted && ended) {
                tasks.discard(
                        container,
                        "role %s runs at no times any more"
                                .formatted(container.owner().role()));
            }
        }
        crews.stream().filter(crew -> crew.role().schedule() != null).forEach(this::plan);
    }

    private static boolean isOf(Crew crew, ObservedContainer container) {
        return crew.role().schedule() != null
                && container.owner().role().equals(crew.role().name());
    }

    private void plan(Crew crew) {
        RoleSpec role = TaskRole.run(crew.role());
        String subject = Tasks.subject(input, role, Owner.RUN);
        List<ObservedContainer> containers = input.tasks(Owner.RUN).stream()
                .filter(c -> isOf(crew, c) && !tasks.inHand(c))
                .toList();
        clear(crew.role(), containers);
        if (tasks.making(subject)) {
            return;
        }
        containers.stream().filter(c -> !Runs.over(c)).forEach(c -> tasks.carryOn(role, c, CAUSE));
        if (gates.mayMake() && here(crew) && Runs.due(input, crew.role())) {
            Optional<Wait> gate = gates.beginRun(crew, subject);
            if (gate.isPresent()) {
                draft.wait(gate.get());
            } else {
                tasks.make(crew, role, Owner.RUN, name(role), CAUSE);
            }
        }
    }

    /// Whether its image is here, also between two times: a run does not wait for a pull.
    private boolean here(Crew crew) {
        boolean proven =
                input.chronicle().of(goal.revision()).filter(e -> e.available()).isPresent();
        return (crew.imageHere(input) && proven) || new ImageGate(input, draft, crew).open();
    }

    private void clear(RoleSpec role, List<ObservedContainer> containers) {
        containers.stream()
                .filter(Runs::over)
                .sorted(Comparator.comparing(RunPlanner::lastMoment)
                        .thenComparing(ObservedContainer::name)
                        .reversed())
                .skip(role.retain())
                .forEach(c -> tasks.discard(c, "no longer kept"));
    }

    private static Instant lastMoment(ObservedContainer container) {
        Instant ended = container.finishedAt() == null ? container.startedAt() : container.finishedAt();
        return ended == null ? Instant.EPOCH : ended;
    }

    private static int number(String text) {
        return text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
    }

    /// One higher than any that is here or remembered.
    private String name(RoleSpec role) {
        String prefix = "%s-%s-%s-".formatted(input.service(), role.name(), goal.revision());
        int last = Stream.concat(
                        input.world().containers().stream().map(ObservedContainer::name),
                        input.chronicle().runs().stream().map(RunStatus::container))
                .filter(name -> name.startsWith(prefix))
                .mapToInt(name -> number(name.substring(prefix.length())))
                .max()
                .orElse(0);
        return prefix + (last + 1);
    }
}
