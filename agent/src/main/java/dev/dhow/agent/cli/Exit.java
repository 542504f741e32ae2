package dev.dhow.agent.cli;

/// The exit codes that scripts rely on.
final class Exit {
    /// All is well.
    static final int GOOD = 0;
    /// An error, or something invalid.
    static final int ERROR = 1;
    /// A plan has changes.
    static final int CHANGES = 2;
    /// A service is not Available, or is Degraded.
    static final int NOT_AVAILABLE = 3;
    /// There is no such service.
    static final int UNKNOWN_SERVICE = 4;

    /// A rollout failed, and what ran before runs again or still.
    static final int ROLLED_BACK = 5;
    /// It was not over in time.
    static final int TIMED_OUT = 6;

    private Exit() {}
}
