package dev.dhow.agent.testing;

import dev.dhow.agent.state.Ticker;
import java.time.Duration;
import java.time.Instant;

/// A clock that stands until a test moves it.
public final class ManualTicker implements Ticker {
    private Duration now = Duration.ofSeconds(1000);
    private Instant wall = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public synchronized Duration now() {
        return now;
    }

    @Override
    public synchronized Instant wall() {
        return wall;
    }

    /// Lets that much time pass, on both clocks.
    public synchronized void advance(Duration by) {
        now = now.plus(by);
        wall = wall.plus(by);
    }

    /// Sets the wall clock, as an administrator or NTP would; monotonic time does not care.
    public synchronized void jumpWall(Duration by) {
        wall = wall.plus(by);
    }
}
