package dev.dhow.agent.plan;

import dev.dhow.agent.runtime.ContainerRequest;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Owner;
import dev.dhow.agent.state.RunState;
import dev.dhow.api.spec.Defaults;
import dev.dhow.api.spec.RoleSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Works out one role: as many slots as it wants replicas, each with a container made from what it says now.
///
/// A replacement is stop-first here: the new container is made, then the old one stops, then the new one starts, and
/// the old one goes when the new one is ready. One ready container of a role is replaced at a time; those that are not
/// ready serve nobody and are replaced at once.
final class RolePlanner {
    private final PassInput input;
    private final Draft draft;
    private final RoleSpec role;
    private final List<ObservedContainer> containers;
    private final Set<String> names = new HashSet<>();
    private final ImageGate image;
    private final String revision;
    private final List<Slot> slots;

    RolePlanner(PassInput input, Draft draft, RoleSpec role, String revision) {
        this.input = input;
        this.draft = draft;
        this.role = role;
        this.revision = revision;
        containers = Planner.ofRole(input, role.name());
        containers.forEach(c -> names.add(c.name()));
        image = new ImageGate(input, draft, role, containers);
        slots = Slot.of(input, role, containers, image.imageId().orElse(null));
    }

    void plan() {
        String wanted = role.replicas() == 1 ? "1 replica is wanted" : role.replicas() + " replicas are wanted";
        containers.stream()
                .filter(c -> c.owner().replica() > role.replicas())
                .sorted(Comparator.comparing(ObservedContainer::name))
                .forEach(c -> leave(c, wanted));
        boolean makeable = slots.stream().noneMatch(s -> s.current() == null) || image.open();
        for (Slot slot : slots) {
            slot.surplus().forEach(c -> leave(c, "another container has its place"));
            ObservedContainer current = slot.current();
            ObservedContainer old = slot.outdated();
            if (current != null) {
                keep(slot, current);
            } else if ((!makeable || !fill(slot)) && old != null) {
                // As long as nothing can take its place, it is looked after as if it were wanted.
                draft.lane(repair(slot, old));
            }
        }
    }

    private void leave(ObservedContainer container, String cause) {
        draft.leaving(container);
        draft.lane(discard(container, cause));
    }

    /// The slot has no container made from what the role says now.
    ///
    /// @return whether the steps that make one are in the draft
    private boolean fill(Slot slot) {
        ObservedContainer old = slot.outdated();
        if (old != null && Planner.notBad(input.verdict(old)) && old.mayRun() && !mayReplaceReady(slot)) {
            return waits(slot, Wait.Kind.GATE, "waits for another replica to be ready");
        }
        if (SpecHash.keyed(role) && input.key() == null) {
            return waits(
                    slot,
                    Wait.Kind.PERSON,
                    "env_file values need the key in the secrets directory: see the agent's log");
        }
        Optional<String> missing = Ground.missing(role, input.observed());
        if (missing.isPresent()) {
            String message =
                    "volume %1$s does not exist and is external: make it (`docker volume create %1$s`), or leave out"
                            + " `external`";
            return waits(slot, Wait.Kind.PERSON, message.formatted(missing.get()));
        }
        if (!ground()) {
            return false;
        }
        ContainerRequest request = request(slot.replica(), image.imageId().orElseThrow());
        String cause = old == null ? "no container" : slot.why();
        List<Step> lane = new ArrayList<>();
        lane.add(new Step.Create(slot.subject(), request, cause));
        if (old != null) {
            lane.addAll(stop(old, "replaced by " + request.name()));
        }
        lane.add(new Step.Start(slot.subject(), request.name(), null, cause));
        return draft.lane(lane);
    }

    private boolean waits(Slot slot, Wait.Kind kind, String message) {
        draft.wait(new Wait(slot.subject(), kind, Wait.CREATE, message, null));
        return false;
    }

    private boolean ground() {
        return draft.ground(input.service(), Ground.networks(role), Ground.volumes(role));
    }

    /// The slot has the right container: see that it runs, and that the one before it goes.
    private void keep(Slot slot, ObservedContainer current) {
        ObservedContainer old = slot.outdated();
        if (slot.undecided()) {
            draft.undecided(current);
        }
        List<Step> lane = new ArrayList<>();
        if (old != null) {
            draft.leaving(old);
            boolean done = input.verdict(current).ready();
            boolean yields = done || !current.mayRun();
            if (yields) {
                String cause = "replaced by " + current.name();
                lane.addAll(done ? discard(old, cause) : stop(old, cause));
            }
        }
        List<Step> repair = repair(slot, current);
        lane.addAll(repair);
        if (!repair.isEmpty() && repair.getLast() instanceof Step.Start && !ground()) {
            return;
        }
        draft.lane(lane);
    }

    /// What a container needs that is to stay.
    private List<Step> repair(Slot slot, ObservedContainer container) {
        String subject = slot.subject();
        String name = container.name();
        String id = container.id();
        return switch (Repair.of(container, input.verdict(container), input.memory(), input.now())) {
            case Repair.Leave _ -> List.of();
            case Repair.Start start -> {
                Step.Start step = new Step.Start(subject, name, id, start.cause());
                // Made, and perhaps not joined to every network: asking for the same one again completes it.
                boolean incomplete = container.state() == RunState.CREATED
                        && container.equals(slot.current())
                        && Ground.networks(role).size() > 1;
                yield incomplete
                        ? List.of(new Step.Create(subject, again(container), start.cause()), step)
                        : List.of(step);
            }
            case Repair.Unpause _ -> List.of(new Step.Unpause(subject, name, id, "paused"));
            case Repair.Restart restart ->
                List.of(new Step.Restart(subject, name, id, Defaults.stopGracePeriod(role), restart.cause()));
            case Repair.Remove remove -> List.of(new Step.Remove(subject, name, id, remove.cause()));
            case Repair.Later later -> {
                draft.wait(new Wait(subject, later.kind(), "", later.message(), later.until()));
                yield List.of();
            }
        };
    }

    /// One ready container at a time: every other slot is settled, and no earlier slot is being replaced.
    private boolean mayReplaceReady(Slot slot) {
        for (Slot other : slots) {
            ObservedContainer current = other.current();
            ObservedContainer outdated = other.outdated();
            if (other.replica() == slot.replica()) {
                continue;
            }
            if (current != null) {
                if (!input.verdict(current).ready() || outdated != null) {
                    return false;
                }
            } else if (outdated == null || (other.replica() < slot.replica() && outdated.mayRun())) {
                return false;
            }
        }
        return true;
    }

    private List<Step> stop(ObservedContainer container, String cause) {
        List<Step> steps = discard(container, cause);
        return steps.isEmpty() ? steps : steps.subList(0, steps.size() - 1);
    }

    private List<Step> discard(ObservedContainer container, String cause) {
        return Planner.discard(container, Defaults.stopGracePeriod(role), cause);
    }

    private ContainerRequest request(int replica, String imageId) {
        String prefix = "%s-%s-%s-".formatted(input.service(), role.name(), revision);
        int number = 1;
        while (!names.add(prefix + number)) {
            number++;
        }
        HmacKey key = input.key();
        Owner owner = new Owner(
                input.host(),
                input.service(),
                role.name(),
                replica,
                revision,
                SpecHash.of(role, imageId, key),
                role.image(),
                SpecHash.keyed(role) && key != null ? key.id() : null);
        return new ContainerRequest(prefix + number, owner, imageId, role);
    }

    private ContainerRequest again(ObservedContainer container) {
        return new ContainerRequest(container.name(), container.owner(), container.imageId(), role);
    }
}
