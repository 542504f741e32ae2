package dev.dhow.agent.plan;

import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.api.spec.RoleSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Who serves in a slot of one role as long as the container that the goal wants does not: what served before, and
/// never what was gone back from where what is in force can.
final class Meanwhile {
    private final PassInput input;
    private final Draft draft;
    private final Crew crew;
    private final RoleSpec role;
    private final Gates gates;
    private final Mending mending;
    private final Order order;

    Meanwhile(PassInput input, Draft draft, Crew crew, Gates gates, Mending mending) {
        this.input = input;
        this.draft = draft;
        this.crew = crew;
        this.gates = gates;
        this.mending = mending;
        role = crew.role();
        order = Order.of(role);
    }

    /// Looks after the old one as if it were wanted, because nothing takes its place now. Where a revision failed and
    /// another came before all of it had been gone back from, the rest of that is done.
    ///
    /// @param turn whether the slot has its turn among the replicas already
    void tend(Slot slot, ObservedContainer old, boolean turn) {
        Optional<ObservedContainer> before = gates.goneBackTo(role, slot);
        boolean goesBack =
                before.isPresent() && (turn || gates.turn(crew, slot, order)) && goBack(slot, old, before.get());
        if (!goesBack || !order.stopFirst()) {
            route(slot, old);
        }
        if (!goesBack) {
            draft.lane(mending.steps(slot, old));
        }
    }

    private boolean goBack(Slot slot, ObservedContainer failed, ObservedContainer before) {
        List<Step> start = mending.steps(slot, before);
        if (start.isEmpty()) {
            return false;
        }
        List<Step> lane = new ArrayList<>();
        if (order.stopFirst()) {
            lane.addAll(new Retiring(input, role).stop(failed, "rolled back to " + before.name()));
        }
        lane.addAll(start);
        return draft.lane(lane);
    }

    /// Looks after what serves beside the current one, which does not yet.
    void beside(Slot slot, ObservedContainer current, @Nullable ObservedContainer old) {
        if (old != null) {
            route(slot, old);
        }
        if (order.stopFirst() || input.verdict(current).ready()) {
            return;
        }
        if (old == null && !Planner.notBad(input.verdict(current))) {
            // What served went down by another's doing, such as with its Engine: it serves on until this one is proven.
            gates.before(role, slot).ifPresent(before -> draft.lane(mending.steps(slot, before)));
        }
        gates.goneBackTo(role, slot).ifPresent(before -> draft.lane(mending.steps(slot, before)));
    }

    /// A proxy that was started anew knows nobody, and what was gone back to gets its requests again.
    private void route(Slot slot, ObservedContainer old) {
        if (input.unrouted(role, old)) {
            draft.lane(List.of(new Step.Route(slot.subject(), old.name(), old.id(), role, "ready")));
        }
    }

    /// The new container cannot start for now, and the one that stopped for it can.
    void standIn(Slot slot) {
        Proven proven = Proven.of(input.chronicle(), role.name());
        slot.kept().stream()
                .filter(c -> c.startedAt() != null && !proven.failed(c))
                .findFirst()
                .ifPresent(before -> draft.lane(List.of(new Step.Start(
                        slot.subject(), before.name(), before.id(), "until the one after it can start"))));
    }
}
