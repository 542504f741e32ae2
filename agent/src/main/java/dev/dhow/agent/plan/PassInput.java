package dev.dhow.agent.plan;

import dev.dhow.agent.state.Desired;
import dev.dhow.agent.state.Observed;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All that one pass over one service decides from.
///
/// @param host the name that owns the containers
/// @param verdicts by container id
/// @param key null: there is none, so roles with secret values cannot be compared or made
/// @param now monotonic
public record PassInput(
        String host,
        Desired desired,
        Observed observed,
        Map<String, Verdict> verdicts,
        Memory memory,
        @Nullable HmacKey key,
        Duration now) {
    /// Copies the map.
    public PassInput {
        verdicts = Map.copyOf(verdicts);
    }

    String service() {
        return desired.service();
    }

    /// The service's containers.
    public List<ObservedContainer> containers() {
        return observed.of(service());
    }

    Verdict verdict(ObservedContainer container) {
        return verdicts.getOrDefault(container.id(), Verdict.NOT_CHECKED);
    }
}
