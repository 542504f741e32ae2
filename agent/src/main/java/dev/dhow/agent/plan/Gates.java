package dev.dhow.agent.plan;

import dev.dhow.agent.state.Chronicle;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.api.spec.Dependency;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.status.ReplicaStatus.Health;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What must hold before a slot may change: its turn among the replicas, the roles that come first, and that the
/// rollout was not stopped. Shared by all roles of one pass, because each beginning counts against the next.
final class Gates {
    private final PassInput input;
    private final Goal goal;
    private final List<Crew> crews;
    private final boolean open;
    private final boolean fallback;
    private final boolean released;
    private final Optional<Trial> trial;
    private final Map<String, Integer> begun = new HashMap<>();

    Gates(PassInput input, Goal goal, List<Crew> crews) {
        this.input = input;
        this.goal = goal;
        this.crews = crews;
        Chronicle chronicle = input.chronicle();
        open = chronicle.last().filter(Chronicle.Entry::progressing).isPresent();
        fallback = chronicle.availableBeside(goal.revision()).isPresent();
        trial = Trial.of(input);
        released = Release.due(input, goal, crews).isEmpty();
    }

    /// Whether containers may be made at all.
    boolean mayMake() {
        return switch (goal.way()) {
            case FILE, RETURNED, ROLLED_BACK -> true;
            case UNREADABLE, PAUSED, CONDEMNED -> false;
        };
    }

    /// Whether what nobody wants any more may go: not while the revision that does not want it has still to prove
    /// itself, and never because of one that failed.
    boolean mayLeave() {
        return mayMake() && (!open || crews.stream().allMatch(this::switched));
    }

    /// Whether a container that nobody wants any more holds a port of this host that a role has still to get.
    boolean inTheWay(ObservedContainer container) {
        return mayMake()
                && released
                && crews.stream()
                        .filter(crew -> crew.imageId().isPresent() && !switched(crew))
                        .anyMatch(crew -> needsPortOf(crew.role(), container));
    }

    private static boolean needsPortOf(RoleSpec role, ObservedContainer container) {
        return role.container().network().ports().stream()
                .filter(port -> port.hostPort() != null)
                .map(port -> ":%d/%s".formatted(port.hostPort(), port.protocol()))
                .anyMatch(end -> container.hostPorts().stream().anyMatch(held -> held.endsWith(end)));
    }

    /// What a role that changes waits for as long as another role's image is not known. One that is as it was in force
    /// is only put right, and a first revision has nothing to go back to.
    Optional<Wait> images(Crew crew) {
        if (!fallback || asInForce(crew.role())) {
            return Optional.empty();
        }
        return crews.stream()
                .filter(other -> other.imageId().isEmpty()
                        && (other.role().schedule() != null || !other.slots().isEmpty()))
                .findFirst()
                .map(other -> wait(
                        input.service() + "/" + crew.role().name(),
                        "waits for the image of role " + other.role().name()));
    }

    private boolean asInForce(RoleSpec role) {
        return input.chronicle()
                .availableBeside(goal.revision())
                .map(entry -> input.past().specs().get(entry.revision()))
                .flatMap(spec -> spec.role(role.name()))
                .filter(role::equals)
                .isPresent();
    }

    /// What a slot waits for before it may change; empty: it may, and counts from now on.
    Optional<Wait> begin(Crew crew, Slot slot, Order order) {
        if (!mayMake()) {
            return Optional.of(wait(slot, "its rollout failed; change its file, or `dhow retry` it"));
        }
        if (!released) {
            return Optional.of(wait(slot, "waits for the release command"));
        }
        Optional<Wait> role = roleFirst(crew, slot).or(() -> port(crew, slot));
        if (role.isPresent()) {
            return role;
        }
        ObservedContainer old = slot.old();
        boolean serves = old != null && old.mayRun() && Planner.notBad(input.verdict(old));
        if (!serves) {
            return Optional.empty();
        }
        return turn(crew, slot, order)
                ? Optional.empty()
                : Optional.of(wait(slot, "waits for another replica to be ready"));
    }

    /// Whether the slot has its turn among the replicas; then it counts from now on.
    boolean turn(Crew crew, Slot slot, Order order) {
        if (changing(crew, slot, order) >= crew.role().rollout().parallelism()) {
            return false;
        }
        begun.merge(crew.role().name(), 1, Integer::sum);
        return true;
    }

    /// What a slot still has to go back to, where a newer revision came before that was done: what is in force is
    /// stopped, and what failed is at work.
    Optional<ObservedContainer> goneBackTo(RoleSpec role, Slot slot) {
        Proven proven = Proven.of(input.chronicle(), role.name());
        ObservedContainer old = slot.old();
        return old == null || !old.alive() || !proven.goneBackFrom(old)
                ? Optional.empty()
                : slot.kept().stream()
                        .filter(c -> c.startedAt() != null && proven.inForce(c))
                        .filter(c -> !input.chronicle().renew().contains(c.id()))
                        .findFirst();
    }

    /// Whether another slot, whose old container serves, has one that is not at work yet and waits for its turn:
    /// one that was kept, or that comes later in the order. Two that waited for each other would wait for good.
    private static boolean waitsItself(Slot other, Slot slot) {
        ObservedContainer current = other.current();
        return current != null && !current.alive() && (current.startedAt() != null || other.replica() > slot.replica());
    }

    /// What a run of a role with a schedule waits for; empty: nothing.
    Optional<Wait> beginRun(Crew crew, String subject) {
        return released ? dependency(crew, subject) : Optional.of(wait(subject, "waits for the release command"));
    }

    private static Wait wait(Slot slot, String message) {
        return wait(slot.subject(), message);
    }

    private static Wait wait(String subject, String message) {
        return new Wait(subject, Wait.Kind.GATE, Wait.CREATE, message, null);
    }

    /// How many other replicas are on their way. Where the old one stops first, one that is down counts too.
    private int changing(Crew crew, Slot slot, Order order) {
        int count = begun.getOrDefault(crew.role().name(), 0);
        for (Slot other : crew.slots()) {
            if (other.replica() == slot.replica()) {
                continue;
            }
            ObservedContainer old = other.old();
            boolean serves = old != null && old.mayRun() && Planner.notBad(input.verdict(old));
            boolean waits = serves && waitsItself(other, slot);
            boolean onItsWay = other.busy() || (other.current() != null && !waits && !Crew.settled(input, other));
            boolean down = other.current() == null && !serves;
            count += onItsWay || (order.stopFirst() && down) ? 1 : 0;
        }
        return count;
    }

    private Optional<Wait> dependency(Crew crew, String subject) {
        for (Dependency dependency : crew.role().dependsOn()) {
            String service = dependency.service();
            boolean there = service == null || service.equals(input.service())
                    ? crews.stream()
                            .filter(c -> c.role().name().equals(dependency.role()))
                            .allMatch(this::ready)
                    : input.world().readyElsewhere().contains(dependency.toString());
            if (!there) {
                // Another service's readiness wakes nobody here: look again soon.
                Duration again = service == null ? null : input.now().plusSeconds(1);
                return Optional.of(new Wait(subject, Wait.Kind.GATE, Wait.CREATE, "waits for " + dependency, again));
            }
        }
        return Optional.empty();
    }

    private Optional<Wait> roleFirst(Crew crew, Slot slot) {
        Optional<Wait> dependency = dependency(crew, slot.subject());
        if (dependency.isPresent()) {
            return dependency;
        }
        // A role that is replaced while it serves lets the proxied ones go first; one that is down does not wait.
        if (crew.role().proxied()
                || slot.old() == null
                || !crew.role().dependsOn().isEmpty()) {
            return Optional.empty();
        }
        return crews.stream()
                .filter(c -> c.role().proxied() && !dependsOn(c, crew.role()) && !switched(c))
                .findFirst()
                .map(c -> wait(slot, "waits for role " + c.role().name()));
    }

    /// A port that a container of a dropped role still has.
    private Optional<Wait> port(Crew crew, Slot slot) {
        Set<String> known = crews.stream().map(c -> c.role().name()).collect(Collectors.toSet());
        return input.containers().stream()
                .filter(c -> c.alive() && !known.contains(c.owner().role()) && needsPortOf(crew.role(), c))
                .findFirst()
                .map(c -> wait(slot, "waits until %s has stopped".formatted(c.name())));
    }

    private static boolean dependsOn(Crew crew, RoleSpec role) {
        return crew.role().dependsOn().stream().anyMatch(d -> d.role().equals(role.name()));
    }

    private boolean ready(Crew crew) {
        return crew.slots().stream().allMatch(slot -> Crew.settled(input, slot));
    }

    /// Whether nothing of the role is left to change. One whose containers are the right ones since earlier does not
    /// hold others up, well or not.
    private boolean switched(Crew crew) {
        return crew.slots().stream().allMatch(slot -> {
            ObservedContainer current = slot.current();
            return current != null
                    && slot.old() == null
                    && (input.verdict(current).ready()
                            || !current.owner().revision().equals(goal.revision()));
        });
    }

    /// Whether a failing check may restart a container: never where a rollout that changes its role decides whether
    /// to go back or while the host is suspected, and one replica of a role at a time. A rollout without anything
    /// before it forbids nothing, nor does one that leaves the role as it is.
    boolean mayRestart(Crew crew, ObservedContainer container) {
        boolean judged = open && fallback && trial.filter(t -> !t.changes(crew)).isEmpty();
        if (judged || input.world().hostSuspected()) {
            return false;
        }
        if (begun.getOrDefault(crew.role().name(), 0) > 0) {
            return false;
        }
        boolean alone = crew.slots().stream().noneMatch(slot -> {
            ObservedContainer other = slot.current();
            boolean restarting = other != null
                    && !other.equals(container)
                    && input.verdict(other).health() == Health.STARTING;
            return slot.busy() || restarting;
        });
        if (alone) {
            begun.merge(crew.role().name(), 1, Integer::sum);
        }
        return alone;
    }

    /// What served in a slot before the revision that is on its way, where Docker was to keep it up and it is down.
    Optional<ObservedContainer> before(RoleSpec role, Slot slot) {
        Optional<String> inForce = input.chronicle()
                .last()
                .filter(entry -> entry.progressing() && !entry.restarts())
                .flatMap(_ -> input.chronicle().availableBeside(goal.revision()))
                .map(entry -> entry.specs().get(role.name()));
        return slot.kept().stream()
                .filter(c -> c.startedAt() != null && c.restart().keptUp())
                .filter(c -> inForce.filter(c.owner().spec()::equals).isPresent())
                .findFirst();
    }

    /// What is kept beyond `retain`, once nothing can be asked to take over again.
    List<ObservedContainer> tooMany(RoleSpec role, Slot slot) {
        if (open || goal.way() == Goal.Way.PAUSED || goal.way() == Goal.Way.CONDEMNED) {
            return List.of();
        }
        // What failed is kept for a look at it, whatever the number.
        String failed = goal.way() == Goal.Way.ROLLED_BACK ? goal.fileRevision() : "";
        Set<String> useful = Proven.of(input.chronicle(), role.name()).worthKeeping(slot.kept(), role.retain(), failed);
        return slot.kept().stream()
                .filter(c -> c.startedAt() == null
                        ? !c.owner().revision().equals(goal.fileRevision())
                        : !useful.contains(c.id()))
                .toList();
    }
}
