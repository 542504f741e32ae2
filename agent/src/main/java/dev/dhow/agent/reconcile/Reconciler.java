package dev.dhow.agent.reconcile;

import dev.dhow.agent.execute.Executor;
import dev.dhow.agent.health.Health;
import dev.dhow.agent.history.Journal;
import dev.dhow.agent.plan.HmacKeys;
import dev.dhow.agent.runtime.ContainerRuntime;
import dev.dhow.agent.runtime.Traffic;
import dev.dhow.agent.state.Desired;
import dev.dhow.agent.state.KeptFile;
import dev.dhow.agent.state.Observed;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.ServiceText;
import dev.dhow.agent.state.Ticker;
import dev.dhow.agent.status.PassListener;
import dev.dhow.agent.status.StatusBoard;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps one worker per service, wakes them, and looks after services that only Docker knows.
///
/// Events are hints; the pulse wakes every worker often enough that losing all events costs seconds, never
/// correctness.
public final class Reconciler implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Reconciler.class);
    /// Less than the 90 s that systemd grants.
    private static final Duration DRAIN = Duration.ofSeconds(60);

    private final Rooms rooms;
    private final Observer observer;
    private final Pulse pulse;
    private final ServiceDesk desk;
    /// Changed under the monitor, which is held while the disk is waited for; read without it.
    private final Map<String, Worker> workers = new ConcurrentSkipListMap<>();
    private Map<String, Desired> desired = Map.of();
    private volatile boolean listed;
    private volatile Duration moved;

    /// @param host the name that owns the containers
    /// @param jitter 0 to 1 at random
    public Reconciler(
            String host,
            Doing doing,
            Health health,
            Keeping keeping,
            Reporting reporting,
            Ticker ticker,
            HmacKeys keys,
            DoubleSupplier jitter) {
        observer = new Observer(doing.runtime(), ticker, this::reading);
        rooms = new Rooms(
                host,
                doing.runtime(),
                observer,
                health,
                new HostWatch(ticker),
                doing.executor(),
                doing.traffic(),
                keeping.journal(),
                keeping.texts(),
                reporting.board(),
                reporting.listener(),
                ticker,
                keys,
                jitter);
        desk = new ServiceDesk(rooms, this::hired, this::listed);
        moved = ticker.now();
        pulse = new Pulse(observer, ticker, this::signalAll, () -> moved = ticker.now());
        doing.runtime().onHint(this::hint);
    }

    /// By what the world is changed.
    public record Doing(ContainerRuntime runtime, Executor executor, Traffic traffic) {}

    /// Where revisions are remembered.
    ///
    /// @param texts reads a service file again that was kept with its revision
    public record Keeping(Journal journal, Function<ServiceText, KeptFile> texts) {}

    /// Where passes are told.
    public record Reporting(StatusBoard board, PassListener listener) {}

    /// Starts the loop.
    public void start() {
        observer.start();
        pulse.start();
    }

    /// Takes a newer reading of the source.
    ///
    /// @param services what it says of each service it knows
    /// @param read whether the source was read since the agent's start, so that a service it does not know
    ///     has no file
    public synchronized void source(Map<String, Desired> services, boolean read) {
        listed = read;
        if (!services.equals(desired)) {
            services.values().stream()
                    .filter(newer -> newer instanceof Desired.Invalid && !newer.equals(desired.get(newer.service())))
                    .forEach(_ -> rooms.listener().failed("source_invalid"));
            desired = Map.copyOf(services);
            rooms.listener().sourceChanged();
        }
        desired.values().stream()
                .filter(d -> !(d instanceof Desired.Removed) || workers.containsKey(d.service()))
                .forEach(this::give);
        observer.latest().ifPresent(this::unexpected);
    }

    /// Something may have changed. Never blocks: event loops call it.
    ///
    /// @param service null: it could be any
    public void hint(@Nullable String service) {
        if (service == null) {
            signalAll(rooms.ticker().now());
            return;
        }
        Worker worker = workers.get(service);
        if (worker != null) {
            worker.mailbox().signal(rooms.ticker().now());
        } else {
            // A container of a service that nobody knows: the next reading finds it.
            pulse.now();
        }
    }

    private void signalAll(Duration moment) {
        workers.values().forEach(worker -> worker.mailbox().signal(moment));
    }

    /// Whether the loop moved lately: it reads Docker, or learns that it cannot, at every pulse.
    public boolean alive() {
        return rooms.ticker().now().minus(moved).compareTo(Duration.ofSeconds(60)) < 0;
    }

    /// Whether Docker answered the last time.
    public boolean dockerUp() {
        return observer.engineUp();
    }

    /// Whether Docker's list was read at least once.
    public boolean dockerRead() {
        return observer.latest().isPresent();
    }

    /// Whether any container of the service runs, by the newest reading.
    public boolean runs(String service) {
        return observer.latest().stream()
                .flatMap(observed -> observed.of(service).stream())
                .anyMatch(ObservedContainer::running);
    }

    /// The services that have containers, by the newest reading; empty: there was none yet.
    public Optional<Set<String>> withContainers() {
        return observer.latest()
                .map(observed -> observed.containers().stream()
                        .map(container -> container.owner().service())
                        .collect(Collectors.toSet()));
    }

    /// Where people ask.
    public ServiceDesk desk() {
        return desk;
    }

    private List<Worker> hired() {
        return List.copyOf(workers.values());
    }

    private boolean listed() {
        return listed;
    }

    /// One service that cannot be served must not keep the others from hearing.
    private void give(Desired wanted) {
        try {
            deliver(wanted);
        } catch (RuntimeException e) {
            log.atError()
                    .addKeyValue("service", wanted.service())
                    .setCause(e)
                    .log("what is wanted could not be delivered");
            rooms.listener().failed("internal");
        }
    }

    private void deliver(Desired wanted) {
        Worker worker = workers.get(wanted.service());
        if (worker != null) {
            worker.mailbox().put(wanted, rooms.ticker().now());
            return;
        }
        Worker hired = new Worker(wanted, rooms, this::finished);
        workers.put(wanted.service(), hired);
        hired.start();
    }

    private void reading(Observed observed) {
        moved = rooms.ticker().now();
        unexpected(observed);
    }

    /// Services that have containers here though nobody wants them. Nothing of them goes before the source, which
    /// hears of them too, says that they are removed.
    private synchronized void unexpected(Observed observed) {
        if (!listed) {
            return;
        }
        Map<String, Desired> found = new HashMap<>();
        for (ObservedContainer container : observed.containers()) {
            String service = container.owner().service();
            Desired known = desired.get(service);
            if (known == null || known instanceof Desired.Removed) {
                found.put(service, known == null ? orphan(service) : known);
            }
        }
        found.values().forEach(this::give);
    }

    private static Desired orphan(String service) {
        return new Desired.Missing(service, null, "it has no file; that counts when a second look agrees");
    }

    /// Ends a worker whose service has no container, where nobody wants it either. What was kept for the service goes
    /// before the next worker of that name can come.
    private synchronized boolean finished(Worker worker) {
        Desired known = desired.get(worker.service());
        boolean unwanted = known == null || known instanceof Desired.Removed;
        if (!listed || !unwanted) {
            return false;
        }
        worker.forget();
        workers.remove(worker.service());
        return true;
    }

    /// Ends the loop. Steps under way are finished first, within a minute: a replacement that broke off between stop
    /// and start would leave its service down until the agent is back.
    @Override
    public void close() {
        pulse.stop();
        try {
            rooms.executor().drain(DRAIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            workers.values().forEach(Worker::stop);
        }
        observer.close();
    }
}
