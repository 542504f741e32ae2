package dev.dhow.agent.metrics;

import dev.dhow.agent.proxy.ProxyListener;
import dev.dhow.agent.state.Ticker;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/// What passes through the proxy, and what load balancers ask of it. Labels are names of configuration and closed sets:
/// nothing that a client sends becomes one.
final class ProxyMetrics implements ProxyListener {
    private static final double[] SECONDS = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30
    };
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private final Meters meters;
    private final Ticker ticker;
    private final TlsMetrics tls;
    /// Looking a meter up in the registry costs more than all else here: each is kept by what names it.
    private final Map<List<Object>, Counter> counters = new ConcurrentHashMap<>();

    private final Map<List<String>, Timer> timers = new ConcurrentHashMap<>();
    private final Map<List<String>, AtomicInteger> inFlight = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> connections = new ConcurrentHashMap<>();
    private final Map<String, AtomicLong> probes = new ConcurrentHashMap<>();

    ProxyMetrics(Meters meters, Ticker ticker, TlsMetrics tls) {
        this.tls = tls;
        this.meters = meters;
        this.ticker = ticker;
    }

    /// Drops what is kept of services that are gone; the registry drops its own.
    void retain(Set<String> services) {
        counters.keySet().removeIf(key -> key.size() > 3 && !services.contains(key.get(1)));
        timers.keySet().removeIf(key -> !services.contains(key.get(1)));
        inFlight.keySet().removeIf(key -> !services.contains(key.getFirst()));
    }

    @Override
    public void began(String service, String role) {
        flying(service, role).incrementAndGet();
    }

    @Override
    public void ended(Ended request) {
        String service = request.service();
        String role = request.role();
        flying(service, role).decrementAndGet();
        String method = METHODS.contains(request.method()) ? request.method() : "OTHER";
        counter(
                        List.of("requests", service, role, method, request.code()),
                        _ -> meters.counter(
                                "dhow.proxy.requests",
                                "Requests of routes that ended, by the code of their answer; 499: the client went"
                                        + " first.",
                                "service",
                                service,
                                "role",
                                role,
                                "method",
                                method,
                                "code",
                                String.valueOf(request.code())))
                .increment();
        if (!request.upgraded()) {
            timer(
                            "dhow.proxy.request.duration",
                            "From the first octet of a request to the last of its answer.",
                            service,
                            role)
                    .record(request.took());
        }
        Duration upstream = request.upstream();
        if (upstream != null) {
            timer("dhow.proxy.upstream.duration", "Until a container had said how it answers.", service, role)
                    .record(upstream);
        }
    }

    @Override
    public void upstreamError(String service, String role, String reason) {
        counter(
                        List.of("errors", service, role, reason),
                        _ -> meters.counter(
                                "dhow.proxy.upstream.errors",
                                "Containers that did not do their part of a request, by what they did.",
                                "service",
                                service,
                                "role",
                                role,
                                "reason",
                                reason))
                .increment();
    }

    @Override
    public void rejected(String reason) {
        counter(
                        List.of("rejected", reason),
                        _ -> meters.counter(
                                "dhow.proxy.rejected.requests",
                                "Requests that were refused before any route, by why.",
                                "reason",
                                reason))
                .increment();
    }

    @Override
    public void unlogged() {
        counter(
                        List.of("unlogged"),
                        _ -> meters.counter(
                                "dhow.access.log.dropped",
                                "Lines of the access log that were dropped, because nobody read them fast enough."))
                .increment();
    }

    @Override
    public void connections(String listener, int change) {
        connections
                .computeIfAbsent(listener, name -> {
                    AtomicInteger open = new AtomicInteger();
                    meters.gauge("dhow.proxy.connections", "Open connections of clients.", open::get, "listener", name);
                    return open;
                })
                .addAndGet(change);
    }

    @Override
    public void probed(String listener, int code) {
        counter(
                        List.of("probes", listener, code),
                        _ -> meters.counter(
                                "dhow.lb.probes",
                                "Health checks of load balancers, by the code of their answer.",
                                "listener",
                                listener,
                                "code",
                                String.valueOf(code)))
                .increment();
        probes.computeIfAbsent(listener, name -> {
                    AtomicLong last = new AtomicLong();
                    meters.gauge(
                            "dhow.lb.probe.last.timestamp.seconds",
                            "When a load balancer last asked for health, in Unix time.",
                            () -> last.get() / 1e3,
                            "listener",
                            name);
                    return last;
                })
                .set(ticker.wall().toEpochMilli());
    }

    @Override
    public void handshake(String listener, String result, String version, Duration took) {
        tls.handshake(listener, result, version, took);
    }

    private AtomicInteger flying(String service, String role) {
        return inFlight.computeIfAbsent(List.of(service, role), key -> {
            AtomicInteger open = new AtomicInteger();
            meters.gauge(
                    "dhow.proxy.requests.in.flight",
                    "Requests of routes that are under way.",
                    open::get,
                    "service",
                    service,
                    "role",
                    role);
            return open;
        });
    }

    private Counter counter(List<Object> key, Function<List<Object>, Counter> made) {
        return counters.computeIfAbsent(key, made);
    }

    private Timer timer(String name, String help, String service, String role) {
        return timers.computeIfAbsent(
                List.of(name, service, role), _ -> meters.timer(name, help, SECONDS, "service", service, "role", role));
    }
}
