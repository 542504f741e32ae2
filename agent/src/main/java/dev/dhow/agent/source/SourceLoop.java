package dev.dhow.agent.source;

import dev.dhow.agent.source.Hints.Changes;
import dev.dhow.agent.state.Ticker;
import java.time.Duration;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Steps a [DirectorySource]: at once when the kernel hints at a change after a quiet time, at most every [#GAP] in
/// a storm of changes, and every [#POLL] in any case, which covers all that makes no hint (targets of links, files
/// that are named by others, network filesystems, a replaced directory).
///
/// It has a platform thread of its own, not a virtual one: it waits inside a system call, and may hang in one on a
/// dead network filesystem, which would hold a carrier that other virtual threads need.
public final class SourceLoop implements AutoCloseable {
    static final Duration POLL = Duration.ofMillis(1500);
    static final Duration GAP = Duration.ofMillis(20);

    private static final Logger log = LoggerFactory.getLogger(SourceLoop.class);

    private final DirectorySource source;
    private final Supplier<Reading> reader;
    private final Hints hints;
    private final Ticker ticker;
    private final Consumer<SourceSnapshot> consumer;
    private final Thread thread;
    private final Set<String> moved = new HashSet<>();
    /// Services whose removal somebody means, for the next reading.
    private final Queue<String> confirmed = new ConcurrentLinkedQueue<>();
    private volatile SourceSnapshot told = SourceSnapshot.NOTHING;
    private volatile boolean closed;

    SourceLoop(
            DirectorySource source,
            Supplier<Reading> reader,
            Hints hints,
            Ticker ticker,
            Consumer<SourceSnapshot> consumer) {
        this.source = source;
        this.reader = reader;
        this.hints = hints;
        this.ticker = ticker;
        this.consumer = consumer;
        this.thread = Thread.ofPlatform().name("source").daemon().unstarted(this::run);
    }

    /// Starts reading.
    ///
    /// @param consumer gets every snapshot that differs from the one before, on the loop's thread, which waits
    ///     for it
    public static SourceLoop start(DirectorySource source, Ticker ticker, Consumer<SourceSnapshot> consumer) {
        Hints hints = Inotify.open().orElseGet(PollingOnly::new);
        DirectoryReader reader = new DirectoryReader(source.directory(), source.disk(), ticker);
        SourceLoop loop = new SourceLoop(source, reader::read, hints, ticker, consumer);
        loop.start();
        return loop;
    }

    void start() {
        thread.start();
    }

    /// Lets the services go whose removal is held back now.
    ///
    /// @return which; empty: none is held back
    public SortedSet<String> confirmRemoval() {
        SortedSet<String> held = told.held();
        held.forEach(this::removalMeant);
        return held;
    }

    /// A service's file was removed on purpose: it does not count as one of many that are missing. Call it after the
    /// file is gone.
    public void removalMeant(String service) {
        confirmed.add(service);
        hints.wake();
    }

    /// Ends the loop and waits for it. A reading that hangs is not waited for beyond [#POLL].
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        hints.wake();
        try {
            thread.join(POLL);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        // The loop's thread may still be inside a system call on them; then they end with the process.
        if (!thread.isAlive()) {
            hints.close();
        }
    }

    private void run() {
        while (!closed) {
            Duration begun = ticker.now();
            boolean more = safely();
            if (!more) {
                waitForReason();
            }
            Duration early = begun.plus(GAP).minus(ticker.now());
            if (early.isPositive() && !closed) {
                hints.pause(early);
            }
        }
    }

    private boolean safely() {
        try {
            return turn();
        } catch (RuntimeException | Error e) {
            // A bug must not end the only reader of the directory; the next reading may do better.
            log.atError().setCause(e).log("reading the services directory failed");
            return false;
        }
    }

    /// One reading.
    ///
    /// @return whether something happened during it, so that another one is due
    private boolean turn() {
        hints.watch(source.directory());
        took(hints.drain());
        Set<String> meant = new HashSet<>();
        for (String service = confirmed.poll(); service != null; service = confirmed.poll()) {
            meant.add(service);
        }
        source.confirm(meant);
        Reading reading = reader.get();
        Changes during = hints.drain();
        Set<String> trusted = new HashSet<>(moved);
        trusted.removeAll(during.lastWasRename().keySet());
        if (during.lost()) {
            trusted.clear();
        }
        moved.clear();
        took(during);
        SourceSnapshot now = source.step(reading, trusted);
        if (!now.equals(told)) {
            consumer.accept(now);
            Transitions.tell(told, now);
            told = now;
        }
        source.store();
        return during.worthReading();
    }

    private void waitForReason() {
        Duration end = ticker.now().plus(POLL);
        Duration due = source.due().orElse(end);
        Duration until = due.compareTo(end) < 0 ? due : end;
        boolean reason = false;
        Duration left = until.minus(ticker.now());
        while (!reason && left.isPositive() && !closed) {
            hints.await(left);
            Changes changes = hints.drain();
            took(changes);
            reason = changes.worthReading() || !confirmed.isEmpty();
            left = until.minus(ticker.now());
        }
    }

    private void took(Changes changes) {
        if (changes.lost()) {
            moved.clear();
        }
        changes.lastWasRename().forEach((name, rename) -> {
            if (rename) {
                moved.add(name);
            } else {
                moved.remove(name);
            }
        });
    }
}
