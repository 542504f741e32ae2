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
/// @param containers those of `observed` that are the service's
/// @param verdicts by container id
/// @param key null: there is none, so roles with secret values cannot be compared or made
/// @param now monotonic
public record PassInput(
        String host,
        Desired desired,
        Observed observed,
        List<ObservedContainer> containers,
        Map<String, Verdict> verdicts,
        Memory memory,
        @Nullable HmacKey key,
        Duration now) {
    /// Copies the collections.
    public PassInput {
        containers = List.copyOf(containers);
        verdicts = Map.copyOf(verdicts);
    }

    String service() {
        return desired.service();
    }

    /// The same with another memory.
    public PassInput with(Memory other) {
        return new PassInput(host, desired, observed, containers, verdicts, other, key, now);
    }

    /// The same with another desired state.
    public PassInput with(Desired other) {
        return new PassInput(host, other, observed, containers, verdicts, memory, key, now);
    }

    /// What the checks say of a container of the service.
    public Verdict verdict(ObservedContainer container) {
        return verdicts.getOrDefault(container.id(), Verdict.NOT_CHECKED);
    }
}
