package dev.dhow.agent.plan;

import dev.dhow.agent.runtime.ContainerRequest;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Owner;
import dev.dhow.agent.state.RunState;
import dev.dhow.api.spec.ContainerSpec.Attachment;
import dev.dhow.api.spec.ContainerSpec.Mount;
import dev.dhow.api.spec.ContainerSpec.NetworkSpec;
import dev.dhow.api.spec.ContainerSpec.PullPolicy;
import dev.dhow.api.spec.Defaults;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.ServiceSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Works out one role: as many slots as it wants replicas, each with a container made from what it says now.
///
/// A replacement is stop-first here: the new container is made, then the old one stops, then the new one starts, and
/// the old one goes when the new one is ready. One ready container of a role is replaced at a time; those that are not
/// ready serve nobody and are replaced at once.
final class RolePlanner {
    /// The network that roles share unless they name others.
    static final String SHARED_NETWORK = "dhow";

    private final PassInput input;
    private final Draft draft;
    private final RoleSpec role;
    private final String subject;
    private final List<ObservedContainer> containers;
    private final Set<String> names = new HashSet<>();
    private final Optional<String> imageId;
    private final @Nullable String revision;
    private final List<Slot> slots;

    RolePlanner(PassInput input, Draft draft, ServiceSpec service, RoleSpec role, @Nullable String revision) {
        this.input = input;
        this.draft = draft;
        this.role = role;
        this.revision = revision;
        subject = service.name() + "/" + role.name();
        containers = Planner.ofRole(input, role.name());
        containers.forEach(c -> names.add(c.name()));
        imageId = Resolution.imageId(role, containers, input.observed());
        slots = Slot.of(input, role, containers, imageId.orElse(null));
    }

    void plan() {
        containers.stream()
                .filter(c -> c.owner().replica() > role.replicas())
                .sorted(Comparator.comparing(ObservedContainer::name))
                .forEach(c -> draft.lane(discard(
                        c, role.replicas() == 1 ? "1 replica is wanted" : role.replicas() + " replicas are wanted")));
        boolean image = imageReady();
        for (Slot slot : slots) {
            slot.surplus().forEach(c -> draft.lane(discard(c, "another container has its place")));
            if (slot.current() != null) {
                keep(slot, slot.current());
            } else if (image) {
                fill(slot);
            }
        }
    }

    /// Whether containers can be made: the image is here, or no container is to be made at all.
    private boolean imageReady() {
        if (slots.stream().noneMatch(s -> s.current() == null)) {
            return true;
        }
        boolean resolved = Resolution.carried(role, containers)
                || (here() && input.memory().pulls(subject, role.image()).count() > 0);
        return switch (Defaults.pullPolicy(role.container())) {
            case ALWAYS -> resolved || pull();
            case MISSING -> here() || pull();
            case NEVER -> here() || missing();
        };
    }

    private boolean here() {
        return imageId.isPresent();
    }

    private boolean pull() {
        Memory.Attempts pulls = input.memory().pulls(subject, role.image());
        Duration due = pulls.last().plus(Backoff.restart(pulls.count()));
        if (pulls.count() > 0 && due.compareTo(input.now()) > 0) {
            String message =
                    "image %s was pulled and is not here: is it for this platform, or does something remove it?"
                            .formatted(role.image());
            draft.wait(new Wait(subject, Wait.Kind.BACKOFF, message, due));
            return false;
        }
        String cause = here() ? "pull_policy is always" : "not on this host";
        draft.first(new Step.Pull(subject, role.image(), role.container().platform(), cause));
        return false;
    }

    private boolean missing() {
        String message = "image %s is not on this host and pull_policy is %s: load it, or allow pulling"
                .formatted(role.image(), PullPolicy.NEVER.name().toLowerCase(java.util.Locale.ROOT));
        draft.wait(new Wait(subject, Wait.Kind.PERSON, message, null));
        return false;
    }

    /// The slot has no container made from what the role says now.
    private void fill(Slot slot) {
        ObservedContainer old = slot.outdated();
        if (old != null && Planner.notBad(input.verdict(old)) && old.running() && !mayReplaceReady(slot)) {
            draft.wait(new Wait(slot.subject(), Wait.Kind.GATE, "waits for another replica to be ready", null));
            return;
        }
        if (revision == null) {
            draft.wait(new Wait(slot.subject(), Wait.Kind.PERSON, noRevision(), null));
            return;
        }
        Optional<String> externalMissing = missingExternalVolume();
        if (externalMissing.isPresent()) {
            String message = "volume %s does not exist and is external: make it, or leave out `external`"
                    .formatted(externalMissing.get());
            draft.wait(new Wait(slot.subject(), Wait.Kind.PERSON, message, null));
            return;
        }
        if (!draft.ground(input.service(), networks(), volumes())) {
            return;
        }
        ContainerRequest request = request(slot.replica(), revision, imageId.orElseThrow());
        String cause = old == null ? "no container" : slot.why();
        List<Step> lane = new ArrayList<>();
        lane.add(new Step.Create(slot.subject(), request, cause));
        if (old != null) {
            lane.addAll(stop(old, "replaced by " + request.name()));
        }
        lane.add(new Step.Start(slot.subject(), request.name(), null, cause));
        draft.lane(lane);
    }

    private String noRevision() {
        return input.key() == null
                ? "env_file values need the key in the secrets directory: see the agent's log"
                : "waits for every image of the service";
    }

    /// The slot has the right container: see that it runs.
    private void keep(Slot slot, ObservedContainer current) {
        ObservedContainer old = slot.outdated();
        List<Step> lane = new ArrayList<>();
        if (old != null && !current.running()) {
            lane.addAll(stop(old, "replaced by " + current.name()));
        }
        switch (Repair.of(current, input.verdict(current), input.memory(), input.now())) {
            case Repair.Leave _ -> {
                if (old != null && current.running() && input.verdict(current).ready()) {
                    lane.addAll(discard(old, "replaced by " + current.name()));
                }
            }
            case Repair.Start start -> {
                if (!draft.ground(input.service(), networks(), volumes())) {
                    return;
                }
                if (current.state() == RunState.CREATED && networks().size() > 1) {
                    // Made, and perhaps not joined to every network: asking for the same one again completes it.
                    lane.add(new Step.Create(slot.subject(), again(current), start.cause()));
                }
                lane.add(new Step.Start(slot.subject(), current.name(), current.id(), start.cause()));
            }
            case Repair.Unpause _ -> lane.add(new Step.Unpause(slot.subject(), current.name(), current.id(), "paused"));
            case Repair.Restart restart ->
                lane.add(new Step.Restart(
                        slot.subject(), current.name(), current.id(), Defaults.stopGracePeriod(role), restart.cause()));
            case Repair.Remove remove ->
                lane.add(new Step.Remove(slot.subject(), current.name(), current.id(), remove.cause()));
            case Repair.Later later -> {
                draft.wait(new Wait(slot.subject(), later.kind(), later.message(), later.until()));
                return;
            }
        }
        draft.lane(lane);
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
            } else if (outdated == null || (other.replica() < slot.replica() && outdated.running())) {
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

    private ContainerRequest request(int replica, String revision, String imageId) {
        String prefix = "%s-%s-%s-".formatted(input.service(), role.name(), revision);
        int number = 1;
        while (!names.add(prefix + number)) {
            number++;
        }
        boolean keyed = !role.container().process().secretEnvironment().isEmpty();
        HmacKey key = input.key();
        Owner owner = new Owner(
                input.host(),
                input.service(),
                role.name(),
                replica,
                revision,
                SpecHash.of(role, imageId, key),
                role.image(),
                keyed && key != null ? key.id() : null);
        return new ContainerRequest(
                prefix + number, owner, Resolution.toCreateFrom(role, imageId, input.observed()), role);
    }

    private ContainerRequest again(ObservedContainer container) {
        String image = Resolution.toCreateFrom(role, container.imageId(), input.observed());
        return new ContainerRequest(container.name(), container.owner(), image, role);
    }

    private List<String> networks() {
        NetworkSpec network = role.container().network();
        if (!network.networks().isEmpty()) {
            return network.networks().stream().map(Attachment::name).toList();
        }
        return network.mode() == null ? List.of(SHARED_NETWORK) : List.of();
    }

    private List<String> volumes() {
        return role.container().storage().volumes().stream()
                .filter(m -> m instanceof Mount.Named named && !named.external())
                .map(m -> ((Mount.Named) m).name())
                .toList();
    }

    private Optional<String> missingExternalVolume() {
        return role.container().storage().volumes().stream()
                .filter(m -> m instanceof Mount.Named named
                        && named.external()
                        && !input.observed().volumes().contains(named.name()))
                .map(m -> ((Mount.Named) m).name())
                .findFirst();
    }
}
