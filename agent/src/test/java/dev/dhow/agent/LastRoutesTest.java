package dev.dhow.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.dhow.agent.history.RouteFile;
import dev.dhow.agent.history.StateDir;
import dev.dhow.agent.proxy.Proxy;
import dev.dhow.agent.proxy.ProxyListener;
import dev.dhow.agent.proxy.Settings;
import dev.dhow.agent.runtime.Traffic;
import dev.dhow.agent.runtime.Traffic.Backend;
import dev.dhow.agent.runtime.Traffic.Sight;
import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.ManualTicker;
import dev.dhow.agent.testing.RawHttp;
import dev.dhow.agent.testing.TestRoles;
import dev.dhow.agent.wire.Networks;
import dev.dhow.api.spec.CertificateSource;
import dev.dhow.api.spec.ProxySpec;
import dev.dhow.api.spec.RoleSpec;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is served over a restart of the agent.
class LastRoutesTest {
    private static final String ID = "a".repeat(64);
    private static final String OTHER = "b".repeat(64);
    private static final RoleSpec WEB = TestRoles.proxiedBy(new ProxySpec(
            List.of("shop.example.com", "*.shop.example.com"),
            true,
            "/",
            true,
            3000,
            new ProxySpec.Tls(new CertificateSource.None(), false, true),
            new ProxySpec.Access(List.of(), null, null, null),
            new ProxySpec.Serving(Duration.ofMillis(1500), 77L, null, false, null, Map.of("X-A", "b"))));

    private final ManualTicker ticker = new ManualTicker();

    @TempDir
    Path directory;

    private HttpServer backend;
    private Path proc;

    @BeforeEach
    void open() throws IOException {
        backend = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        backend.createContext("/", exchange -> {
            byte[] text = "shop".getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, text.length);
            exchange.getResponseBody().write(text);
            exchange.close();
        });
        backend.start();
        proc = directory.resolve("proc");
        process(4711, ID, 900);
        process(4800, ID, 950);
        process(4712, OTHER, 901);
        process(1, "", 1);
    }

    @AfterEach
    void close() {
        backend.stop(0);
    }

    private void process(int pid, String container, long started) throws IOException {
        Path process = Files.createDirectories(proc.resolve(String.valueOf(pid)));
        Files.writeString(process.resolve("cgroup"), "4:memory:/docker/" + container + "\n");
        Files.writeString(
                process.resolve("stat"),
                pid + " (a ) b) S 1 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 " + started + " 9 9\n");
    }

    /// One life of the agent.
    private final class Life implements AutoCloseable {
        final StateDir state = StateDir.open(directory.resolve("state"));
        final Vertx vertx = Vertx.vertx();
        final Proxy proxy;
        final LastRoutes routes;
        final RawHttp http;
        volatile boolean started;
        volatile Optional<Set<String>> docker = Optional.empty();

        Life(String boot) throws Exception {
            proxy = Proxy.start(
                    vertx,
                    1,
                    new Settings(Networks.NONE, false, List.of()),
                    () -> started,
                    ProxyListener.NONE,
                    ticker,
                    RandomGenerator.getDefault());
            routes = new LastRoutes(proxy, new RouteFile(state), boot, new ContainerLives(proc), () -> docker);
            routes.start();
            http = RawHttp.tcp(proxy.listen("http", new InetSocketAddress("127.0.0.1", 0)));
        }

        Backend backend(boolean ready) {
            return new Backend(
                    "web", "shop-web-r1-1", "127.0.0.1", backend.getAddress().getPort(), ready, 1, "r1");
        }

        void serve() {
            proxy.see("shop", new Sight(List.of(WEB), Map.of(ID, backend(true))));
            proxy.route(new Traffic.Target("shop", WEB, ID, "shop-web-r1-1"));
            docker = Optional.of(Set.of("shop"));
            started = true;
        }

        String ask(String path) throws IOException {
            RawHttp.Reply reply = http.send("GET", path, "Host: x.shop.example.com");
            return reply.status() + " " + reply.body().strip();
        }

        @Override
        public void close() throws IOException {
            try {
                routes.close();
                proxy.close();
                vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new IOException(e);
            }
            state.close();
        }
    }

    private void before() throws Exception {
        try (Life life = new Life("boot")) {
            assertEquals("503 the first routes are not known yet", life.ask("/"));
            life.serve();
            Await.until("it is kept", () -> Files.exists(directory.resolve("state/last-routes")));
        }
    }

    @Test
    void agentThatStartsServesWhatTheOneBeforeServed() throws Exception {
        before();
        try (Life life = new Life("boot")) {
            assertEquals("200 shop", life.ask("/"));
            assertEquals("200 ok", life.ask("/.dhow/health"));
            assertEquals(Set.of(ID), life.proxy.routed("shop"));
            // Its checks begin anew, which says nothing against it for a while.
            life.proxy.see("shop", new Sight(List.of(WEB), Map.of(ID, life.backend(false))));
            assertEquals("200 ok", life.ask("/.dhow/health"));
            ticker.advance(Duration.ofSeconds(6));
            life.proxy.see("shop", new Sight(List.of(WEB), Map.of(ID, life.backend(false))));
            assertEquals(503, life.http.get("/.dhow/health").status());
        }
    }

    @Test
    void containerThatWasStartedAnewIsAskedOnlyOnceItWasSeen() throws Exception {
        before();
        Files.delete(proc.resolve("4711/stat"));
        try (Life life = new Life("boot")) {
            assertEquals("503 no container of this service takes requests", life.ask("/"));
            life.serve();
            assertEquals("200 shop", life.ask("/"));
        }
    }

    @Test
    void otherBootKnowsNothing() throws Exception {
        before();
        try (Life life = new Life("another")) {
            assertEquals("503 the first routes are not known yet", life.ask("/"));
            assertEquals(Set.of(), life.proxy.routed("shop"));
        }
    }

    @Test
    void whatCannotBeReadIsNotUsed() throws Exception {
        before();
        Path file = directory.resolve("state/last-routes");
        String text = Files.readString(file);
        for (String broken : List.of(
                "", text.substring(0, text.length() / 2), text.replace("shop.example.com", "other.example.com"))) {
            Files.writeString(file, broken);
            try (Life life = new Life("boot")) {
                assertEquals("503 the first routes are not known yet", life.ask("/"));
            }
        }
    }

    @Test
    void fileOfAnotherVersionIsNotUsed() throws Exception {
        before();
        try (StateDir state = StateDir.open(directory.resolve("state"))) {
            RouteFile file = new RouteFile(state);
            String text = file.load().orElseThrow();
            file.save(text.replace("\"stripPathPrefix\":true,", ""));
        }
        try (Life life = new Life("boot")) {
            assertEquals("503 the first routes are not known yet", life.ask("/"));
        }
    }

    @Test
    void serviceThatIsGoneIsNotServedOnceDockerWasRead() throws Exception {
        before();
        try (Life life = new Life("boot")) {
            assertEquals("200 shop", life.ask("/"));
            life.docker = Optional.of(Set.of("blog"));
            life.started = true;
            Await.until("it is forgotten", () -> life.ask("/").startsWith("404"));
            assertFalse(life.proxy.hasRoutes());
        }
        try (Life life = new Life("boot")) {
            assertEquals("503 the first routes are not known yet", life.ask("/"));
        }
    }

    @Test
    void everythingOfARouteIsKept() throws Exception {
        before();
        try (Life life = new Life("boot")) {
            assertEquals(1, life.proxy.known().services().size());
            assertEquals(
                    WEB.proxy(),
                    life.proxy.known().services().getFirst().roles().getFirst().proxy());
            assertTrue(life.http.send("GET", "/", "Host: shop.example.com").has("x-a: b"));
        }
    }
}
