package dev.dhow.agent.plan;

import dev.dhow.agent.state.Chronicle;
import dev.dhow.api.spec.ServiceSpec;
import dev.dhow.api.status.ReplicaStatus.LastExit;
import java.util.List;
import java.util.Map;

/// What one service's earlier passes left.
///
/// @param memory tries and failures, as long as the agent lives
/// @param chronicle its revisions, and what people asked for
/// @param specs what the remembered revisions say, by revision; one that cannot be read any more is missing
/// @param problems why those cannot be read, by revision
/// @param underWay steps of earlier plans that are not done yet
/// @param lastExits how processes ended, by container id
public record Past(
        Memory memory,
        Chronicle chronicle,
        Map<String, ServiceSpec> specs,
        Map<String, String> problems,
        List<Step> underWay,
        Map<String, LastExit> lastExits) {
    /// Nothing happened yet.
    public static final Past NONE = new Past(Memory.NONE, Chronicle.EMPTY, Map.of(), Map.of(), List.of(), Map.of());

    /// Copies the collections.
    public Past {
        specs = Map.copyOf(specs);
        problems = Map.copyOf(problems);
        underWay = List.copyOf(underWay);
        lastExits = Map.copyOf(lastExits);
    }

    /// The same with another memory.
    public Past with(Memory other) {
        return new Past(other, chronicle, specs, problems, underWay, lastExits);
    }

    /// The same with another chronicle.
    public Past with(Chronicle other) {
        return new Past(memory, other, specs, problems, underWay, lastExits);
    }
}
