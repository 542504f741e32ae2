package dev.dhow.agent.proxy;

import dev.dhow.agent.access.PasswordCheck;
import dev.dhow.agent.state.Ticker;
import dev.dhow.agent.upstream.Upstreams;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// One event loop's part of the proxy: its connections, its exchanges, and its own connections to containers, which no
/// other loop touches.
final class Worker extends VerticleBase {
    /// So long others are asked before one that refused a connection.
    static final Duration SUSPECT = Duration.ofSeconds(1);

    /// So long nothing need come of a request's body; then 408.
    static final Duration BODY_STALL = Duration.ofSeconds(30);
    /// So long a client need take nothing of its answer; then its connection ends.
    static final Duration READ_STALL = Duration.ofSeconds(60);

    private final AtomicReference<Shared> shared;
    private final ProxyListener listener;
    private final Ticker ticker;
    private final RandomGenerator random;
    private final Duration sweepEvery;
    private final Map<HttpConnection, Connection> connections = new IdentityHashMap<>();
    private final List<HttpServer> servers = new ArrayList<>();
    private final Set<Exchange> exchanges = new LinkedHashSet<>();
    private volatile int inFlight;
    private final Front front = new Front(this);
    private final Waiting waiting = new Waiting();
    private volatile @Nullable PasswordCheck logins;
    private volatile Crowd crowd = Crowd.ofThisProcess();
    private @Nullable Upstreams upstreams;

    /// @param sweepEvery how often times are looked at
    Worker(
            AtomicReference<Shared> shared,
            ProxyListener listener,
            Ticker ticker,
            RandomGenerator random,
            Duration sweepEvery) {
        this.shared = shared;
        this.listener = listener;
        this.ticker = ticker;
        this.random = random;
        this.sweepEvery = sweepEvery;
    }

    @Override
    public Future<?> start() {
        upstreams = new Upstreams((ContextInternal) context, this::nanos);
        vertx.setPeriodic(sweepEvery.toMillis(), _ -> sweep());
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        upstreams().close();
        return Future.succeededFuture();
    }

    /// Opens a listener on this loop; loops that open the same one share it.
    Future<Integer> open(String name, HttpServerOptions options, SocketAddress address) {
        return here(() -> {
            HttpServer server = vertx.createHttpServer(options);
            server.connectionHandler(http -> accept(name, http));
            server.requestHandler(this::request);
            server.invalidRequestHandler(this::request);
            server.exceptionHandler(_ -> {});
            return server.listen(address).map(listening -> {
                servers.add(listening);
                return listening.actualPort();
            });
        });
    }

    /// Takes no connection any more and ends those that it has: idle and upgraded ones at once, others with the end of
    /// their request.
    ///
    /// @param most after that they are cut
    Future<Void> shut(Duration most) {
        return here(() -> {
            List.copyOf(exchanges).stream().filter(Exchange::upgraded).forEach(Exchange::drained);
            return Future.join(servers.stream()
                            .map(server -> server.shutdown(most.toMillis(), TimeUnit.MILLISECONDS))
                            .toList())
                    .mapEmpty();
        });
    }

    private <T> Future<T> here(Supplier<Future<T>> work) {
        Promise<T> done = Promise.promise();
        Context loop = context;
        loop.runOnContext(_ -> work.get().onComplete(done));
        return done.future();
    }

    private void accept(String name, HttpConnection http) {
        Connection connection = Connection.of(
                http,
                name,
                shared().settings(),
                crowd.held(),
                refused -> listener.rejected(refused.reason()),
                ticker::now);
        if (connection == null) {
            return;
        }
        http.exceptionHandler(_ -> {});
        connections.put(http, connection);
        listener.connections(name, 1);
        http.closeHandler(_ -> {
            connections.remove(http);
            listener.connections(name, -1);
        });
    }

    private void request(HttpServerRequest request) {
        Connection connection = connections.get(request.connection());
        if (connection == null || connection.over(request)) {
            request.connection().close();
            return;
        }
        Visit visit = new Visit(this, connection, request);
        request.response().endHandler(_ -> {
            connection.answered(request);
            connection.done(ticker.now());
            visit.written();
        });
        if (shared().ending(ticker.now())) {
            connection.end(request.response());
        }
        front.handle(connection, request, visit);
    }

    private void sweep() {
        long now = nanos();
        for (Exchange exchange : List.copyOf(exchanges)) {
            exchange.sweep(now);
        }
        waiting.sweep(now);
        upstreams().sweep();
        Duration moment = ticker.now();
        boolean draining = shared().ending(moment);
        if (draining) {
            // Their clients connect again, where this host is not asked any more.
            List.copyOf(exchanges).stream().filter(Exchange::upgraded).forEach(Exchange::drained);
        }
        boolean hurried = draining || crowd.dense();
        List.copyOf(connections.values()).forEach(connection -> connection.sweep(moment, hurried));
    }

    void began(Exchange exchange) {
        exchanges.add(exchange);
        inFlight = exchanges.size();
        listener.began(exchange.route().service(), exchange.route().role());
    }

    void ended(Exchange exchange) {
        exchanges.remove(exchange);
        inFlight = exchanges.size();
        HttpServerRequest request = exchange.request();
        if (request.response().ended()) {
            return;
        }
        // A stream of HTTP/2 that was reset: the end of its answer will not be heard of.
        on(request, connection -> connection.done(ticker.now()));
    }

    /// What comes on a request's connection from now on is another protocol.
    void upgraded(HttpServerRequest request) {
        on(request, Connection::upgraded);
    }

    /// Ends a request's connection, and with it whatever is under way there.
    void hangUp(HttpServerRequest request) {
        on(request, Connection::hangUp);
    }

    /// Does something to a request's connection, where it is still there.
    void on(HttpServerRequest request, Consumer<Connection> act) {
        Connection connection = connections.get(request.connection());
        if (connection != null) {
            act.accept(connection);
        }
    }

    /// Ends exchanges on a target.
    ///
    /// @param which of them
    Future<Void> end(Endpoint target, Predicate<Exchange> which) {
        return here(() -> {
            List.copyOf(exchanges).stream()
                    .filter(exchange -> exchange.claimed() == target && which.test(exchange))
                    .forEach(Exchange::drained);
            return Future.succeededFuture();
        });
    }

    /// Exchanges; asked by any thread.
    int inFlight() {
        return inFlight;
    }

    /// Asks anew what becomes of the requests that wait for a service.
    Future<Void> wake(String service) {
        return here(() -> {
            waiting.wake(service);
            return Future.succeededFuture();
        });
    }

    Waiting waiting() {
        return waiting;
    }

    /// Runs something on this loop, soon.
    void run(Runnable work) {
        context.runOnContext(_ -> work.run());
    }

    void among(Crowd others) {
        crowd = others;
    }

    void loginsBy(PasswordCheck check) {
        logins = check;
    }

    /// Null: nobody can log in.
    @Nullable
    PasswordCheck logins() {
        return logins;
    }

    Shared shared() {
        return shared.get();
    }

    ProxyListener listener() {
        return listener;
    }

    Upstreams upstreams() {
        Upstreams made = upstreams;
        if (made == null) {
            throw new IllegalStateException("not started");
        }
        return made;
    }

    Duration now() {
        return ticker.now();
    }

    long nanos() {
        return ticker.now().toNanos();
    }

    long millis() {
        return ticker.wall().toEpochMilli();
    }

    /// A request's, for logs: 16 hex digits.
    String id() {
        return HexFormat.of().toHexDigits(random.nextLong());
    }
}
