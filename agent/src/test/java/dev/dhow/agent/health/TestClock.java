package dev.dhow.agent.health;

import dev.dhow.agent.state.Ticker;
import java.time.Duration;
import java.time.Instant;

/// A clock that is moved by hand; the wall clock can also jump.
final class TestClock implements Ticker {
    private Duration now = Duration.ofHours(5);
    private Instant wall = Instant.parse("2026-11-21T10:00:00Z");

    @Override
    public synchronized Duration now() {
        return now;
    }

    @Override
    public synchronized Instant wall() {
        return wall;
    }

    synchronized void pass(Duration time) {
        now = now.plus(time);
        wall = wall.plus(time);
    }

    synchronized void jump(Duration by) {
        wall = wall.plus(by);
    }
}
