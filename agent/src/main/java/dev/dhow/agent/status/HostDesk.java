package dev.dhow.agent.status;

import dev.dhow.api.status.HostStatus;
import dev.dhow.api.status.ProbeStatus;
import java.util.List;

/// What the API may know and ask of this host as a whole.
public interface HostDesk {
    /// As it is now.
    HostStatus status();

    /// The last health checks of load balancers, by listener and source, the newest of each first.
    List<ProbeStatus> probes();

    /// Lets health fail from now on, and connections end later. Stored before it is answered.
    AgentControl.Answer drain() throws InterruptedException;

    /// Takes requests again.
    AgentControl.Answer undrain() throws InterruptedException;
}
