package dev.dhow.agent.proxy;

import dev.dhow.agent.wire.Client;
import dev.dhow.agent.wire.Forwarded;
import dev.dhow.agent.wire.HostName;
import dev.dhow.agent.wire.Refusal;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Decides what becomes of a request whose head is read: refused, answered here, or sent on.
final class Front {
    private static final CharSequence FORWARDED = HttpHeaders.createOptimized("forwarded");
    private static final CharSequence FORWARDED_FOR = HttpHeaders.createOptimized("x-forwarded-for");
    private static final CharSequence FORWARDED_PROTO = HttpHeaders.createOptimized("x-forwarded-proto");

    private final Worker worker;

    Front(Worker worker) {
        this.worker = worker;
    }

    void handle(Connection connection, HttpServerRequest request, Visit visit) {
        Refusal refusal = connection.next();
        if (refusal != null) {
            reject(visit, request, refusal.status(), refusal.reason(), refusal.message());
            return;
        }
        String authority = authority(request);
        String asked = target(request, authority);
        String host = HostName.of(authority);
        RequestPath path = asked == null ? null : RequestPath.of(asked);
        if (asked == null || path == null || (authority != null && !authority.isEmpty() && host == null)) {
            reject(visit, request, 400, "malformed", "the request target or its host cannot be used");
            return;
        }
        visit.asks(authority, path.path());
        Shared shared = worker.shared();
        String challenge = Challenges.answer(shared.settings().certificates(), connection, request, path.path());
        if (challenge != null) {
            Answers.text(request, 200, challenge, false);
            return;
        }
        String named =
                host == null || HostName.isAddress(host) || request.version() == HttpVersion.HTTP_1_0 ? null : host;
        RouteTable.Found found = shared.table().find(named, path.path());
        HealthPaths.Health health = HealthPaths.of(shared, request, path.path(), found.byName());
        if (health != null) {
            worker.listener().probed(connection.listener(), health.status());
            visit.probed(health.line());
            Answers.text(request, health.status(), health.line(), false);
            return;
        }
        Refusal unfit = connection.healthOnly();
        if (unfit != null) {
            reject(visit, request, unfit.status(), unfit.reason(), unfit.message());
            return;
        }
        if (connection.shaken() instanceof Peer peer && peer.unserved()) {
            again(
                    visit,
                    request,
                    421,
                    "no_certificate",
                    "no certificate of this host fits that name, see `dhow certs`; health is at " + HealthPaths.HOST);
            return;
        }
        if (authority == null && request.version() == HttpVersion.HTTP_1_1) {
            // It must name one (RFC 9112 §3.2); an empty name, or none in other versions, is the default route's.
            reject(visit, request, 400, "malformed", "the request names no host; health is at " + HealthPaths.HOST);
            return;
        }
        Route route = found.route();
        if (unsupported(request)) {
            reject(visit, request, 405, "method", "this method is not for us");
        } else if (route == null && !shared.started().getAsBoolean()) {
            // Nobody knows yet that there is none.
            reject(visit, request, 503, "starting", "the first routes are not known yet");
        } else if (route == null) {
            worker.listener().rejected("no_route");
            visit.because("%s is not a health path, and no route takes this host".formatted(path.path()));
            Answers.text(request, 404, "nothing is served here; this host's health is at " + HealthPaths.HOST, false);
        } else {
            Client client = client(connection, shared, route, request);
            visit.routed(route, client.address());
            String elsewhere = Redirects.of(route.spec(), client, host, authority, asked);
            boolean up = path.path().equals(HealthPaths.UP);
            if (!route.rules().admit(client.address())) {
                worker.listener().rejected("allow_from");
                visit.because("%s is not in allow_from of %s".formatted(client.address(), route.service()));
                Pages.answer(route, request, 403, "this is not for your address", Exchange.hasBody(request));
                return;
            }
            if (elsewhere != null && !up) {
                Answers.redirect(request, elsewhere);
                return;
            }
            String ca = route.spec().access().clientCa();
            String stranger = ca == null || up ? null : Peer.refusal(connection.shaken(), Path.of(ca));
            if (stranger != null) {
                again(visit, request, 403, "client_auth", stranger);
                return;
            }
            String prefix = route.spec().stripPathPrefix() ? route.spec().pathPrefix() : "/";
            if (Upgrade.asked(request) && shared.ending(worker.now())) {
                reject(visit, request, 503, "drain", "host drains");
                return;
            }
            new Admission(worker, route, request, client, path.without(prefix), visit)
                    .start(up && prefix.equals("/") && reads(request));
        }
    }

    /// Refuses what the handshake decided; another one may go better, so this connection ends.
    private void again(Visit visit, HttpServerRequest request, int status, String reason, String message) {
        reject(visit, request, status, reason, message);
        if (request.version() == HttpVersion.HTTP_2) {
            request.connection().shutdown();
        }
    }

    private static boolean reads(HttpServerRequest request) {
        return request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
    }

    private static boolean unsupported(HttpServerRequest request) {
        return request.method().equals(HttpMethod.CONNECT) || request.method().equals(HttpMethod.TRACE);
    }

    private Client client(Connection connection, Shared shared, Route route, HttpServerRequest request) {
        boolean assumed = shared.settings().assumeHttps() || route.spec().tls().assumeHttps();
        boolean tls = connection.tls() || assumed;
        if (!connection.trusted(shared.settings().trustedPeers())) {
            return Client.ofPeer(connection.peer(), tls);
        }
        MultiMap headers = request.headers();
        Forwarded said =
                Forwarded.of(headers.getAll(FORWARDED_FOR), headers.getAll(FORWARDED_PROTO), headers.getAll(FORWARDED));
        // A peer that speaks plain HTTP to us may say so, and is not where the client's TLS ended.
        return Client.of(
                connection.peer(),
                assumed ? said.withoutProto() : said,
                tls,
                shared.settings().trustedPeers());
    }

    private static @Nullable String authority(HttpServerRequest request) {
        if (request.version() == HttpVersion.HTTP_2) {
            // Vert.x takes a Host without :authority for one.
            HostAndPort authority = request.authority();
            return authority == null ? null : authority.toString();
        }
        return request.headers().get(HttpHeaders.HOST);
    }

    /// The target in origin form. One in absolute form must name the host that the request is for (RFC 9112 §3.2.2).
    private static @Nullable String target(HttpServerRequest request, @Nullable String authority) {
        String uri = request.uri();
        if (uri == null) {
            // CONNECT in HTTP/2 has none.
            return "/";
        }
        if (uri.startsWith("/") || uri.equals("*") || request.method().equals(HttpMethod.CONNECT)) {
            return uri.startsWith("/") ? uri : "/";
        }
        int scheme = uri.indexOf("://");
        if (scheme < 0) {
            return null;
        }
        int path = uri.indexOf('/', scheme + 3);
        String named = path < 0 ? uri.substring(scheme + 3) : uri.substring(scheme + 3, path);
        return named.equalsIgnoreCase(authority) ? path < 0 ? "/" : uri.substring(path) : null;
    }

    private void reject(Visit visit, HttpServerRequest request, int status, String reason, String message) {
        worker.listener().rejected(reason);
        visit.because(message);
        Answers.text(request, status, message, true);
    }
}
