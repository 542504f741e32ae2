package dev.dhow.agent.plan;

import dev.dhow.agent.runtime.ContainerRequest;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.RunState;
import dev.dhow.api.spec.RoleSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Steps for containers that are made for a task, in one pass.
final class Tasks {
    private final PassInput input;
    private final Draft draft;
    private final Goal goal;
    private final UnderWay underWay;
    private final Retiring retiring;

    Tasks(PassInput input, Draft draft, Goal goal) {
        this.input = input;
        this.draft = draft;
        this.goal = goal;
        underWay = new UnderWay(input.past().underWay());
        retiring = new Retiring(input, null);
    }

    /// `shop/web/release`.
    static String subject(PassInput input, RoleSpec role, String task) {
        return input.service() + "/" + role.name() + "/" + task;
    }

    /// Whether steps of an earlier plan make or start one.
    boolean making(String subject) {
        return underWay.making(subject);
    }

    /// Whether steps of an earlier plan make, stop or remove it.
    boolean inHand(ObservedContainer container) {
        return underWay.leaving(container.id()) || underWay.making(container);
    }

    void discard(ObservedContainer container, String cause) {
        draft.lane(retiring.discard(container, cause));
    }

    void stop(ObservedContainer container, String cause) {
        draft.lane(retiring.stop(container, cause));
    }

    /// Makes and starts one, once all that it rests on is there.
    ///
    /// @param role what its container says
    void make(Crew crew, RoleSpec role, String task, String name, String cause) {
        String subject = subject(input, role, task);
        Optional<Wait> missing = Ground.wait(input, role, subject);
        if (missing.isPresent()) {
            draft.wait(missing.get());
            return;
        }
        if (!crew.imageHere(input) || !draft.ground(role)) {
            return;
        }
        ContainerRequest request =
                new Making(input, goal, role).task(task, name, crew.imageId().orElseThrow());
        draft.lane(List.of(new Step.Create(subject, request, cause), new Step.Start(subject, name, null, cause)));
    }

    /// Lets one go on that was frozen by hand.
    void thaw(ObservedContainer container) {
        if (container.state() == RunState.PAUSED && !making(container.subject())) {
            draft.lane(List.of(new Step.Unpause(container.subject(), container.name(), container.id(), "paused")));
        }
    }

    /// Starts one that is made.
    void carryOn(RoleSpec role, ObservedContainer container, String cause) {
        if (container.state() != RunState.CREATED || !draft.ground(role)) {
            return;
        }
        List<Step> lane = new ArrayList<>(new Making(input, goal, role).complete(container, cause));
        lane.add(new Step.Start(container.subject(), container.name(), container.id(), cause));
        draft.lane(lane);
    }
}
