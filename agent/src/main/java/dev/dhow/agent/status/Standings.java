package dev.dhow.agent.status;

import dev.dhow.agent.plan.Checked;
import dev.dhow.agent.plan.PassInput;
import dev.dhow.agent.plan.Step;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.RunState;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.status.ReplicaStatus.Traffic;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// How a service's containers stand: with the proxy, and on their way out.
final class Standings {
    private final PassInput pass;
    private final Set<String> drained;
    private final Map<String, RoleSpec> words;
    private final Set<String> kept;
    private final Set<String> leavingTraffic = new HashSet<>();
    private final Set<String> stopping = new HashSet<>();
    private final Set<String> removing = new HashSet<>();

    Standings(StatusInput input) {
        pass = input.pass();
        drained = input.drained().ids();
        kept = input.plan().notes().kept();
        words = Checked.of(pass);
        pass.past().underWay().forEach(this::underWay);
        Stream.concat(input.plan().steps().stream(), pass.past().underWay().stream())
                .forEach(this::ahead);
    }

    private void underWay(Step step) {
        switch (step) {
            case Step.Unroute unroute -> leavingTraffic.add(unroute.id());
            case Step.Drain drain -> leavingTraffic.add(drain.id());
            case Step.Stop stop -> stopping.add(stop.id());
            default -> {}
        }
    }

    private void ahead(Step step) {
        if (step instanceof Step.Remove remove) {
            removing.add(remove.id());
        }
    }

    /// Null: its role has no proxy.
    @Nullable
    Traffic traffic(ObservedContainer container) {
        String id = container.id();
        if (pass.world().routed().contains(id)) {
            return Traffic.SERVING;
        }
        if (leavingTraffic.contains(id)) {
            return Traffic.DRAINING;
        }
        if (drained.contains(id)) {
            return Traffic.DRAINED;
        }
        RoleSpec role = words.get(id);
        return pass.world().traffic() && role != null && role.proxied() ? Traffic.NONE : null;
    }

    /// Whether it has a place of its role, or still runs.
    boolean present(ObservedContainer container) {
        return !kept.contains(container.id()) && !stopped(container);
    }

    /// Whether it is stopped, has no place and stays.
    boolean kept(ObservedContainer container) {
        return !present(container) && !removing.contains(container.id());
    }

    /// Docker tells the end of a process before it answers the call that stopped it.
    private boolean stopped(ObservedContainer container) {
        return container.state() == RunState.EXITED
                && stopping.contains(container.id())
                && !removing.contains(container.id());
    }
}
