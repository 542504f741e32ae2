package dev.dhow.agent.health;

import java.time.Duration;

/// Told of each probe of ours, for metrics.
@FunctionalInterface
public interface ProbeListener {
    /// Listens to nothing.
    ProbeListener NONE = (service, role, result, took) -> {};

    /// @param result `success`, `failure` or `timeout`
    void probed(String service, String role, String result, Duration took);
}
