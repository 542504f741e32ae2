package dev.dhow.agent.docker;

import dev.dhow.agent.runtime.RuntimeFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/// Does the same for each of many, a few at a time, because the Engine does not answer many questions faster than few.
final class Parallel {
    private static final int AT_ONCE = 8;

    private Parallel() {}

    /// One of many pieces of work.
    @FunctionalInterface
    interface Each<T> {
        void on(T one) throws RuntimeFailure, InterruptedException;
    }

    /// Returns when all are done.
    ///
    /// @throws RuntimeFailure the first failure; what had not begun is left
    static <T> void each(List<T> many, Each<T> work) throws RuntimeFailure, InterruptedException {
        if (many.size() <= 1) {
            for (T one : many) {
                work.on(one);
            }
            return;
        }
        Semaphore places = new Semaphore(AT_ONCE);
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> futures = new ArrayList<>();
            for (T one : many) {
                Callable<Void> task = () -> {
                    places.acquire();
                    try {
                        work.on(one);
                        return null;
                    } finally {
                        places.release();
                    }
                };
                futures.add(executor.submit(task));
            }
            try {
                for (Future<?> future : futures) {
                    future.get();
                }
            } catch (ExecutionException e) {
                executor.shutdownNow();
                if (e.getCause() instanceof RuntimeFailure failure) {
                    throw failure;
                }
                throw new IllegalStateException(e.getCause());
            } catch (InterruptedException e) {
                executor.shutdownNow();
                throw e;
            }
        }
    }
}
