package dev.dhow.agent.status;

import dev.dhow.api.status.Condition;
import dev.dhow.api.status.ServiceStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;

/// Where the newest status of every service hangs. Each service's worker is the only writer of its own.
public final class StatusBoard {
    private static final Set<Condition.Type> SEEN_THROUGH_DOCKER =
            Set.of(Condition.Type.Available, Condition.Type.UpToDate, Condition.Type.Progressing);

    private final ConcurrentSkipListMap<String, ServiceStatus> board = new ConcurrentSkipListMap<>();

    /// Every service, by name.
    public List<ServiceStatus> all() {
        return List.copyOf(board.values());
    }

    /// One service.
    public Optional<ServiceStatus> of(String service) {
        return Optional.ofNullable(board.get(service));
    }

    /// Hangs up a new status.
    public void publish(ServiceStatus status) {
        board.put(status.service(), status);
    }

    /// Takes a service down.
    public void forget(String service) {
        board.remove(service);
    }

    /// Docker cannot be read: what was seen through it is no longer known. Nothing else changes.
    public void dockerAway(String service, String why, Instant now) {
        board.computeIfPresent(
                service,
                (_, status) -> new ServiceStatus(
                        status.service(),
                        status.revision(),
                        status.observedRevision(),
                        status.phase(),
                        status.conditions().stream()
                                .map(c -> SEEN_THROUGH_DOCKER.contains(c.type()) ? unknown(c, why, now) : c)
                                .toList(),
                        status.roles(),
                        status.warnings()));
    }

    private static Condition unknown(Condition condition, String why, Instant now) {
        Instant since = condition.status() == Condition.Status.Unknown ? condition.since() : now;
        return new Condition(
                condition.type(), Condition.Status.Unknown, "DockerAway", why, since, condition.revision());
    }
}
