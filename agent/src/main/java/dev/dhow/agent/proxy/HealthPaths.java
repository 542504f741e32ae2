package dev.dhow.agent.proxy;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/// What load balancers ask: answered before host, redirect, login, and whatever else a route may have.
final class HealthPaths {
    /// Of this host; behind it, of one service.
    static final String HOST = "/.dhow/health";

    private static final String SERVICE = HOST + "/";
    /// What applications answer themselves, and we where no name says which application is meant.
    static final String UP = "/up";

    private HealthPaths() {}

    /// An answer.
    record Health(int status, String line) {}

    /// @param byName whether the request's host is one that a route names
    /// @return null: the path is none of these
    static @Nullable Health of(Shared shared, HttpServerRequest request, String path, boolean byName) {
        // While the host drains, no check may find it well, whichever it asks for.
        boolean up = path.equals(UP) && (!byName || shared.drain() != null);
        boolean host = path.equals(HOST) || path.equals(SERVICE) || up;
        if (!host && !path.startsWith(SERVICE)) {
            return null;
        }
        if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            return up ? null : new Health(405, "ask with GET or HEAD");
        }
        if (host) {
            String why = shared.unhealthy();
            return why.isEmpty() ? new Health(200, "ok") : new Health(503, why);
        }
        String service = path.substring(SERVICE.length());
        if (shared.drain() != null || shared.unknown()) {
            return new Health(503, shared.unhealthy());
        }
        if (!shared.knows(service)) {
            return new Health(404, "no such service");
        }
        return shared.serviceReady(service)
                ? new Health(200, "ok")
                : new Health(503, "no ready replica of %s".formatted(service));
    }
}
