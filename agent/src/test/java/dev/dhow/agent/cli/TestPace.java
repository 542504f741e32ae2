package dev.dhow.agent.cli;

import java.time.Duration;
import java.time.Instant;

/// Time that passes only while a command waits, and then at once.
final class TestPace implements Pace {
    private Duration passed = Duration.ZERO;

    @Override
    public Duration now() {
        return passed;
    }

    @Override
    public Instant wall() {
        return Instant.parse("2026-11-20T10:05:00Z").plus(passed);
    }

    @Override
    public void pause(Duration time) {
        passed = passed.plus(time);
    }
}
