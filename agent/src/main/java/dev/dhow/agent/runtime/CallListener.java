package dev.dhow.agent.runtime;

import java.time.Duration;

/// Told of each call of the engine, for metrics.
@FunctionalInterface
public interface CallListener {
    /// Listens to nothing.
    CallListener NONE = (operation, result, took) -> {};

    /// @param operation such as `list`, `inspect`, `create`
    /// @param result `success` or the label of a [RuntimeFailure.Kind]
    void called(String operation, String result, Duration took);
}
