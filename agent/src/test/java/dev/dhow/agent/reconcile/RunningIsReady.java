package dev.dhow.agent.reconcile;

import dev.dhow.agent.health.Health;
import dev.dhow.agent.state.Observed;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Verdict;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.status.ReplicaStatus;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/// A container is ready as soon as it runs, unless a test wants it to be starting.
final class RunningIsReady implements Health {
    private static final Verdict STARTING =
            new Verdict(ReplicaStatus.Health.STARTING, "Starting", "not yet", null, false, false, null);
    private static final Verdict READY =
            new Verdict(ReplicaStatus.Health.READY, "Ready", "ready", null, false, false, null);

    volatile boolean starting;
    private final Map<String, Map<String, Verdict>> said = new ConcurrentHashMap<>();

    @Override
    public Map<String, Verdict> judge(
            String service,
            Map<String, RoleSpec> roles,
            Set<String> proving,
            List<ObservedContainer> containers,
            Observed reading) {
        Map<String, Verdict> verdicts = containers.stream()
                .collect(Collectors.toMap(
                        ObservedContainer::id, c -> c.running() ? starting ? STARTING : READY : ended(c.exitCode())));
        said.put(service, verdicts);
        return verdicts;
    }

    private static Verdict ended(int code) {
        return new Verdict(ReplicaStatus.Health.UNREADY, "Exited", "exited with " + code, null, false, false, null);
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
