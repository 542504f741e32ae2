package dev.dhow.agent.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.runtime.Traffic;
import dev.dhow.agent.runtime.Traffic.Backend;
import dev.dhow.agent.runtime.Traffic.Sight;
import dev.dhow.agent.state.Ticker;
import dev.dhow.agent.testing.TestRoles;
import dev.dhow.agent.wire.Networks;
import dev.dhow.api.spec.ProxySpec;
import dev.dhow.api.spec.RoleSpec;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The real proxy before real servers.
class ProxyTest {
    private static final RoleSpec WEB = TestRoles.proxied("web", "shop:1");

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = HttpClient.newHttpClient();
    private Backends first;
    private Backends second;
    private Proxy proxy;
    private int port;
    private volatile boolean started;

    @BeforeEach
    void open() throws Exception {
        first = new Backends("first");
        second = new Backends("second");
        proxy = Proxy.start(
                vertx,
                2,
                new Settings(Networks.NONE, false, List.of()),
                () -> started,
                ProxyListener.NONE,
                Ticker.system(),
                RandomGenerator.getDefault());
        port = proxy.listen("http", new InetSocketAddress("127.0.0.1", 0));
    }

    @AfterEach
    void close() throws Exception {
        proxy.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        first.close();
        second.close();
        client.close();
    }

    private Backend backend(Backends server, boolean ready) {
        return new Backend("web", "shop-web-" + server.port(), "127.0.0.1", server.port(), ready, 1, "r1");
    }

    private void serve(RoleSpec role, Map<String, Backend> containers) throws InterruptedException {
        proxy.see("shop", new Sight(List.of(role), containers));
        started = true;
    }

    private void route(String id) {
        proxy.route(new Traffic.Target("shop", WEB, id, id));
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                BodyHandlers.ofString());
    }

    /// K41
    @Test
    void sendsRequestsAndBodiesBothWays() throws Exception {
        serve(WEB, Map.of("a", backend(first, true)));
        route("a");
        first.answers(exchange -> {
            exchange.getResponseHeaders().add("X-Own", "1");
            exchange.getResponseHeaders().add("Connection", "X-Hop");
            exchange.getResponseHeaders().add("X-Hop", "1");
            Backends.say(exchange, 201, "made");
        });
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/a/b?c=d%20e"))
                        .header("X-Forwarded-For", "6.6.6.6")
                        .header("X_Forwarded_Proto", "https")
                        .POST(HttpRequest.BodyPublishers.ofString("hello"))
                        .build(),
                BodyHandlers.ofString());

        assertEquals(201, answer.statusCode());
        assertEquals("made", answer.body());
        assertEquals("1", answer.headers().firstValue("X-Own").orElse(""));
        assertTrue(answer.headers().firstValue("X-Hop").isEmpty());
        Backends.Asked asked = first.asked().getFirst();
        assertEquals("POST /a/b?c=d%20e hello", asked.method() + " " + asked.uri() + " " + asked.body());
        assertEquals("127.0.0.1", asked.header("X-Forwarded-For"));
        assertEquals("http", asked.header("X-Forwarded-Proto"));
        assertEquals("", asked.header("X_Forwarded_Proto"));
        assertEquals("127.0.0.1:" + port, asked.header("Host"));
        assertEquals(16, asked.header("X-Request-Id").length());
    }

    @Test
    void largeBodiesComeWhole() throws Exception {
        serve(WEB, Map.of("a", backend(first, true)));
        route("a");
        String large = "0123456789abcdef".repeat(1 << 18);
        first.answers(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(large.getBytes(StandardCharsets.US_ASCII));
            exchange.close();
        });
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                        .POST(HttpRequest.BodyPublishers.ofString(large))
                        .build(),
                BodyHandlers.ofString());
        assertEquals(large, answer.body());
        assertEquals(large, first.asked().getFirst().body());
    }

    /// K11, K30
    @Test
    void switchesWithoutLosingARequest() throws Exception {
        serve(WEB, Map.of("a", backend(first, true), "b", backend(second, true)));
        route("a");
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        first.answers(exchange -> {
            inside.countDown();
            await(goOn);
            Backends.say(exchange, 200, "slow");
        });
        var slow = client.sendAsync(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/slow"))
                        .build(),
                BodyHandlers.ofString());
        assertTrue(inside.await(10, TimeUnit.SECONDS));

        route("b");
        proxy.unroute("shop", "a");

        assertEquals(Set.of("b"), proxy.routed("shop"));
        for (int i = 0; i < 20; i++) {
            assertEquals("second", get("/").body());
        }
        goOn.countDown();
        proxy.drain("shop", "a", Duration.ofSeconds(10));
        assertEquals("slow", slow.get(10, TimeUnit.SECONDS).body());
        assertEquals(1, first.asked().size());
    }

    /// K31
    @Test
    void whatIsLeftAtTheEndOfADrainIsCut() throws Exception {
        serve(WEB, Map.of("a", backend(first, true)));
        route("a");
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        first.answers(exchange -> {
            inside.countDown();
            await(goOn);
            exchange.close();
        });
        var slow = client.sendAsync(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                        .build(),
                BodyHandlers.ofString());
        assertTrue(inside.await(10, TimeUnit.SECONDS));
        proxy.unroute("shop", "a");
        proxy.drain("shop", "a", Duration.ofMillis(1));
        assertEquals(504, slow.get(10, TimeUnit.SECONDS).statusCode());
        goOn.countDown();
        assertEquals(503, get("/").statusCode());
    }

    @Test
    void oneThatRefusesIsPassedOverAtOnce() throws Exception {
        Backends gone = new Backends("gone");
        Backend refusing = backend(gone, true);
        gone.close();
        serve(WEB, Map.of("a", refusing, "b", backend(second, true)));
        route("a");
        route("b");
        for (int i = 0; i < 10; i++) {
            assertEquals("second", get("/").body());
        }
    }

    @Test
    void allThatFailTheirChecksAreStillTried() throws Exception {
        serve(WEB, Map.of("a", backend(first, false)));
        route("a");
        proxy.see("shop", new Sight(List.of(WEB), Map.of("a", backend(first, false))));
        assertEquals("first", get("/").body());
        assertEquals(503, get("/.dhow/health").statusCode(), "but no load balancer is told so");
    }

    @Test
    void healthIsAnsweredWhateverTheHostIs() throws Exception {
        assertEquals(503, get("/.dhow/health").statusCode(), "no route is known yet");
        ProxySpec named = new ProxySpec(List.of("shop.example.com"), false, "/", true, null);
        serve(named(named), Map.of("a", backend(first, true)));
        route("a");
        assertEquals(200, get("/.dhow/health").statusCode());
        assertEquals(200, get("/up").statusCode());
        assertEquals(404, get("/").statusCode());
        assertEquals(404, get("/.dhow/health/none").statusCode());
        assertEquals(200, get("/.dhow/health/shop").statusCode());
        assertTrue(raw("GET /.dhow/health HTTP/1.0\r\n\r\n").startsWith("HTTP/1.0 200"));
        assertTrue(raw("GET /up HTTP/1.1\r\nConnection: close\r\n\r\n").startsWith("HTTP/1.1 200"));
        assertTrue(raw("GET / HTTP/1.1\r\nConnection: close\r\n\r\n").startsWith("HTTP/1.1 400"));
        String host = "Host: shop.EXAMPLE.com.:80\r\nConnection: close\r\n\r\n";
        assertTrue(raw("GET / HTTP/1.1\r\n" + host).endsWith("first"));
        assertTrue(raw("GET /up HTTP/1.1\r\n" + host).endsWith("first"), "the application's own");
        proxy.see("shop", new Sight(List.of(named(named)), Map.of("a", backend(first, false))));
        assertEquals(503, get("/.dhow/health/shop").statusCode());
    }

    private static RoleSpec named(ProxySpec proxy) {
        return TestRoles.proxiedBy(proxy);
    }

    @Test
    void malformedRequestsReachNobody() throws Exception {
        serve(WEB, Map.of("a", backend(first, true)));
        route("a");
        String smuggled = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "0\r\n\r\nGET /second HTTP/1.1\r\nHost: a\r\n\r\n";
        assertTrue(raw(smuggled).startsWith("HTTP/1.0 400"));
        assertEquals(List.of(), first.asked());
        String pipelined = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET  /2 HTTP/1.1\r\nHost: a\r\n\r\n";
        String answers = raw(pipelined);
        assertTrue(answers.startsWith("HTTP/1.1 200") && answers.contains("400 Bad Request"), answers);
        assertEquals(1, first.asked().size());
    }

    @Test
    void answersThatDoNotComeInTimeAre504() throws Exception {
        ProxySpec.Serving quick = new ProxySpec.Serving(Duration.ofMillis(50), null, null, false, null, Map.of());
        ProxySpec spec =
                new ProxySpec(List.of(), false, "/", true, null, ProxySpec.Tls.OFF, ProxySpec.Access.ANYONE, quick);
        serve(named(spec), Map.of("a", backend(first, true)));
        route("a");
        CountDownLatch goOn = new CountDownLatch(1);
        first.answers(exchange -> {
            await(goOn);
            exchange.close();
        });
        assertEquals(504, get("/").statusCode());
        goOn.countDown();
    }

    /// K10
    @Test
    void containerThatIsGoneGetsNothing() throws Exception {
        serve(WEB, Map.of("a", backend(first, true), "b", backend(second, true)));
        route("a");
        route("b");
        proxy.see("shop", new Sight(List.of(WEB), Map.of("b", backend(second, true))));
        assertEquals(Set.of("b"), proxy.routed("shop"));
        for (int i = 0; i < 6; i++) {
            assertEquals("second", get("/").body());
        }
        proxy.forget("shop");
        assertEquals(404, get("/").statusCode());
        assertFalse(proxy.routed("shop").contains("b"));
    }

    /// All that comes back, with its head.
    private String raw(String text) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
