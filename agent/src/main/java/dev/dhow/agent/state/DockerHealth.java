package dev.dhow.agent.state;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What Docker's HEALTHCHECK of one container reports, with the timings in force.
///
/// @param lastEnd when the last check ended; null: none ended yet
/// @param lastExitCode null: none ended yet
/// @param lastOutput the start of what it printed
public record DockerHealth(
        Status status,
        int failingStreak,
        @Nullable Instant lastEnd,
        @Nullable Integer lastExitCode,
        String lastOutput,
        Duration interval,
        Duration timeout,
        Duration startPeriod,
        int retries) {
    /// Docker's word.
    public enum Status {
        /// Not decided yet.
        STARTING,
        /// The last check passed.
        HEALTHY,
        /// As many checks in a row failed as `retries` allows.
        UNHEALTHY
    }
}
