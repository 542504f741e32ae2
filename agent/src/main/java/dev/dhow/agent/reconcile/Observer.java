package dev.dhow.agent.reconcile;

import dev.dhow.agent.runtime.ContainerRuntime;
import dev.dhow.agent.runtime.Needs;
import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.state.Observed;
import dev.dhow.agent.state.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the engine on demand, once for all who wait: twenty services woken together cost one or two readings.
///
/// Whoever asks names a moment; the answer is a reading that began after it, so it knows every effect that had ended by
/// then, and that looked up all that was needed when it was asked for.
final class Observer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Observer.class);
    private static final Duration NEVER = Duration.ofSeconds(Long.MIN_VALUE);

    private final ContainerRuntime runtime;
    private final Ticker ticker;
    private final Consumer<Observed> onReading;
    private final Map<String, Needs> needs = new ConcurrentHashMap<>();
    private final AtomicLong askers = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread thread;

    private Duration wanted = NEVER;
    private Duration answeredFor = NEVER;
    private Needs answered = Needs.NONE;
    /// What those ask for who wait: a service that needs less meanwhile, or is gone, must not leave them without an
    /// answer.
    private final List<Needs> waiting = new ArrayList<>();

    private @Nullable Observed latest;
    private @Nullable RuntimeFailure failure;
    private boolean closed;

    Observer(ContainerRuntime runtime, Ticker ticker, Consumer<Observed> onReading) {
        this.runtime = runtime;
        this.ticker = ticker;
        this.onReading = onReading;
        thread = Thread.ofVirtual().name("observer").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /// What a service wants looked up in every reading from now on.
    void need(String service, Needs needed) {
        needs.put(service, needed);
    }

    void forget(String service) {
        needs.remove(service);
    }

    /// The newest reading, of whatever age.
    Optional<Observed> latest() {
        lock.lock();
        try {
            return Optional.ofNullable(latest);
        } finally {
            lock.unlock();
        }
    }

    /// Whether the last reading succeeded.
    boolean engineUp() {
        lock.lock();
        try {
            return latest != null && failure == null;
        } finally {
            lock.unlock();
        }
    }

    /// A reading that began at or after that moment. Blocks until there is one.
    ///
    /// @throws RuntimeFailure when that reading failed
    Observed after(Duration moment) throws RuntimeFailure, InterruptedException {
        Needs asked = all();
        lock.lockInterruptibly();
        try {
            waiting.add(asked);
            if (wanted.compareTo(moment) < 0) {
                wanted = moment;
            }
            changed.signalAll();
            while (answeredFor.compareTo(moment) < 0 || !answered.cover(asked)) {
                if (closed) {
                    throw new InterruptedException("the agent stops");
                }
                changed.await();
            }
            if (failure != null) {
                throw new RuntimeFailure(failure.kind(), String.valueOf(failure.getMessage()), failure);
            }
            return Objects.requireNonNull(latest);
        } finally {
            waiting.remove(asked);
            lock.unlock();
        }
    }

    /// A reading that begins now and looks that up as well, for one who asks once.
    Observed once(Needs needed) throws RuntimeFailure, InterruptedException {
        // No service has such a name.
        String asker = "asker " + askers.incrementAndGet();
        need(asker, needed);
        try {
            return after(ticker.now());
        } finally {
            forget(asker);
        }
    }

    private void run() {
        try {
            for (Optional<Needs> next = awaitWanted(); next.isPresent(); next = awaitWanted()) {
                read(next.get());
            }
        } catch (InterruptedException e) {
            log.atDebug().log("observer ends");
        }
    }

    /// What the next reading looks up, once somebody waits for one; empty: the agent stops.
    private Optional<Needs> awaitWanted() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed
                    && wanted.compareTo(answeredFor) <= 0
                    && waiting.stream().allMatch(answered::cover)) {
                changed.await();
            }
            return closed ? Optional.empty() : Optional.of(union(Stream.concat(Stream.of(all()), waiting.stream())));
        } finally {
            lock.unlock();
        }
    }

    private void read(Needs looked) throws InterruptedException {
        Duration began = ticker.now();
        try {
            Observed observed = runtime.observe(looked);
            answer(began, looked, observed, null);
            tell(observed);
        } catch (RuntimeFailure e) {
            answer(began, looked, null, e);
        } catch (RuntimeException e) {
            // A bug in one reading must not end the loop for good.
            log.atError().setCause(e).log("reading docker ended by a bug");
            answer(
                    began,
                    looked,
                    null,
                    new RuntimeFailure(RuntimeFailure.Kind.OTHER, "reading Docker ended by a bug: " + e, e));
        }
    }

    /// Docker was read, whatever becomes of telling so.
    private void tell(Observed observed) {
        try {
            onReading.accept(observed);
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("looking at what docker shows ended by a bug");
        }
    }

    private void answer(Duration began, Needs looked, @Nullable Observed observed, @Nullable RuntimeFailure failed) {
        lock.lock();
        try {
            if (failed != null && failure == null) {
                log.atWarn().addKeyValue("error", failed.getMessage()).log("docker cannot be read");
            } else if (failed == null && failure != null) {
                log.atInfo().log("docker can be read again");
            }
            answeredFor = began;
            answered = looked;
            failure = failed;
            latest = observed == null ? latest : observed;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private Needs all() {
        return union(needs.values().stream());
    }

    private static Needs union(Stream<Needs> needs) {
        Set<String> images = new HashSet<>();
        Set<String> containers = new HashSet<>();
        needs.forEach(n -> {
            images.addAll(n.images());
            containers.addAll(n.containers());
        });
        return new Needs(images, containers);
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        thread.interrupt();
    }
}
