package dev.dhow.agent.http;

import dev.dhow.agent.config.AgentConfig;
import dev.dhow.agent.manifest.Manifests;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The API's listeners: the Unix socket and, where wanted, TCP.
public final class ApiServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ApiServer.class);
    /// Service files are not larger; on TCP nobody sends one.
    private static final int MAX_FILE = Manifests.MAX_BYTES;

    private static final int MAX_BODY = 64 * 1024;

    private static final int MAX_HEADERS = 16 * 1024;
    private static final int MAX_LINE = 4 * 1024;
    /// Longer than the slowest plan, which asks the engine.
    private static final int IDLE_SECONDS = 75;

    private static final int START_SECONDS = 10;

    private final Vertx vertx;
    private final AgentConfig.Api config;
    private final HostNames names;
    private final Answers answers;
    private final Deque<HttpServer> servers = new ArrayDeque<>();
    private final SocketFile socket;
    private int tcpPort = -1;

    /// @param hostName the agent's `host.name`, one of the names it may be asked by
    public ApiServer(Vertx vertx, AgentConfig.Api config, String hostName, ApiParts parts) {
        this.vertx = vertx;
        this.config = config;
        this.names = new HostNames(hostName, config.hosts());
        this.answers = new Answers(parts);
        this.socket = new SocketFile(config.socket());
    }

    /// Opens the listeners. Blocks; call it from a thread that may.
    ///
    /// @throws IOException when one cannot be opened, with its key and the next step; none stays open then
    public void start() throws IOException, InterruptedException {
        boolean done = false;
        try {
            startSocket();
            startTcp();
            done = true;
        } finally {
            if (!done) {
                close();
            }
        }
    }

    /// The TCP port that is open, also where the configuration says 0; -1: none.
    public int tcpPort() {
        return tcpPort;
    }

    private void startSocket() throws IOException, InterruptedException {
        Path bind = socket.prepare();
        listen(Door.SOCKET, SocketAddress.domainSocketAddress(bind.toString()), "api.socket " + config.socket());
        socket.publish();
        log.atInfo().addKeyValue("socket", config.socket()).log("api listens");
    }

    private void startTcp() throws IOException, InterruptedException {
        InetSocketAddress address = config.listen();
        if (address == null) {
            return;
        }
        InetSocketAddress wanted =
                address.isUnresolved() ? new InetSocketAddress(address.getHostString(), address.getPort()) : address;
        if (wanted.isUnresolved()) {
            throw new IOException("api.listen: %s is no address of this host; write an IP address and a port"
                    .formatted(address.getHostString()));
        }
        Door door = wanted.getAddress().isLoopbackAddress() ? Door.LOOPBACK : Door.NETWORK;
        String literal = wanted.getAddress().getHostAddress();
        HttpServer server = listen(
                door,
                SocketAddress.inetSocketAddress(wanted.getPort(), literal),
                "api.listen " + literal + ":" + wanted.getPort());
        tcpPort = server.actualPort();
        log.atInfo()
                .addKeyValue("address", literal)
                .addKeyValue("port", tcpPort)
                .addKeyValue("door", door)
                .log("api listens");
    }

    private HttpServer listen(Door door, SocketAddress address, String shown) throws IOException, InterruptedException {
        HttpServerOptions options = new HttpServerOptions()
                .setMaxHeaderSize(MAX_HEADERS)
                .setMaxInitialLineLength(MAX_LINE)
                .setIdleTimeout(IDLE_SECONDS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setHttp2ClearTextEnabled(false);
        HttpServer server = vertx.createHttpServer(options).requestHandler(router(door));
        servers.push(server);
        try {
            return await(server.listen(address));
        } catch (ExecutionException | TimeoutException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(
                    "%s: cannot listen there (%s); free it or choose another in agent.yaml"
                            .formatted(shown, cause.getMessage()),
                    cause);
        }
    }

    private static <T> T await(Future<T> future) throws ExecutionException, TimeoutException, InterruptedException {
        return future.toCompletionStage().toCompletableFuture().get(START_SECONDS, TimeUnit.SECONDS);
    }

    private Router router(Door door) {
        int maxBody = door == Door.SOCKET ? MAX_FILE : MAX_BODY;
        Router router = Router.router(vertx);
        router.route().handler(new Gate(door, names));
        router.route().handler(BodyHandler.create(false).setBodyLimit(maxBody));
        Map<String, List<Route>> paths = new LinkedHashMap<>();
        for (Route route : Route.values()) {
            paths.computeIfAbsent(route.pattern(), _ -> new ArrayList<>()).add(route);
        }
        paths.forEach((pattern, routes) -> router.route(pattern).handler(context -> dispatch(routes, door, context)));
        router.route().handler(context -> Answer.error(context, 404, "nothing here; GET /v1/services lists services"));
        router.route().failureHandler(context -> failed(context, maxBody));
        return router;
    }

    private void dispatch(List<Route> routes, Door door, RoutingContext context) {
        HttpMethod asked = context.request().method();
        HttpMethod method = asked.equals(HttpMethod.HEAD) ? HttpMethod.GET : asked;
        Optional<Route> found =
                routes.stream().filter(route -> route.method().equals(method)).findFirst();
        if (found.isEmpty()) {
            String allowed = allowed(routes);
            context.response().putHeader("allow", allowed);
            Answer.error(context, 405, "only %s here".formatted(allowed));
            return;
        }
        Route route = found.get();
        if (route.admits(door)) {
            answers.answer(route, door, context);
        } else if (route.writes()) {
            Answer.error(
                    context,
                    403,
                    "changes are taken on the socket %s of the host only, because over TCP nobody says who he is"
                            .formatted(config.socket()));
        } else {
            Answer.error(
                    context,
                    403,
                    "not given out on this address: ask on the socket %s of the host, or set api.listen in agent.yaml to a loopback address"
                            .formatted(config.socket()));
        }
    }

    private static String allowed(List<Route> routes) {
        return routes.stream()
                .flatMap(route -> route.method().equals(HttpMethod.GET)
                        ? Stream.of("GET", "HEAD")
                        : Stream.of(route.method().name()))
                .sorted()
                .collect(Collectors.joining(", "));
    }

    /// Says that it failed, never how: that is for the log.
    private static void failed(RoutingContext context, int maxBody) {
        int status = context.statusCode();
        if (status < 400 || status >= 500) {
            Throwable failure = context.failure();
            log.atError()
                    .addKeyValue("path", context.request().path())
                    .setCause(failure)
                    .log("api request failed");
            Answer.error(context, 500, "an error inside the agent; its log tells more");
            return;
        }
        if (status == 413) {
            // The rest of the body is not waited for.
            context.response().endHandler(_ -> context.request().connection().close());
            Answer.error(context, status, "the body is larger than %d bytes".formatted(maxBody));
        } else {
            Answer.error(context, status, "the request cannot be read");
        }
    }

    /// Closes the listeners and removes the socket.
    @Override
    public void close() {
        while (!servers.isEmpty()) {
            try {
                await(servers.pop().close());
            } catch (ExecutionException | TimeoutException e) {
                log.atDebug().addKeyValue("error", e.toString()).log("listener not closed");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        socket.remove();
    }
}
