package dev.dhow.agent.plan;

import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.api.spec.RoleSpec;
import java.util.List;

/// A service that is held at a revision which nobody can read any more: a secret of it is gone, or the policy denies
/// it by now. Nothing is made, replaced or taken away, because nobody knows what is wanted; what runs is looked
/// after.
final class AsItIs {
    private AsItIs() {}

    static void plan(PassInput input, Draft draft, Goal goal) {
        draft.wait(new Wait(input.service(), Wait.Kind.PERSON, "", message(input, goal), null));
        UnderWay underWay = new UnderWay(input.past().underWay());
        for (ObservedContainer container : input.containers()) {
            if (container.alive() && !underWay.leaving(container.id()) && !underWay.making(container.subject())) {
                draft.lane(steps(input, goal, container));
            }
        }
    }

    /// What a person has to know, and the ways out.
    static String message(PassInput input, Goal goal) {
        String problem = input.past().problems().getOrDefault(goal.revision(), "its file was not kept");
        return ("revision %s, which somebody went back to, cannot be read any more (%s), so all stays as it is: put"
                        + " that right, or have what the file says with `dhow retry %s`")
                .formatted(goal.revision(), problem, input.service());
    }

    private static List<Step> steps(PassInput input, Goal goal, ObservedContainer container) {
        String subject = container.subject();
        String name = container.name();
        String id = container.id();
        RoleSpec role = goal.spec().role(container.owner().role()).orElse(null);
        // A proxy that was started anew knows nobody. How the role is reached, the file says.
        if (role != null && input.unrouted(role, container)) {
            return List.of(new Step.Route(subject, name, id, role, "ready"));
        }
        return switch (Repair.of(container, input.verdict(container), input.memory(), input.now())) {
            case Repair.Unpause _ -> List.of(new Step.Unpause(subject, name, id, "paused"));
            case Repair.Restart restart
            when !input.world().hostSuspected() ->
                List.of(new Step.Restart(subject, name, id, container.stopGrace(), restart.cause()));
            case Repair.Restart _, Repair.Start _, Repair.Remove _, Repair.Later _, Repair.Leave _ -> List.of();
        };
    }
}
