package dev.dhow.agent.images;

import dev.dhow.agent.history.PulledImages;
import dev.dhow.agent.runtime.ImageStore;
import dev.dhow.agent.runtime.ImageStore.Held;
import dev.dhow.agent.runtime.ImageStore.HeldImage;
import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import dev.dhow.agent.state.DiskSpace;
import dev.dhow.agent.state.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Removes images when Docker's disk fills up: above the high water mark the ones not used for longest go, one at a
/// time, until the low mark is reached. Looks once an hour, and when a pull found no room.
///
/// An image goes by its names and without force, so that Docker itself refuses where a container came up in between.
public final class ImageJanitor implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ImageJanitor.class);
    private static final Duration FIRST = Duration.ofMinutes(5);
    private static final Duration EVERY = Duration.ofHours(1);

    private final ImageStore store;
    private final PulledImages pulled;
    private final Supplier<Optional<Set<String>>> keep;
    private final Ticker ticker;
    private final int high;
    private final int low;
    private final Semaphore wanted = new Semaphore(0);
    private @Nullable Thread thread;
    private boolean told;

    /// @param keep what services need now, references or ids: of revisions that run, start or are kept for
    ///     a rollback; empty while that is not known, and then nothing is removed
    /// @param high per cent of the disk above which images go
    /// @param low per cent at which no more go
    public ImageJanitor(
            ImageStore store,
            PulledImages pulled,
            Supplier<Optional<Set<String>>> keep,
            Ticker ticker,
            int high,
            int low) {
        this.store = store;
        this.pulled = pulled;
        this.keep = keep;
        this.ticker = ticker;
        this.high = high;
        this.low = low;
    }

    /// Begins to look.
    public void start() {
        thread = Thread.ofVirtual().name("image-janitor").start(this::run);
    }

    /// Asks for a look now, without waiting for it.
    public void wake() {
        wanted.release();
    }

    private void run() {
        try {
            Duration next = FIRST;
            while (true) {
                // Woken or not: it is time.
                boolean _ = wanted.tryAcquire(next.toMillis(), TimeUnit.MILLISECONDS);
                wanted.drainPermits();
                lookOnce();
                next = EVERY;
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    private void lookOnce() throws InterruptedException {
        try {
            sweep();
        } catch (RuntimeFailure e) {
            log.atDebug().addKeyValue("error", e.getMessage()).log("images not looked at");
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("images not looked at, by a bug");
        }
    }

    /// Looks once, and removes what has to go.
    ///
    /// @return what went, by one of its names
    /// @throws RuntimeFailure when the engine cannot be asked; what is left stays
    public List<String> sweep() throws RuntimeFailure, InterruptedException {
        Held held = store.images();
        Optional<Set<String>> known = keep.get();
        Set<String> present = held.images().stream().map(HeldImage::id).collect(Collectors.toSet());
        pulled.seen(present, ImageGc.needed(held, known.orElse(Set.of())), ticker.wall());
        Optional<DiskSpace> disk = store.disk();
        if (disk.isEmpty() || known.isEmpty() || disk.get().usedPercent() <= high) {
            told = false;
            return List.of();
        }
        List<String> gone = new ArrayList<>();
        for (HeldImage image : ImageGc.candidates(held, pulled.all(), known.get(), ticker.wall())) {
            int used = usedNow();
            if (used <= low) {
                return gone;
            }
            if (stillFree(image) && removed(image, used)) {
                gone.add(name(image));
            }
        }
        tell(usedNow());
        return gone;
    }

    private int usedNow() throws RuntimeFailure, InterruptedException {
        return store.disk().map(DiskSpace::usedPercent).orElse(0);
    }

    /// Asked again for each: removing takes its time, and services go on meanwhile. What is needed is
    /// asked for after the engine was read, so that whatever came up in between shows.
    private boolean stillFree(HeldImage image) throws RuntimeFailure, InterruptedException {
        Held now = store.images();
        Optional<Set<String>> known = keep.get();
        return known.isPresent()
                && ImageGc.candidates(now, pulled.all(), known.get(), ticker.wall()).stream()
                        .anyMatch(candidate -> candidate.equals(image));
    }

    private boolean removed(HeldImage image, int used) throws RuntimeFailure, InterruptedException {
        try {
            for (String tag : image.tags()) {
                store.removeImage(tag);
            }
            // What is left without tags: it is gone already where there were some.
            if (store.image(image.id()).isPresent()) {
                for (String digest : image.digests()) {
                    store.removeImage(digest);
                }
                store.removeImage(image.id());
            }
            log.atInfo()
                    .addKeyValue("object", name(image))
                    .addKeyValue("cause", "Docker's disk is %d %% full".formatted(used))
                    .log("image removed");
            return true;
        } catch (RuntimeFailure e) {
            if (e.kind().engineAway()) {
                throw e;
            }
            log.atLevel(e.kind() == Kind.CONFLICT ? org.slf4j.event.Level.DEBUG : org.slf4j.event.Level.WARN)
                    .addKeyValue("object", name(image))
                    .addKeyValue("error", e.getMessage())
                    .log("image not removed");
            return false;
        }
    }

    private static String name(HeldImage image) {
        return !image.tags().isEmpty()
                ? image.tags().getFirst()
                : image.digests().isEmpty() ? image.id() : image.digests().getFirst();
    }

    private void tell(int used) {
        if (used > high && !told) {
            log.atWarn()
                    .addKeyValue("cause", "Docker's disk is %d %% full".formatted(used))
                    .log("no image is left that may be removed; make room: docker system df shows what Docker holds");
        }
        told = used > high;
    }

    @Override
    public void close() {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }
}
