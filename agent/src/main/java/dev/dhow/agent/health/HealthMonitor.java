package dev.dhow.agent.health;

import dev.dhow.agent.state.Observed;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Owner;
import dev.dhow.agent.state.Ticker;
import dev.dhow.agent.state.Verdict;
import dev.dhow.api.spec.RoleSpec;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/// Watches containers: sends probes on a Vert.x context of its own, keeps in memory what they found, and answers
/// [#judge] from there.
///
/// Nothing is stored: after a restart of the agent a container that has run for longer than its deadline is UNKNOWN
/// until its first answer, or until as many fresh failures as `retries` grants.
public final class HealthMonitor implements Health {
    private static final Logger log = LoggerFactory.getLogger(HealthMonitor.class);

    private static final Duration CLOSING = Duration.ofSeconds(2);

    private final Map<String, Map<String, Watched>> services = new ConcurrentHashMap<>();
    private final Vertx vertx;
    private final Context context;
    private final Ticker ticker;
    private final Instant begun;
    private final ProbeListener listener;
    private final Consumer<String> onChange;
    private final RandomGenerator random;
    private final HttpProber http;
    private final TcpProber tcp;
    private volatile boolean closed;

    /// Watches nothing yet.
    ///
    /// @param onChange told the service's name when a probe changed a verdict, on the event loop: it must
    ///     not block
    /// @param random spreads the probes; used on one thread only
    public HealthMonitor(
            Vertx vertx, Ticker ticker, ProbeListener listener, Consumer<String> onChange, RandomGenerator random) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.ticker = ticker;
        this.begun = ticker.wall();
        this.listener = listener;
        this.onChange = onChange;
        this.random = random;
        this.http = new HttpProber(vertx, ticker);
        this.tcp = new TcpProber(vertx, ticker);
    }

    @Override
    public Map<String, Verdict> judge(
            String service,
            Map<String, RoleSpec> roles,
            Set<String> proving,
            List<ObservedContainer> containers,
            Observed reading) {
        Map<String, Watched> watched = services.computeIfAbsent(service, _ -> new ConcurrentHashMap<>());
        dropAllBut(containers, watched);
        Map<String, Verdict> verdicts = new HashMap<>();
        for (ObservedContainer container : containers) {
            Watched one = watched.computeIfAbsent(
                    container.id(), _ -> new Watched(container, begun, ticker, this::startLoop));
            if (closed) {
                one.end();
            }
            Watched.Change change =
                    one.observe(roles.get(container.id()), container, reading, proving.contains(container.id()));
            if (change != null) {
                tell(change);
            }
            verdicts.put(container.id(), one.verdict());
        }
        return Map.copyOf(verdicts);
    }

    @Override
    public Map<String, Verdict> verdicts(String service) {
        Map<String, Verdict> verdicts = new HashMap<>();
        services.getOrDefault(service, Map.of())
                .forEach((id, one) -> one.told().ifPresent(verdict -> verdicts.put(id, verdict)));
        return Map.copyOf(verdicts);
    }

    @Override
    public void forget(String service) {
        Map<String, Watched> gone = services.remove(service);
        if (gone != null) {
            gone.values().forEach(Watched::end);
        }
    }

    @Override
    public void close() {
        closed = true;
        List.copyOf(services.keySet()).forEach(this::forget);
        // Vert.x is closed after this, and complains where connections outlive their event loop.
        try {
            Future.join(http.close(), tcp.close())
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(CLOSING.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.atWarn().addKeyValue("error", String.valueOf(e.getMessage())).log("probes did not end in time");
        }
    }

    private static void dropAllBut(List<ObservedContainer> containers, Map<String, Watched> watched) {
        var ids = containers.stream().map(ObservedContainer::id).collect(Collectors.toSet());
        watched.entrySet().removeIf(entry -> {
            boolean gone = !ids.contains(entry.getKey());
            if (gone) {
                entry.getValue().end();
            }
            return gone;
        });
    }

    private ProbeLoop startLoop(Watched watched, Check.Probe check) {
        Prober prober = switch (check) {
            case Check.Http _ -> http;
            case Check.Tcp _ -> tcp;
        };
        ProbeLoop loop = new ProbeLoop(vertx, context, prober, random, new ProbeLoop.Source() {
            @Override
            public ProbeLoop.Turn turn() {
                return watched.turn(check.key(), check);
            }

            @Override
            public void ended(ProbeLoop self, AsyncResult<Sample> end) {
                probed(watched, self, check.key(), end);
            }
        });
        loop.start();
        return loop;
    }

    private void probed(Watched watched, ProbeLoop loop, Check.Probe key, AsyncResult<Sample> end) {
        Owner owner = watched.container().owner();
        Sample sample = end.succeeded() ? end.result() : null;
        if (sample == null) {
            log.atDebug()
                    .addKeyValue("service", owner.service())
                    .addKeyValue("role", owner.role())
                    .addKeyValue("error", String.valueOf(end.cause()))
                    .log("probe could not be sent");
        }
        Watched.Change change = watched.ended(loop, key, sample);
        if (change != null) {
            tell(change);
            outside(owner.service(), () -> onChange.accept(owner.service()));
        }
        if (sample != null) {
            outside(
                    owner.service(),
                    () -> listener.probed(owner.service(), owner.role(), sample.word(), sample.took()));
        }
    }

    /// What others throw must not end a loop.
    private static void outside(String service, Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            log.atWarn().setCause(e).addKeyValue("service", service).log("listener of probes failed");
        }
    }

    static void tell(Watched.Change change) {
        ObservedContainer container = change.container();
        Verdict before = change.before();
        Verdict after = change.after();
        LoggingEventBuilder line = log.atInfo()
                .addKeyValue("service", container.owner().service())
                .addKeyValue("role", container.owner().role())
                .addKeyValue("container", container.name());
        if (before.health() == after.health()) {
            line.addKeyValue("health", after.health().label())
                    .addKeyValue("cause", after.message())
                    .log(consequence(before, after));
        } else {
            line.addKeyValue("from", before.health().label())
                    .addKeyValue("to", after.health().label())
                    .addKeyValue("cause", after.message())
                    .log("health changed");
        }
    }

    /// What comes of a change that leaves the health as it was.
    private static String consequence(Verdict before, Verdict after) {
        if (before.wantsRestart() != after.wantsRestart()) {
            return after.wantsRestart() ? "container asks for a restart" : "container asks for no restart any more";
        }
        return after.failed() ? "container will not become ready by itself" : "container may become ready again";
    }
}
