package dev.dhow.agent.plan;

import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Verdict;
import dev.dhow.api.spec.Defaults;
import java.util.ArrayList;
import java.util.List;

/// What containers of one role need that are to stay.
final class Mending {
    private final PassInput input;
    private final Draft draft;
    private final Crew crew;
    private final Gates gates;
    private final Making making;

    Mending(PassInput input, Draft draft, Crew crew, Gates gates, Making making) {
        this.input = input;
        this.draft = draft;
        this.crew = crew;
        this.gates = gates;
        this.making = making;
    }

    List<Step> steps(Slot slot, ObservedContainer container) {
        String subject = slot.subject();
        String name = container.name();
        String id = container.id();
        return switch (Repair.of(container, verdict(container), input.memory(), input.now())) {
            case Repair.Leave _ -> List.of();
            case Repair.Start start -> {
                List<Step> lane = new ArrayList<>();
                if (container.equals(slot.current())) {
                    // An old one was made from something else, which says other networks.
                    lane.addAll(making.complete(container, start.cause()));
                }
                lane.add(new Step.Start(subject, name, id, start.cause()));
                yield lane;
            }
            case Repair.Unpause _ -> List.of(new Step.Unpause(subject, name, id, "paused"));
            case Repair.Restart restart ->
                List.of(new Step.Restart(subject, name, id, Defaults.stopGracePeriod(crew.role()), restart.cause()));
            case Repair.Remove remove -> List.of(new Step.Remove(subject, name, id, remove.cause()));
            case Repair.Later later -> {
                draft.wait(new Wait(subject, later.kind(), "", later.message(), later.until()));
                yield List.of();
            }
        };
    }

    /// Nothing is restarted for a failing check where the rollout's own judgement comes first, or where another replica
    /// of the role is down already.
    private Verdict verdict(ObservedContainer container) {
        Verdict verdict = input.verdict(container);
        return verdict.wantsRestart() && !gates.mayRestart(crew, container) ? verdict.withoutRestart() : verdict;
    }
}
