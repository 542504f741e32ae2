package dev.dhow.agent.status;

import java.time.Duration;
import java.time.Instant;

/// Told of what the loop does, for metrics. All words come from closed sets.
public interface PassListener {
    /// Listens to nothing.
    PassListener NONE = new PassListener() {};

    /// A pass over one service ended.
    ///
    /// @param result `success`, `noop` or `error`
    default void passed(String service, String result, Duration took) {}

    /// A pass or step failed.
    ///
    /// @param reason the label of a `RuntimeFailure.Kind`, or `source_invalid`, `internal`
    default void failed(String reason) {}

    /// A step was done.
    ///
    /// @param action its verb
    default void acted(String action) {}

    /// Something done by hand was put right.
    ///
    /// @param kind `removed`, `stopped` or `paused`
    default void repaired(String kind) {}

    /// A container was started again.
    ///
    /// @param reason `exited`, `unhealthy` or `policy`
    default void restarted(String service, String role, String reason) {}

    /// A pull ended.
    ///
    /// @param result `success` or the label of a `RuntimeFailure.Kind`
    default void pulled(String result, Duration took) {}

    /// A rollout ended.
    ///
    /// @param result the label of a `RolloutStatus.Outcome`
    default void rolledOut(String service, String result, Duration took) {}

    /// A run of a role with a schedule ended, now or before the agent started.
    ///
    /// @param at when, by the wall clock
    default void ran(String service, String role, boolean success, Instant at) {}

    /// A service is gone; its series go.
    default void forgotten(String service) {}

    /// The source changed.
    default void sourceChanged() {}
}
