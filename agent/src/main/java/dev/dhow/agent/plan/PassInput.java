package dev.dhow.agent.plan;

import dev.dhow.agent.state.Chronicle;
import dev.dhow.agent.state.Desired;
import dev.dhow.agent.state.Observed;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Verdict;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.ServiceSpec;
import dev.dhow.api.status.ReplicaStatus.LastExit;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// All that one pass over one service decides from.
///
/// The goal follows from the rest and takes some working out, so it is carried along, and worked out anew only by
/// what can change it.
///
/// @param host the name that owns the containers
/// @param key null: there is none, so roles with secret values cannot be compared or made
/// @param now monotonic
/// @param wall only for telling when something was
/// @param goal what is worked towards; empty: nothing usable is known of the service, or its file is gone
public record PassInput(
        String host,
        @Nullable HmacKey key,
        Desired desired,
        World world,
        Past past,
        Duration now,
        Instant wall,
        Optional<Goal> goal) {
    /// One whose goal is what follows from it.
    public PassInput(
            String host, @Nullable HmacKey key, Desired desired, World world, Past past, Duration now, Instant wall) {
        this(host, key, desired, world, past, now, wall, Goal.of(desired, world, past, key));
    }

    String service() {
        return desired.service();
    }

    /// What Docker holds.
    public Observed observed() {
        return world.observed();
    }

    /// The service's containers that are replicas of its roles.
    public List<ObservedContainer> containers() {
        return world.replicas();
    }

    /// The service's containers that are made for a task.
    List<ObservedContainer> tasks(String task) {
        return world.containers().stream().filter(c -> c.isFor(task)).toList();
    }

    /// Whether the service is left alone: its file says so, or somebody asked.
    public boolean held() {
        return chronicle().held() || heldByFile();
    }

    /// Whether its file says that the service is left alone.
    public boolean heldByFile() {
        return desired.inForce().filter(ServiceSpec::hold).isPresent();
    }

    /// What earlier tries left.
    public Memory memory() {
        return past.memory();
    }

    /// What is remembered of its revisions.
    public Chronicle chronicle() {
        return past.chronicle();
    }

    /// The same with another memory.
    public PassInput with(Memory other) {
        return new PassInput(host, key, desired, world, past.with(other), now, wall, goal);
    }

    /// The same with another chronicle.
    public PassInput with(Chronicle other) {
        return other.equals(chronicle()) ? this : new PassInput(host, key, desired, world, past.with(other), now, wall);
    }

    /// The same with other last exits.
    ///
    /// @param lastExits by container id
    public PassInput with(Map<String, LastExit> lastExits) {
        Past more =
                new Past(past.memory(), past.chronicle(), past.specs(), past.problems(), past.underWay(), lastExits);
        return new PassInput(host, key, desired, world, more, now, wall, goal);
    }

    /// The same with another desired state.
    public PassInput with(Desired other) {
        return other.equals(desired) ? this : new PassInput(host, key, other, world, past, now, wall);
    }

    /// The same after the checks were asked.
    ///
    /// @param verdicts by container id
    public PassInput judged(Map<String, Verdict> verdicts) {
        return new PassInput(host, key, desired, world.with(verdicts), past, now, wall, goal);
    }

    /// The same on a host that is suspected.
    public PassInput suspecting() {
        return new PassInput(host, key, desired, world.suspecting(), past, now, wall, goal);
    }

    /// Whether a container is ready for requests that the proxy does not send it yet.
    boolean unrouted(RoleSpec role, ObservedContainer container) {
        return role.proxied()
                && world.traffic()
                && container.running()
                && verdict(container).ready()
                && !world.routed().contains(container.id());
    }

    /// What the checks say of a container of the service.
    public Verdict verdict(ObservedContainer container) {
        return Replaced.is(container, world.containers())
                ? Replaced.VERDICT
                : world.verdicts().getOrDefault(container.id(), Verdict.NOT_CHECKED);
    }
}
