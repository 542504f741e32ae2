package dev.dhow.agent.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Set;

/// Looks at every request before its route does: is it addressed to us, and may a web page have sent it?
final class Gate implements Handler<RoutingContext> {
    private static final Set<HttpMethod> READS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final Door door;
    private final HostNames names;

    Gate(Door door, HostNames names) {
        this.door = door;
        this.names = names;
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (!request.uri().startsWith("/")) {
            Answer.error(context, 400, "the request's target must be a path such as /v1/services");
        } else if (door == Door.SOCKET || (addressed(context) && ownOrigin(context))) {
            context.next();
        }
    }

    private boolean addressed(RoutingContext context) {
        List<String> hosts = context.request().headers().getAll("host");
        if (hosts.isEmpty() && context.request().version() == HttpVersion.HTTP_1_0) {
            return true; // no browser speaks it
        }
        if (hosts.size() != 1) {
            Answer.error(context, 400, "a request needs one Host header");
            return false;
        }
        if (!names.admits(hosts.getFirst())) {
            Answer.error(
                    context,
                    421,
                    "this agent is not called \"%s\": ask by its address or host.name, or add the name to api.hosts in agent.yaml"
                            .formatted(hosts.getFirst()));
            return false;
        }
        return true;
    }

    /// A page of another site can send a POST without asking first; its browser then says where it came from.
    private static boolean ownOrigin(RoutingContext context) {
        HttpServerRequest request = context.request();
        String origin = request.getHeader("origin");
        if (READS.contains(request.method()) || origin == null) {
            return true;
        }
        if (origin.equalsIgnoreCase("http://" + request.getHeader("host"))) {
            return true;
        }
        Answer.error(context, 403, "a page of %s may change nothing here".formatted(origin));
        return false;
    }
}
