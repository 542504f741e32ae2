package dev.dhow.agent.testing;

import java.time.Duration;
import java.util.function.Predicate;

/// Waits for a condition with a deadline that is generous, because a busy machine is no failure.
public final class Await {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private Await() {}

    /// Something that answers, and may fail for now.
    @FunctionalInterface
    public interface Source<T> {
        /// The current value.
        T get() throws Exception;
    }

    /// Asks until the condition holds, and returns the value that met it.
    public static <T> T until(String what, Source<T> source, Predicate<T> condition) {
        return until(what, DEADLINE, source, condition);
    }

    /// Asks until it is true.
    public static void until(String what, Source<Boolean> condition) {
        until(what, DEADLINE, condition, value -> value);
    }

    /// Asks until the condition holds or the deadline is over.
    public static <T> T until(String what, Duration deadline, Source<T> source, Predicate<T> condition) {
        long end = System.nanoTime() + deadline.toNanos();
        Object last = "nothing";
        while (true) {
            try {
                T value = source.get();
                if (condition.test(value)) {
                    return value;
                }
                last = value;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while waiting for " + what, e);
            } catch (Exception e) {
                last = e;
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("not in %s: %s; last seen: %s".formatted(deadline, what, last));
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(5);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
