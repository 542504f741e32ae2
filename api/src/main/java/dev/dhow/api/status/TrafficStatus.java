package dev.dhow.api.status;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// That the requests of a service do not go on to its containers, because somebody said so.
///
/// @param message for whoever asks meanwhile; null: none
/// @param since by the wall clock
public record TrafficStatus(State state, @Nullable String message, Instant since) {
    /// What becomes of them.
    public enum State {
        /// They are answered with 503 and a page.
        MAINTENANCE,
        /// They wait for a while.
        PAUSED
    }
}
