package dev.dhow.api.spec;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How a role's containers are replaced.
///
/// @param order null: start first, unless the role holds something two containers cannot share
/// @param parallelism how many are replaced at once, 1 or more
/// @param monitor how long a new version is watched after the last switch
public record RolloutSpec(@Nullable Order order, int parallelism, Duration monitor, OnFailure onFailure) {
    /// No `rollout` key at all.
    public static final RolloutSpec DEFAULT = new RolloutSpec(null, 1, Duration.ofSeconds(10), OnFailure.ROLLBACK);

    /// What comes first.
    public enum Order {
        /// The new container is ready before the old one stops.
        START_FIRST,
        /// The old container stops before the new one starts.
        STOP_FIRST
    }

    /// What a failed rollout does.
    public enum OnFailure {
        /// The old containers take over again.
        ROLLBACK,
        /// It stays as it is until somebody decides.
        PAUSE
    }
}
