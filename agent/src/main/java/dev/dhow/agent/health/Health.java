package dev.dhow.agent.health;

import dev.dhow.agent.state.Observed;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Verdict;
import dev.dhow.api.spec.RoleSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The port that the loop asks for verdicts. Probes run beside it and only leave their results here.
public interface Health extends AutoCloseable {
    /// Takes note of what runs, starts and stops probes accordingly, and says what is known now. Never blocks.
    ///
    /// @param roles how to check each container, by its id; one that is missing is checked as a bare process
    /// @param proving ids of containers that a rollout decides by: a check of theirs that fails must show soon
    /// @param containers all of the service's
    /// @param reading what shows them
    /// @return a verdict for every container, by its id
    Map<String, Verdict> judge(
            String service,
            Map<String, RoleSpec> roles,
            Set<String> proving,
            List<ObservedContainer> containers,
            Observed reading);

    /// What was said last of a service's containers; one that was not judged yet is missing. Changes
    /// nothing: for readings that may be older than the newest judged, and threads beside the worker's.
    ///
    /// @return by container id
    Map<String, Verdict> verdicts(String service);

    /// Ends every probe of a service that is gone.
    void forget(String service);

    /// Ends every probe.
    @Override
    void close();
}
