package dev.dhow.agent.reconcile;

import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.state.Ticker;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the engine at a steady beat and wakes every service with that one reading: a lost event costs seconds.
final class Pulse {
    private static final Logger log = LoggerFactory.getLogger(Pulse.class);
    private static final Duration EVERY = Duration.ofSeconds(30);

    private final Observer observer;
    private final Ticker ticker;
    private final Consumer<Duration> wake;
    private final Runnable moved;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread;

    /// @param wake told the moment that the reading is at least as new as, monotonic
    /// @param moved called when the engine could not be read: a loop that learns that moves all the same
    Pulse(Observer observer, Ticker ticker, Consumer<Duration> wake, Runnable moved) {
        this.observer = observer;
        this.ticker = ticker;
        this.wake = wake;
        this.moved = moved;
        thread = Thread.ofVirtual().name("pulse").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            do {
                now();
            } while (!stopped.await(EVERY.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            log.atDebug().log("pulse ends");
        }
    }

    /// One beat, beside the others.
    void now() {
        Thread.ofVirtual().name("pulse-reading").start(() -> {
            Duration moment = ticker.now();
            try {
                observer.after(moment);
            } catch (RuntimeFailure e) {
                // The observer has told it.
                moved.run();
            } catch (InterruptedException e) {
                return;
            }
            wake.accept(moment);
        });
    }

    void stop() {
        stopped.countDown();
        thread.interrupt();
    }
}
