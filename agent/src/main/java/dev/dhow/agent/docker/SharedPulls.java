package dev.dhow.agent.docker;

import dev.dhow.agent.runtime.PullProgress;
import dev.dhow.agent.runtime.RuntimeFailure;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Makes one pull of all that ask for the same image at the same time, and lets few run at once, because they share
/// one line to the registry and one disk.
///
/// A pull belongs to all who wait for it: it goes on when one of them is interrupted, and ends with the last.
final class SharedPulls {
    private final Semaphore places;
    private final Map<What, Pull> running = new HashMap<>();

    SharedPulls(int atOnce) {
        this.places = new Semaphore(atOnce, true);
    }

    /// What is the same pull.
    private record What(String image, @Nullable String platform) {}

    /// The pull itself.
    @FunctionalInterface
    interface Fetch {
        void run(PullMeter meter) throws RuntimeFailure, InterruptedException;
    }

    private static final class Pull {
        private final FutureTask<Void> task;
        private final Thread thread;
        private volatile Supplier<PullProgress> progress = () -> PullProgress.WAITING;
        private int waiting;

        Pull(Semaphore places, Fetch fetch) {
            task = new FutureTask<>(() -> {
                places.acquire();
                try {
                    PullMeter meter = new PullMeter();
                    progress = meter::progress;
                    fetch.run(meter);
                    return null;
                } finally {
                    places.release();
                }
            });
            thread = Thread.ofVirtual().name("pull").unstarted(task);
        }
    }

    void pull(String image, @Nullable String platform, Fetch fetch) throws RuntimeFailure, InterruptedException {
        What what = new What(image, platform);
        Pull pull = join(what, fetch);
        try {
            pull.task.get();
        } catch (ExecutionException e) {
            throw failure(e, image);
        } finally {
            leave(what, pull);
        }
    }

    private synchronized Pull join(What what, Fetch fetch) {
        Pull pull = running.get(what);
        if (pull == null) {
            pull = new Pull(places, fetch);
            running.put(what, pull);
            pull.thread.start();
        }
        pull.waiting++;
        return pull;
    }

    /// Who asks after the end of a pull starts a new one, also while others still learn how the old one
    /// ended.
    private synchronized void leave(What what, Pull pull) {
        pull.waiting--;
        if (pull.task.isDone() || pull.waiting == 0) {
            running.remove(what, pull);
            pull.thread.interrupt();
        }
    }

    /// To each who waits an exception of his own: one that several threads throw shows the steps of
    /// another.
    private static RuntimeFailure failure(ExecutionException e, String image) {
        return e.getCause() instanceof RuntimeFailure shared
                ? new RuntimeFailure(
                        shared.kind(),
                        String.valueOf(shared.getMessage()),
                        shared,
                        shared.retryAfter().orElse(null))
                : new RuntimeFailure(RuntimeFailure.Kind.OTHER, "pull %s: %s".formatted(image, e.getCause()), e);
    }

    synchronized Map<String, PullProgress> progress() {
        Map<String, PullProgress> all = new TreeMap<>();
        running.forEach((what, pull) -> all.put(what.image(), pull.progress.get()));
        return all;
    }
}
