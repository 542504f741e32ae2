package dev.dhow.agent.plan;

import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.RunState;
import dev.dhow.api.spec.Defaults;
import dev.dhow.api.spec.RoleSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a container goes: no new requests, its requests end, it stops; and where nobody needs it any more, it is
/// removed. What Docker is already removing, and what nobody can tell, is left.
final class Retiring {
    private final PassInput input;
    private final @Nullable RoleSpec role;

    /// @param role null: nobody wants the role any more
    Retiring(PassInput input, @Nullable RoleSpec role) {
        this.input = input;
        this.role = role;
    }

    /// Stops it, and keeps it.
    List<Step> stop(ObservedContainer container, String cause) {
        List<Step> steps = new ArrayList<>();
        RunState state = container.state();
        String subject = container.subject();
        String name = container.name();
        String id = container.id();
        if (!container.alive() || state == RunState.UNKNOWN) {
            return steps;
        }
        if (input.world().routed().contains(id)) {
            steps.add(new Step.Unroute(subject, name, id, cause));
            steps.add(new Step.Drain(subject, name, id, drainTimeout(), cause));
        }
        if (state == RunState.PAUSED) {
            // A frozen process hears no signal.
            steps.add(new Step.Unpause(subject, name, id, cause));
        }
        steps.add(new Step.Stop(subject, name, id, grace(container), cause));
        return steps;
    }

    /// Stops it where it runs, and removes it.
    List<Step> discard(ObservedContainer container, String cause) {
        List<Step> steps = stop(container, cause);
        if (container.state() != RunState.REMOVING && container.state() != RunState.UNKNOWN) {
            steps.add(new Step.Remove(container.subject(), container.name(), container.id(), cause));
        }
        return steps;
    }

    private Duration grace(ObservedContainer container) {
        return role == null ? container.stopGrace() : Defaults.stopGracePeriod(role);
    }

    private Duration drainTimeout() {
        return role == null ? Defaults.DRAIN_TIMEOUT : role.drainTimeout();
    }
}
