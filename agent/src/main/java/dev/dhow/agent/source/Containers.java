package dev.dhow.agent.source;

import java.util.Optional;
import java.util.Set;

/// What Docker shows of services, by its newest list. Asked with every reading, from the source's thread.
public interface Containers {
    /// Whether a service has running containers: it then holds what it claims, also where no earlier file of it is
    /// known.
    boolean runs(String service);

    /// The services that have containers of this host; empty: Docker's list was not read yet.
    Optional<Set<String>> known();
}
