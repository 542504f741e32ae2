package dev.dhow.agent.state;

import java.util.Locale;

/// Docker's word for what a container does.
public enum RunState {
    /// Made, never started, or its start failed.
    CREATED,
    /// Its process runs.
    RUNNING,
    /// Its process is frozen.
    PAUSED,
    /// Docker is about to start it again by its restart policy.
    RESTARTING,
    /// It is being removed.
    REMOVING,
    /// Its process ended.
    EXITED,
    /// Docker failed to remove it.
    DEAD,
    /// A word that this Dhow does not know; nothing is concluded from it.
    UNKNOWN;

    /// The word as Docker tells it.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
