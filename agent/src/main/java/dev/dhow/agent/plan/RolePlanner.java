package dev.dhow.agent.plan;

import dev.dhow.agent.runtime.ContainerRequest;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.RunState;
import dev.dhow.api.spec.RoleSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Works out one role: as many slots as it wants replicas, each with a container made from what the goal says.
///
/// Start-first: the new container is made and started; when it is ready it takes the traffic, the old one finishes its
/// requests and stops, and is kept. Stop-first: the new container is made, then the old one stops, then the new one
/// starts. Either way nothing old stops before the new one is proven as far as it can be without that.
final class RolePlanner {
    private final PassInput input;
    private final Draft draft;
    private final Goal goal;
    private final RoleSpec role;
    private final Crew crew;
    private final Gates gates;
    private final Making making;
    private final Retiring retiring;
    private final Order order;
    private final Set<String> names = new HashSet<>();
    private final ImageGate image;
    private final Mending mending;
    private final Meanwhile meanwhile;

    RolePlanner(PassInput input, Draft draft, Goal goal, Crew crew, Gates gates) {
        this.input = input;
        this.draft = draft;
        this.goal = goal;
        this.crew = crew;
        this.gates = gates;
        role = crew.role();
        making = new Making(input, goal, role);
        retiring = new Retiring(input, role);
        order = Order.of(role);
        input.world().ofRole(role.name()).forEach(c -> names.add(c.name()));
        names.addAll(new UnderWay(input.past().underWay()).made());
        image = new ImageGate(input, draft, crew);
        mending = new Mending(input, draft, crew, gates, making);
        meanwhile = new Meanwhile(input, draft, crew, gates, mending);
    }

    void plan() {
        String wanted = role.schedule() != null
                ? "it runs at its times only"
                : role.replicas() == 1 ? "1 replica is wanted" : role.replicas() + " replicas are wanted";
        for (ObservedContainer container : crew.beyond()) {
            draft.leaving(container);
            if (gates.mayLeave()) {
                draft.lane(retiring.discard(container, wanted));
            }
        }
        boolean makeable = crew.slots().stream().noneMatch(s -> s.current() == null && !s.busy()) || makeable();
        for (Slot slot : crew.slots()) {
            clear(slot);
            if (slot.busy()) {
                continue;
            }
            if (slot.current() != null) {
                keep(slot, slot.current());
            } else if ((!makeable || !fill(slot)) && slot.old() != null) {
                meanwhile.tend(slot, slot.old(), false);
            }
        }
    }

    private boolean makeable() {
        return gates.mayMake() && image.open() && allImagesKnown();
    }

    /// A revision is known once all its images are: a container that is made earlier would carry another one's.
    private boolean allImagesKnown() {
        Optional<Wait> other = gates.images(crew);
        other.ifPresent(draft::wait);
        return other.isEmpty();
    }

    /// What is in the way goes; what a rollback could start again stays.
    private void clear(Slot slot) {
        for (ObservedContainer twin : slot.twins()) {
            draft.leaving(twin);
            draft.lane(retiring.discard(twin, "another container has its place"));
        }
        boolean served = serves(slot.current()) || serves(slot.old());
        for (ObservedContainer extra : slot.extra()) {
            draft.leaving(extra);
            if (served || !Planner.notBad(input.verdict(extra))) {
                draft.lane(retiring.stop(extra, "another container has its place"));
            }
        }
        slot.kept().forEach(draft::keeping);
        gates.tooMany(role, slot).forEach(c -> draft.lane(retiring.discard(c, "no longer kept")));
    }

    /// Whether it does its work, and gets the requests for that.
    private boolean serves(@Nullable ObservedContainer container) {
        return container != null && input.verdict(container).ready() && !input.unrouted(role, container);
    }

    /// The slot has no container made from what the goal says.
    ///
    /// @return whether the steps that make one are in the draft
    private boolean fill(Slot slot) {
        Optional<Wait> gate = gates.begin(crew, slot, order);
        if (gate.isPresent()) {
            draft.wait(gate.get());
            return false;
        }
        Optional<Wait> missing = Ground.wait(input, role, slot.subject());
        if (missing.isPresent()) {
            draft.wait(missing.get());
            return false;
        }
        if (!draft.ground(role)) {
            return false;
        }
        ContainerRequest request =
                making.replica(slot.replica(), newName(), crew.imageId().orElseThrow());
        ObservedContainer old = slot.old();
        String cause = old == null ? "no container" : slot.why();
        List<Step> lane = new ArrayList<>();
        lane.add(new Step.Create(slot.subject(), request, cause));
        if (order.stopFirst() && old != null) {
            lane.addAll(retiring.stop(old, makesRoom(old, request.name())));
        }
        lane.add(new Step.Start(slot.subject(), request.name(), null, cause));
        return draft.lane(lane);
    }

    /// @param name of the one that cannot start before the old one has stopped
    private String makesRoom(ObservedContainer old, String name) {
        return replacedBy(old, "%s (%s)".formatted(name, order.why()));
    }

    /// A log that is read later has to tell a way back from a way forward.
    private String replacedBy(ObservedContainer old, String by) {
        String from = old.owner().revision();
        String back = switch (goal.way()) {
            case ROLLED_BACK -> from.equals(goal.fileRevision()) ? "which failed" : "";
            case RETURNED -> from.equals(goal.revision()) ? "" : "which somebody asked for";
            case FILE, UNREADABLE, PAUSED, CONDEMNED -> "";
        };
        return "replaced by " + by + (back.isEmpty() ? "" : ", the way back from %s, %s".formatted(from, back));
    }

    /// The slot has the right container: see that it runs, that it takes over, and that the one before it goes.
    private void keep(Slot slot, ObservedContainer current) {
        if (slot.undecided()) {
            draft.undecided(current);
        }
        ObservedContainer old = slot.old();
        if (old != null) {
            draft.leaving(old);
            if (!current.alive() && !input.verdict(current).ready()) {
                begin(slot, current, old);
                return;
            }
        }
        // A rollout that is paused stays as it is until somebody decides.
        boolean goesOn = goal.way() != Goal.Way.PAUSED;
        if (goesOn && input.verdict(current).ready() && takesOver(slot, current, old)) {
            return;
        }
        meanwhile.beside(slot, current, old);
        List<Step> repair = mending.steps(slot, current);
        if (!repair.isEmpty() && repair.getLast() instanceof Step.Start && !draft.ground(role)) {
            return;
        }
        if (!draft.lane(repair) && order.stopFirst() && current.state() == RunState.CREATED) {
            meanwhile.standIn(slot);
        }
    }

    /// The right container is made and does not run: one that was just made, or one that was kept and is gone back to.
    private void begin(Slot slot, ObservedContainer current, ObservedContainer old) {
        Optional<Wait> gate = gates.begin(crew, slot, order);
        if (gate.isPresent()) {
            draft.wait(gate.get());
            meanwhile.tend(slot, old, false);
            return;
        }
        Memory.Attempts starts = input.memory().starts(slot.subject());
        Duration due = starts.last().plus(Backoff.startAgain(starts.count()));
        if (starts.count() > 0 && due.compareTo(input.now()) > 0) {
            draft.wait(new Wait(
                    slot.subject(),
                    Wait.Kind.BACKOFF,
                    "",
                    "started after a while: exited with " + current.exitCode(),
                    due));
            meanwhile.tend(slot, old, true);
            return;
        }
        if (!draft.ground(role)) {
            return;
        }
        String cause = current.state() == RunState.CREATED ? slot.why() : "as it was made before: " + slot.why();
        List<Step> lane = new ArrayList<>(making.complete(current, cause));
        if (order.stopFirst()) {
            lane.addAll(retiring.stop(old, makesRoom(old, current.name())));
        }
        lane.add(new Step.Start(slot.subject(), current.name(), current.id(), cause));
        if (!draft.lane(lane)) {
            meanwhile.tend(slot, old, true);
        }
    }

    /// Gives a ready container the traffic and lets the one before it go.
    ///
    /// @return whether steps for that are in the draft
    private boolean takesOver(Slot slot, ObservedContainer current, @Nullable ObservedContainer old) {
        boolean route = input.unrouted(role, current);
        if (!route && old == null) {
            return false;
        }
        List<Step> lane = new ArrayList<>();
        if (route) {
            lane.add(new Step.Route(slot.subject(), current.name(), current.id(), role, "ready"));
        }
        if (old != null) {
            lane.addAll(retiring.stop(old, replacedBy(old, current.name())));
        }
        return draft.lane(lane);
    }

    /// A name that no container of the role has, or gets in this pass.
    private String newName() {
        String prefix = "%s-%s-%s-".formatted(input.service(), role.name(), goal.revision());
        int number = 1;
        while (!names.add(prefix + number)) {
            number++;
        }
        return prefix + number;
    }
}
