package dev.dhow.agent.cli;

import dev.dhow.agent.state.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Time as commands know it: a clock, and waiting between two looks.
interface Pace extends Ticker {
    /// Lets that much time pass.
    void pause(Duration time) throws InterruptedException;

    /// The machine's.
    static Pace system() {
        return new Pace() {
            @Override
            public Duration now() {
                return Ticker.system().now();
            }

            @Override
            public Instant wall() {
                return Ticker.system().wall();
            }

            @Override
            public void pause(Duration time) throws InterruptedException {
                boolean woken = new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS);
                if (woken) {
                    throw new IllegalStateException("nobody counts it down");
                }
            }
        };
    }
}
