package dev.dhow.agent.status;

import dev.dhow.api.http.PlanBody;
import dev.dhow.api.status.CertificateStatus;
import dev.dhow.api.status.ServiceStatus;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// All that the API, the metrics and the page may know of the agent.
public interface AgentView {
    /// Every service, by name.
    List<ServiceStatus> services();

    /// One service.
    Optional<ServiceStatus> service(String name);

    /// What answers in TLS handshakes; empty: there is no proxy.
    default List<CertificateStatus> certificates() {
        return List.of();
    }

    /// Why the agent is not ready: the directory or Docker's list was not read yet. Empty: it is ready, for
    /// good.
    Optional<String> notReady();

    /// Whether the loop moved within the last 60 s.
    boolean alive();

    /// Whether Docker answered the last time it was asked.
    boolean dockerUp();

    /// The steps of the next pass, worked out now from a fresh reading. Blocks; call it from a thread that may.
    ///
    /// @param service null: all
    /// @throws Unavailable when Docker cannot be read, with the reason
    PlanBody plan(@Nullable String service) throws Unavailable, InterruptedException;

    /// A question cannot be answered now.
    final class Unavailable extends Exception {
        private static final long serialVersionUID = 1L;

        /// @param message for people
        public Unavailable(String message) {
            super(message);
        }
    }
}
