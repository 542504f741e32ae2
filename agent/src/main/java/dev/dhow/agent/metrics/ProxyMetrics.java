package dev.dhow.agent.metrics;

import dev.dhow.agent.proxy.ProxyListener;
import dev.dhow.agent.state.Ticker;
import io.micrometer.core.instrument.Counter;
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
    private final Meters meters;
    private final Ticker ticker;
    private final TlsMetrics tls;
    /// Each is kept by what names it: looking it up in the registry costs more.
    private final Map<List<Object>, Counter> counters = new ConcurrentHashMap<>();

    private final Map<RoleMeters.Of, RoleMeters> roles = new ConcurrentHashMap<>();
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
        roles.keySet().removeIf(of -> !services.contains(of.service()));
    }

    @Override
    public void began(String service, String role) {
        of(service, role).inFlight().incrementAndGet();
    }

    @Override
    public void ended(Ended request) {
        RoleMeters role = of(request.service(), request.role());
        role.inFlight().decrementAndGet();
        role.requests(request.method(), request.code()).increment();
        if (!request.upgraded()) {
            role.duration().record(request.took());
        }
        Duration upstream = request.upstream();
        if (upstream != null) {
            role.upstream().record(upstream);
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
                                "Requests that the proxy refused itself, by why.",
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

    private RoleMeters of(String service, String role) {
        RoleMeters.Of of = new RoleMeters.Of(service, role);
        RoleMeters known = roles.get(of);
        // Which takes no lock, as the other does for all but the first of a bin.
        return known != null ? known : roles.computeIfAbsent(of, each -> new RoleMeters(meters, each));
    }

    private Counter counter(List<Object> key, Function<List<Object>, Counter> made) {
        return counters.computeIfAbsent(key, made);
    }
}
