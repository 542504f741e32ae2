package dev.dhow.agent.state;

import java.time.Duration;
import java.time.Instant;

/// The only place that reads the machine's clock.
enum SystemTicker implements Ticker {
    INSTANCE;

    private static final long ORIGIN = System.nanoTime();

    @Override
    public Duration now() {
        return Duration.ofNanos(System.nanoTime() - ORIGIN);
    }

    @Override
    public Instant wall() {
        return Instant.now();
    }
}
