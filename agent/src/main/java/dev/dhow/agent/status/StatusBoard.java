package dev.dhow.agent.status;

import dev.dhow.api.status.ServiceStatus;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/// Where the newest status of every service hangs. Each service's worker is the only writer of its own.
public final class StatusBoard {
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
}
