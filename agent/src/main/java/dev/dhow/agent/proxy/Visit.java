package dev.dhow.agent.proxy;

import dev.dhow.agent.wire.HostName;
import dev.dhow.agent.wire.Sender;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One request from its head to its end, for those who keep count of requests: [ProxyListener].
final class Visit {
    private final Worker worker;
    private final Connection connection;
    private final HttpServerRequest request;
    private final long began;
    private @Nullable String authority;
    private @Nullable String path;
    private @Nullable String why;
    private @Nullable String client;
    private @Nullable Route route;
    private @Nullable Exchange exchange;
    private boolean health;
    private boolean over;

    Visit(Worker worker, Connection connection, HttpServerRequest request) {
        this.worker = worker;
        this.connection = connection;
        this.request = request;
        began = worker.nanos();
    }

    /// @param host as the request names it; null: it names none
    /// @param asked the path, without its query
    void asks(@Nullable String host, String asked) {
        authority = host;
        path = asked;
    }

    /// It was for a health path.
    void probed(String reason) {
        health = true;
        why = reason;
    }

    /// Why it gets the answer that it gets, where that is ours.
    void because(String reason) {
        why = reason;
    }

    /// A route takes it; [#ended(int)] is its end then.
    ///
    /// @param address of the client, after trust
    void routed(Route by, String address) {
        route = by;
        client = address;
    }

    /// It went to a container, or tried to.
    void sentBy(Exchange by) {
        exchange = by;
    }

    /// The answer was written; one of a container ends with its exchange.
    void written() {
        if (exchange == null) {
            ended(request.response().getStatusCode());
        }
    }

    /// @param answer its code; 499: the client went before it
    /// @return what it came to: 503 where we took the request back for want of room, whatever that looks like
    int ended(int answer) {
        int code = connection.lackedRoom(request) ? 503 : answer;
        if (over) {
            return code;
        }
        over = true;
        if (route != null && exchange == null) {
            count(route, code);
        }
        if (health || looksLikeProbe(code)) {
            worker.listener().probe(probe(code));
        }
        if (!health && worker.listener().wantsVisits()) {
            worker.listener().visited(visited(code));
        }
        return code;
    }

    /// Of a route, and answered here.
    private void count(Route by, int code) {
        ProxyListener listener = worker.listener();
        listener.began(by.service(), by.role());
        listener.ended(new ProxyListener.Ended(
                by.service(),
                by.role(),
                request.method().name(),
                code,
                Duration.ofNanos(worker.nanos() - began),
                null,
                false));
    }

    /// A check that names no application, and is not content with what it gets.
    private boolean looksLikeProbe(int code) {
        if (code >= 200 && code < 300) {
            return false;
        }
        String host = HostName.of(authority);
        return host == null
                || HostName.isAddress(host)
                || request.version() == HttpVersion.HTTP_1_0
                || checker(request.headers().get(HttpHeaders.USER_AGENT));
    }

    private static boolean checker(@Nullable String agent) {
        if (agent == null) {
            return false;
        }
        String lower = agent.toLowerCase(Locale.ROOT);
        return lower.contains("health") || lower.startsWith("googlehc") || lower.contains("cloudflare-traffic-manager");
    }

    private Probe probe(int code) {
        return new Probe(
                connection.listener(),
                connection.sender(),
                authority,
                connection.sni(),
                version(),
                path,
                code,
                why == null ? guess(code) : why,
                health);
    }

    private String guess(int code) {
        Exchange by = exchange;
        if (by != null) {
            return code == 499
                    ? "the client went before the answer came"
                    : "answered by %s/%s"
                            .formatted(by.route().service(), by.route().role());
        }
        String elsewhere = request.response().headers().get(HttpHeaders.LOCATION);
        return elsewhere == null ? "answered by the proxy" : "sent to " + elsewhere;
    }

    private String version() {
        return switch (request.version()) {
            case HTTP_1_0 -> "HTTP/1.0";
            case HTTP_1_1 -> "HTTP/1.1";
            case HTTP_2 -> "HTTP/2";
            case HTTP_3 -> "HTTP/3";
        };
    }

    private ProxyListener.Visited visited(int code) {
        HttpServerResponse response = request.response();
        Sender from = connection.sender();
        Exchange by = exchange;
        Endpoint target = by == null ? null : by.last();
        long took = worker.nanos() - began;
        return new ProxyListener.Visited(
                worker.millis() - TimeUnit.NANOSECONDS.toMillis(took),
                connection.listener(),
                client == null ? from.address() : client,
                request.method().name(),
                authority,
                path,
                version(),
                code,
                request.bytesRead(),
                response.bytesWritten(),
                took,
                by == null ? -1 : by.headTook(),
                route == null ? null : route.service(),
                route == null ? null : route.role(),
                target == null ? null : target.name(),
                by == null ? request.getHeader("x-request-id") : by.id(),
                request.headers().get(HttpHeaders.USER_AGENT),
                request.headers().get(HttpHeaders.REFERER),
                connection.tlsVersion());
    }
}
