package dev.dhow.agent.state;

import java.time.Duration;
import java.time.Instant;

/// The clock's port. Durations come from the monotonic part only; the wall clock is for showing, and for comparing
/// with times that Docker wrote.
public interface Ticker {
    /// Monotonic time since an arbitrary origin.
    Duration now();

    /// The wall clock, which may jump.
    Instant wall();

    /// The machine's clock.
    static Ticker system() {
        return SystemTicker.INSTANCE;
    }
}
