package dev.dhow.agent.docker;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/// Runs each call on a virtual thread of its own and interrupts that thread at the deadline. On a Unix socket nothing
/// else ends a call that the Engine does not answer: there the client's own timeouts do nothing.
final class DeadlineCaller {
    /// How finely a lack of progress is measured: in quarters of the limit.
    private static final int SLICES = 4;

    private DeadlineCaller() {}

    /// Runs the work.
    ///
    /// @throws TimeoutException when it took longer than the limit
    /// @throws ExecutionException with what the work threw
    /// @throws InterruptedException when the caller was interrupted, and with it the work
    static <T> T call(String name, Duration limit, Callable<T> work)
            throws TimeoutException, ExecutionException, InterruptedException {
        return run(name, work, task -> task.get(limit.toNanos(), TimeUnit.NANOSECONDS));
    }

    /// Runs work without a limit, as long as its progress goes on.
    ///
    /// @param idle how long the progress may stand still
    /// @param progress any number that changes with progress
    static <T> T callWhileProgressing(String name, Duration idle, LongSupplier progress, Callable<T> work)
            throws TimeoutException, ExecutionException, InterruptedException {
        return run(name, work, task -> awaitWhileProgressing(task, idle, progress));
    }

    private static <T> T awaitWhileProgressing(FutureTask<T> task, Duration idle, LongSupplier progress)
            throws TimeoutException, ExecutionException, InterruptedException {
        long slice = idle.toNanos() / SLICES;
        long seen = progress.getAsLong();
        int still = 0;
        while (true) {
            try {
                return task.get(slice, TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                long now = progress.getAsLong();
                still = now == seen ? still + 1 : 0;
                seen = now;
                if (still >= SLICES) {
                    throw e;
                }
            }
        }
    }

    @FunctionalInterface
    private interface Waiting<T> {
        T on(FutureTask<T> task) throws TimeoutException, ExecutionException, InterruptedException;
    }

    private static <T> T run(String name, Callable<T> work, Waiting<T> waiting)
            throws TimeoutException, ExecutionException, InterruptedException {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = Thread.ofVirtual().name("docker-" + name).start(task);
        boolean answered = false;
        try {
            T result = waiting.on(task);
            answered = true;
            return result;
        } catch (ExecutionException e) {
            answered = true;
            throw e;
        } finally {
            if (!answered) {
                thread.interrupt();
            }
        }
    }
}
