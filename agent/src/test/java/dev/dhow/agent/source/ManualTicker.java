package dev.dhow.agent.source;

import dev.dhow.agent.state.Ticker;
import java.time.Duration;
import java.time.Instant;

/// A clock that moves when a test says so.
final class ManualTicker implements Ticker {
    private Duration now = Duration.ofHours(1);

    @Override
    public Duration now() {
        return now;
    }

    @Override
    public Instant wall() {
        return Instant.EPOCH.plus(now);
    }

    void advance(long milliseconds) {
        now = now.plusMillis(milliseconds);
    }
}
