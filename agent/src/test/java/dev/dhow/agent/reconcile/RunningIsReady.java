package dev.dhow.agent.reconcile;

import dev.dhow.agent.health.Health;
import dev.dhow.agent.state.ImageFacts;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Verdict;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.status.ReplicaStatus;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/// A container is ready as soon as it runs.
final class RunningIsReady implements Health {
    private final Map<String, Map<String, Verdict>> said = new ConcurrentHashMap<>();

    @Override
    public Map<String, Verdict> judge(
            String service,
            Map<String, RoleSpec> roles,
            Set<String> proving,
            List<ObservedContainer> containers,
            Map<String, ImageFacts> images) {
        Map<String, Verdict> verdicts = containers.stream()
                .collect(Collectors.toMap(
                        ObservedContainer::id,
                        c -> new Verdict(
                                c.running() ? ReplicaStatus.Health.READY : ReplicaStatus.Health.UNREADY,
                                c.running() ? "Ready" : "Exited",
                                c.running() ? "ready" : "exited with " + c.exitCode(),
                                null,
                                false,
                                false,
                                null)));
        said.put(service, verdicts);
        return verdicts;
    }

    @Override
    public Map<String, Verdict> verdicts(String service) {
        return said.getOrDefault(service, Map.of());
    }

    @Override
    public void forget(String service) {
        said.remove(service);
    }

    @Override
    public void close() {}
}
