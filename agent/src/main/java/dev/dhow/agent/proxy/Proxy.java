package dev.dhow.agent.proxy;

import dev.dhow.agent.runtime.Traffic;
import dev.dhow.agent.state.Ticker;
import dev.dhow.agent.tls.Certificates;
import dev.dhow.api.status.TrafficStatus;
import io.vertx.core.Vertx;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The reverse proxy. What it serves is said through [Traffic], by the threads of the services; each change is one new
/// [Shared] in one reference, which all event loops read.
public final class Proxy implements Traffic, AutoCloseable {
    private static final Duration ENDING = Duration.ofSeconds(10);

    private final Loops loops;
    private final ProxyListener listener;
    private final Ticker ticker;
    private final AtomicReference<Shared> shared;
    /// By service; guarded by `this`, as every change is.
    private final Map<String, ServiceRoutes> services = new TreeMap<>();
    private volatile Runnable changed = () -> {};
    private volatile Consumer<String> forgotten = _ -> {};
    private final Map<String, Standing> standings = new ConcurrentHashMap<>();
    private Rulebook rulebook = new Rulebook(null);
    private Duration restoredUntil = Duration.ZERO;
    /// Targets that get no request any more and may still have some, by container id.
    private final Map<String, Endpoint> leaving = new ConcurrentHashMap<>();

    private Proxy(Loops loops, AtomicReference<Shared> shared, ProxyListener listener, Ticker ticker) {
        this.loops = loops;
        this.shared = shared;
        this.listener = listener;
        this.ticker = ticker;
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
        AtomicReference<Shared> shared =
                new AtomicReference<>(new Shared(RouteTable.EMPTY, settings, started, false, null));
        return new Proxy(Loops.start(vertx, loops, shared, listener, ticker, random), shared, listener, ticker);
    }

    /// Opens a plain listener.
    ///
    /// @return the port
    /// @throws IllegalStateException when the address cannot be had, with why
    public int listen(String name, InetSocketAddress address) throws InterruptedException {
        return loops.open(name, Listening.plain(), address);
    }

    /// Opens a listener for TLS.
    ///
    /// @return the port
    /// @throws IllegalStateException when the address cannot be had, with why
    public int listenTls(String name, InetSocketAddress address) throws InterruptedException {
        return listenTls(name, address, TlsLibrary.best());
    }

    int listenTls(String name, InetSocketAddress address, TlsLibrary library) throws InterruptedException {
        Certificates certificates = shared.get().settings().certificates();
        if (certificates == null) {
            throw new IllegalStateException("there are no certificates");
        }
        Handshakes handshakes = new Handshakes(library, name, certificates, listener, ticker::now);
        return loops.open(name, Listening.tls(handshakes, certificates.keyManager()), address);
    }

    /// Lets this host's health fail from now on, and its connections end after a while. Listeners stay open and every
    /// request is answered.
    ///
    /// @param until how long connections stay as they are
    public void drainHost(Duration until) {
        shared.updateAndGet(now -> now.with(new Shared.Drain(ticker.now().plus(until))));
    }

    /// Takes requests as ever.
    public void undrainHost() {
        shared.updateAndGet(now -> now.with((Shared.Drain) null));
    }

    /// Requests that are under way.
    public int inFlight() {
        return loops.inFlight();
    }

    /// Whether any role takes requests.
    public boolean hasRoutes() {
        return !shared.get().table().routes().isEmpty();
    }

    /// Whether any role wants TLS to end here.
    public boolean wantsTls() {
        return shared.get().table().wantsTls();
    }

    /// Gives routes what guards them. Before, and without it, what asks for a file or a login admits nobody.
    public synchronized void guardedBy(Guards guards) {
        rulebook = new Rulebook(guards);
        loops.loginsBy(guards.logins());
        swap();
    }

    /// Lets idle connections make room where it becomes scarce, by how many come in.
    public void among(Crowd all) {
        loops.among(all);
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
        loops.wake(service);
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
        return known == null ? Set.of() : known.ids();
    }

    @Override
    public synchronized void see(String service, Sight sight) {
        ServiceRoutes known = services.computeIfAbsent(service, _ -> new ServiceRoutes());
        boolean grace = ticker.now().compareTo(restoredUntil) < 0;
        if (known.see(sight, grace)) {
            swap();
        }
    }

    @Override
    public synchronized void forget(String service) {
        drop(service);
        standings.remove(service);
        forgotten.accept(service);
    }

    private void drop(String service) {
        ServiceRoutes gone = services.remove(service);
        if (gone != null) {
            gone.close();
            swap();
        }
    }

    /// All that is served now.
    public synchronized KnownRoutes known() {
        List<KnownRoutes.Service> all = new ArrayList<>();
        services.forEach((service, known) -> known.known(service).ifPresent(all::add));
        return new KnownRoutes(all);
    }

    /// Serves what an agent before this one served, until each service was seen.
    ///
    /// @param most how long what was ready then counts as ready while its checks begin anew
    public synchronized void restore(KnownRoutes routes, Duration most) {
        restoredUntil = ticker.now().plus(most);
        for (KnownRoutes.Service service : routes.services()) {
            services.put(service.name(), ServiceRoutes.of(service));
        }
        shared.updateAndGet(Shared::withRestored);
        swap();
    }

    /// Forgets what was restored and is no more.
    ///
    /// @param there says whether a service has any container
    public synchronized void forgetRestored(Predicate<String> there) {
        List<String> gone = services.entrySet().stream()
                .filter(service -> service.getValue().restored() && !there.test(service.getKey()))
                .map(Map.Entry::getKey)
                .toList();
        // Its file may still be there: what an operator switched for it holds.
        gone.forEach(this::drop);
    }

    private void swap() {
        List<Route> routes = new ArrayList<>();
        services.forEach((service, known) -> routes.addAll(known.routes(service, rulebook, standing(service))));
        rulebook.done();
        Certificates certificates = shared.get().settings().certificates();
        if (certificates != null) {
            // First: a route without its certificate would answer by the self-signed one.
            certificates.wantClients(Wanted.clientCas(routes));
            certificates.want(Wanted.certificates(routes));
        }
        RouteTable table = RouteTable.of(routes);
        shared.updateAndGet(now -> now.with(table));
        changed.run();
    }

    @Override
    public synchronized void route(Traffic.Target wanted) {
        ServiceRoutes known = services.get(wanted.service());
        if (known == null) {
            throw new IllegalStateException("%s has no address to send requests to".formatted(wanted.name()));
        }
        known.route(wanted);
    }

    @Override
    public void unroute(String service, String id) throws InterruptedException {
        Optional<Endpoint> found;
        synchronized (this) {
            ServiceRoutes known = services.get(service);
            found = known == null ? Optional.empty() : known.target(id);
            if (known != null && found.isPresent()) {
                known.remove(id);
                found.get().close();
                leaving.put(id, found.get());
            }
        }
        if (found.isPresent()) {
            loops.end(found.get(), Exchange::upgraded);
        }
    }

    @Override
    public void drain(String service, String id, Duration most) throws InterruptedException {
        Endpoint target = leaving.remove(id);
        if (target != null && !target.drained(most)) {
            loops.end(target, _ -> true);
        }
    }

    /// Closes the listeners at once, and gives the requests under way some time to end.
    @Override
    public void close() {
        close(ENDING);
    }

    /// @param most how long requests may take until they are cut
    void close(Duration most) {
        try {
            loops.close(most);
        } catch (InterruptedException e) {
            // Vert.x ends them when it is closed itself.
            Thread.currentThread().interrupt();
        }
    }
}
