package dev.dhow.agent.access;

import dev.dhow.agent.state.Ticker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks at files again and again, so that a changed one counts within seconds.
///
/// They are asked for their state rather than waited for: a file may lie on a network's disk, be a link, or come with
/// its
/// directory, and notes of the kernel tell of none of these reliably.
public final class FileWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FileWatch.class);

    private final Disk disk;
    private final Ticker ticker;
    private final Duration poll;
    private final Set<Watched<?>> files = ConcurrentHashMap.newKeySet();
    private final Semaphore woken = new Semaphore(0);
    private @Nullable Thread thread;

    /// @param poll how often a file is looked at that rests
    public FileWatch(Disk disk, Ticker ticker, Duration poll) {
        this.disk = disk;
        this.ticker = ticker;
        this.poll = poll;
    }

    /// Begins to look.
    public void start() {
        thread = Thread.ofVirtual().name("watched-files").start(this::run);
    }

    /// Reads a file, which blocks, and watches it from now on. Its first reading counts at once: at the agent's start
    /// an
    /// old file is better than none.
    ///
    /// @param key the key that names it, for messages
    /// @param changed called whenever something else counts, by whatever thread
    public <T> Watched<T> open(String key, Path file, Reading<T> reading, Runnable changed) {
        Watched<T> watched = new Watched<>(key, file, reading, changed);
        watched.look(disk, ticker.now(), true);
        files.add(watched);
        return watched;
    }

    /// Looks at these no more.
    public void forget(Collection<? extends Watched<?>> gone) {
        files.removeAll(Set.copyOf(gone));
    }

    private void run() {
        try {
            boolean settled = true;
            while (true) {
                Duration wait = settled || poll.compareTo(Watched.SETTLE) < 0 ? poll : Watched.SETTLE;
                // Nobody wakes it but whoever closes it.
                boolean _ = woken.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS);
                settled = look();
            }
        } catch (InterruptedException _) {
            // Closed.
        }
    }

    private boolean look() {
        boolean settled = true;
        for (Watched<?> file : files) {
            try {
                settled &= file.look(disk, ticker.now(), false);
            } catch (RuntimeException e) {
                // The others must be looked at all the same.
                log.atError().setCause(e).log("file not looked at, by a bug");
            }
        }
        return settled;
    }

    /// Ends looking. What is in force stays so.
    @Override
    public void close() {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }
}
