package dev.dhow.agent.plan;

import org.jspecify.annotations.Nullable;

/// What a person asks of one service.
public sealed interface Request {
    /// Hold it at an earlier revision.
    ///
    /// @param revision null: the newest earlier one that became available
    record Rollback(@Nullable String revision) implements Request {}

    /// Try again what failed.
    record Retry() implements Request {}

    /// Resolve its tags anew.
    record Update() implements Request {}

    /// Make its containers anew.
    record Restart() implements Request {}

    /// Leave it alone.
    record Hold() implements Request {}

    /// Look after it again.
    record Unhold() implements Request {}
}
