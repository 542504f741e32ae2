package dev.dhow.agent.proxy;

import dev.dhow.agent.runtime.Traffic;
import dev.dhow.agent.state.Ticker;
import dev.dhow.api.spec.ProxySpec;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.status.TrafficStatus;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The reverse proxy. What it serves is said through [Traffic], by the threads of the services; each change is one new
/// [Shared] in one reference, which all event loops read.
public final class Proxy implements Traffic, AutoCloseable {
    private static final Duration SWEEP = Duration.ofMillis(250);
    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final AtomicReference<Shared> shared;
    private final List<Worker> workers = new ArrayList<>();
    /// By service; guarded by `this`, as every change is.
    private final Map<String, ServiceRoutes> services = new TreeMap<>();
    private volatile Runnable changed = () -> {};
    private volatile Consumer<String> forgotten = _ -> {};
    private final Map<String, Standing> standings = new ConcurrentHashMap<>();
    private Rulebook rulebook = new Rulebook(null);
    private int opened;
    /// Targets that get no request any more and may still have some, by container id.
    private final Map<String, Endpoint> leaving = new ConcurrentHashMap<>();

    private Proxy(Vertx vertx, Settings settings, BooleanSupplier started) {
        this.vertx = vertx;
        shared = new AtomicReference<>(new Shared(RouteTable.EMPTY, settings, started));
    }

    /// Starts a proxy that listens nowhere yet.
    ///
    /// @param loops how many event loops carry its connections
    /// @param started says whether the first routes are known: before, this host is not healthy
    public static Proxy start(
            Vertx vertx,
            int loops,
            Settings settings,
            BooleanSupplier started,
            ProxyListener listener,
            Ticker ticker,
            RandomGenerator random)
            throws InterruptedException {
        Proxy proxy = new Proxy(vertx, settings, started);
        for (int i = 0; i < loops; i++) {
            Worker worker = new Worker(proxy.shared, listener, ticker, random, SWEEP);
            await(vertx.deployVerticle(worker, new DeploymentOptions()), CLOSING);
            proxy.workers.add(worker);
        }
        return proxy;
    }

    /// Opens a plain listener.
    ///
    /// @return the port
    /// @throws IllegalStateException when the address cannot be had, with why
    public synchronized int listen(String name, InetSocketAddress address) throws InterruptedException {
        String host = address.getHostString();
        // All loops share one port, also where the system chooses it.
        SocketAddress shared = address.getPort() == 0
                ? SocketAddress.sharedRandomPort(++opened, host)
                : SocketAddress.inetSocketAddress(address.getPort(), host);
        int port = 0;
        for (Worker worker : workers) {
            port = await(worker.open(name, Listening.plain(), shared), CLOSING);
        }
        return port;
    }

    /// Whether any role takes requests.
    public boolean hasRoutes() {
        return !shared.get().table().routes().isEmpty();
    }

    /// Gives routes what guards them. Before, and without it, what asks for a file or a login admits nobody.
    public synchronized void guardedBy(Guards guards) {
        rulebook = new Rulebook(guards);
        workers.forEach(worker -> worker.loginsBy(guards.logins()));
        swap();
    }

    /// Puts what holds for all routes into force.
    public void settings(Settings settings) {
        shared.updateAndGet(now -> now.with(settings));
    }

    /// Says whether a service's requests go on, from now on; those that wait are decided on before this returns.
    ///
    /// @param status null: they do
    public void traffic(String service, @Nullable TrafficStatus status) throws InterruptedException {
        standing(service).set(status);
        for (Worker worker : workers) {
            await(worker.wake(service), CLOSING);
        }
    }

    /// How many requests wait for a service that is paused.
    int waiting(String service) {
        return standing(service).waiting();
    }

    /// Whether any role of a service takes requests.
    public boolean serves(String service) {
        return shared.get().knows(service);
    }

    /// @param hint called with the name of a service that is gone for good
    public void onForgotten(Consumer<String> hint) {
        forgotten = hint;
    }

    private Standing standing(String service) {
        return standings.computeIfAbsent(service, _ -> new Standing());
    }

    /// @param hint called when routes changed, by whoever changed them
    public void onRoutes(Runnable hint) {
        changed = hint;
    }

    @Override
    public boolean present() {
        return true;
    }

    @Override
    public synchronized Set<String> routed(String service) {
        ServiceRoutes known = services.get(service);
        Set<String> ids = new HashSet<>();
        if (known != null) {
            known.pools.values().forEach(pool -> pool.targets().forEach(target -> ids.add(target.id())));
        }
        return ids;
    }

    @Override
    public synchronized void see(String service, Sight sight) {
        ServiceRoutes known = services.computeIfAbsent(service, _ -> new ServiceRoutes());
        known.backends = sight.containers();
        for (Pool pool : known.pools.values()) {
            for (Endpoint target : pool.targets()) {
                Backend backend = sight.containers().get(target.id());
                if (backend == null) {
                    pool.remove(target.id());
                    target.close();
                } else if (!backend.address().isEmpty()) {
                    target.seen(address(backend), backend.ready());
                }
            }
        }
        if (!known.roles.equals(sight.roles())) {
            known.roles = sight.roles();
            swap();
        }
    }

    @Override
    public synchronized void forget(String service) {
        ServiceRoutes gone = services.remove(service);
        if (gone != null) {
            gone.pools.values().forEach(pool -> pool.targets().forEach(Endpoint::close));
            swap();
        }
        standings.remove(service);
        forgotten.accept(service);
    }

    private void swap() {
        List<Route> routes = new ArrayList<>();
        services.forEach((service, known) -> {
            for (RoleSpec role : known.roles) {
                ProxySpec spec = role.proxy();
                if (spec != null) {
                    Rules rules = rulebook.of(service, role.name(), spec, standing(service));
                    routes.add(new Route(service, role.name(), spec, known.pool(role.name()), rules));
                }
            }
        });
        rulebook.done();
        RouteTable table = RouteTable.of(routes);
        shared.updateAndGet(now -> now.with(table));
        changed.run();
    }

    @Override
    public synchronized void route(Traffic.Target wanted) {
        ServiceRoutes known = services.get(wanted.service());
        Backend backend = known == null ? null : known.backends.get(wanted.id());
        if (known == null || backend == null || backend.address().isEmpty()) {
            throw new IllegalStateException("%s has no address to send requests to".formatted(wanted.name()));
        }
        if (known.target(wanted.id()).isEmpty()) {
            // Its checks said so: that is why it is routed.
            known.pool(backend.role()).add(new Endpoint(wanted.id(), address(backend), true));
        }
    }

    private static SocketAddress address(Backend backend) {
        return SocketAddress.inetSocketAddress(backend.port(), backend.address());
    }

    @Override
    public void unroute(String service, String id) throws InterruptedException {
        Optional<Endpoint> found;
        synchronized (this) {
            ServiceRoutes known = services.get(service);
            found = known == null ? Optional.empty() : known.target(id);
            if (known != null && found.isPresent()) {
                known.pools.values().forEach(pool -> pool.remove(id));
                found.get().close();
                leaving.put(id, found.get());
            }
        }
        if (found.isPresent()) {
            end(found.get(), Exchange::upgraded);
        }
    }

    @Override
    public void drain(String service, String id, Duration most) throws InterruptedException {
        Endpoint target = leaving.remove(id);
        if (target == null) {
            return;
        }
        CompletableFuture<Void> drained = target.drained().toCompletableFuture();
        try {
            drained.get(most.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            end(target, _ -> true);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a drain does not fail", e);
        }
    }

    private void end(Endpoint target, Predicate<Exchange> which) throws InterruptedException {
        for (Worker worker : workers) {
            await(worker.end(target, which), CLOSING);
        }
    }

    private static <T> T await(Future<T> future, Duration most) throws InterruptedException {
        try {
            return future.toCompletionStage().toCompletableFuture().get(most.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IllegalStateException(String.valueOf(cause.getMessage()), cause);
        } catch (TimeoutException e) {
            throw new IllegalStateException("an event loop did not answer within %d s".formatted(most.toSeconds()), e);
        }
    }

    @Override
    public void close() {
        try {
            for (Worker worker : workers) {
                await(vertx.undeploy(worker.deploymentID()), CLOSING);
            }
        } catch (InterruptedException e) {
            // Vert.x ends them when it is closed itself.
            Thread.currentThread().interrupt();
        }
    }
}
