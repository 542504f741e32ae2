package dev.dhow.agent.reconcile;

import dev.dhow.agent.state.Ticker;
import dev.dhow.agent.status.HostSuspicion;
import dev.dhow.api.status.ServiceStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What all services together tell of the host. One for the agent.
final class HostWatch {
    private static final Logger log = LoggerFactory.getLogger(HostWatch.class);

    private final Ticker ticker;
    private HostSuspicion suspicion = HostSuspicion.NONE;
    private boolean told;

    HostWatch(Ticker ticker) {
        this.ticker = ticker;
    }

    /// Whether the host is suspected, so that nothing is restarted for a failing check.
    synchronized boolean suspected() {
        return suspicion.suspected(ticker.now());
    }

    /// Takes a service's newest status.
    synchronized void told(ServiceStatus status) {
        suspicion = suspicion.and(status, ticker.now());
        tell();
    }

    synchronized void forget(String service) {
        suspicion = suspicion.without(service);
        tell();
    }

    private void tell() {
        boolean now = suspected();
        if (now && !told) {
            log.atWarn()
                    .addKeyValue(
                            "services",
                            String.join(
                                    " ", suspicion.suspects().stream().sorted().toList()))
                    .log("host suspected: many services failed within a minute; nothing is restarted for failing"
                            + " checks");
        } else if (!now && told) {
            log.atInfo().log("host no longer suspected");
        }
        told = now;
    }
}
