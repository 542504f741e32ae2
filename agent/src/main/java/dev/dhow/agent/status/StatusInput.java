package dev.dhow.agent.status;

import dev.dhow.agent.plan.PassInput;
import dev.dhow.agent.plan.Plan;
import dev.dhow.api.status.ReplicaStatus.LastExit;
import dev.dhow.api.status.ServiceStatus;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All that a service's status is folded from.
///
/// @param lastExits by container id
/// @param drained who finished its requests
/// @param previous the status before; null: this is the first
/// @param now the wall clock, for `since`
public record StatusInput(
        PassInput pass,
        Plan plan,
        Map<String, LastExit> lastExits,
        Drained drained,
        @Nullable ServiceStatus previous,
        Instant now) {
    /// Copies the map.
    public StatusInput {
        lastExits = Map.copyOf(lastExits);
    }
}
