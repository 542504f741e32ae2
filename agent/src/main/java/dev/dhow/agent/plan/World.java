package dev.dhow.agent.plan;

import dev.dhow.agent.state.Observed;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What is seen of one service at one moment.
///
/// @param containers those of `observed` that are the service's, also those made for a task
/// @param verdicts by container id
/// @param traffic whether there is a proxy
/// @param routed ids of containers that the proxy sends new requests to
/// @param readyElsewhere roles of other services whose replicas are all ready, as `db/main`
/// @param hostSuspected whether many services failed at once, so that restarting them for their checks helps nobody
public record World(
        Observed observed,
        List<ObservedContainer> containers,
        Map<String, Verdict> verdicts,
        boolean traffic,
        Set<String> routed,
        Set<String> readyElsewhere,
        boolean hostSuspected) {
    /// Copies the collections.
    public World {
        containers = List.copyOf(containers);
        verdicts = Map.copyOf(verdicts);
        routed = Set.copyOf(routed);
        readyElsewhere = Set.copyOf(readyElsewhere);
    }

    /// The containers that are replicas of the service's roles.
    List<ObservedContainer> replicas() {
        return containers.stream().filter(c -> c.owner().task() == null).toList();
    }

    /// The replicas of one role.
    List<ObservedContainer> ofRole(String role) {
        return containers.stream()
                .filter(c -> c.owner().task() == null && c.owner().role().equals(role))
                .toList();
    }

    /// The same with other verdicts.
    public World with(Map<String, Verdict> others) {
        return new World(observed, containers, others, traffic, routed, readyElsewhere, hostSuspected);
    }

    /// The same on a host that is suspected.
    public World suspecting() {
        return new World(observed, containers, verdicts, traffic, routed, readyElsewhere, true);
    }
}
