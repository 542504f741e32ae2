package dev.dhow.agent.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// What is counted of one role's requests. Looking a meter up in the registry costs more than counting does, so a
/// request looks up this, once.
final class RoleMeters {
    private static final double[] SECONDS = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30
    };
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private final Meters meters;
    private final Of of;
    private final Timer duration;
    private final Timer upstream;
    private final Map<Kind, Counter> requests = new ConcurrentHashMap<>();
    private final AtomicInteger inFlight = new AtomicInteger();

    /// Whose requests.
    record Of(String service, String role) {}

    private record Kind(String method, int code) {}

    RoleMeters(Meters meters, Of of) {
        this.meters = meters;
        this.of = of;
        duration = timer("dhow.proxy.request.duration", "From the first octet of a request to the last of its answer.");
        upstream = timer("dhow.proxy.upstream.duration", "Until a container had said how it answers.");
        meters.gauge(
                "dhow.proxy.requests.in.flight",
                "Requests of routes that are under way.",
                inFlight::get,
                "service",
                of.service(),
                "role",
                of.role());
    }

    private Timer timer(String name, String help) {
        return meters.timer(name, help, SECONDS, "service", of.service(), "role", of.role());
    }

    /// Requests under way.
    AtomicInteger inFlight() {
        return inFlight;
    }

    /// From the first octet of a request to the last of its answer.
    Timer duration() {
        return duration;
    }

    /// Until a container had said how it answers.
    Timer upstream() {
        return upstream;
    }

    /// Requests that ended so.
    ///
    /// @param method as the client said it
    Counter requests(String method, int code) {
        Kind kind = new Kind(METHODS.contains(method) ? method : "OTHER", code);
        return requests.computeIfAbsent(
                kind,
                _ -> meters.counter(
                        "dhow.proxy.requests",
                        "Requests of routes that ended, by the code of their answer; 499: the client went first.",
                        "service",
                        of.service(),
                        "role",
                        of.role(),
                        "method",
                        kind.method(),
                        "code",
                        String.valueOf(code)));
    }
}
