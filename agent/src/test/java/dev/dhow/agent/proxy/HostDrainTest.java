package dev.dhow.agent.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.RawHttp;
import dev.dhow.api.spec.ProxySpec;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The drain of a whole host, for load balancers.
class HostDrainTest {
    private static final ProxySpec NAMED = new ProxySpec(java.util.List.of("a"), true, "/", true, null);

    private Served served;
    private RawHttp http;

    @BeforeEach
    void open() throws Exception {
        served = new Served().serve(NAMED);
        http = served.open("http");
    }

    @AfterEach
    void close() throws Exception {
        served.close();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket("127.0.0.1", ((InetSocketAddress) http.address()).getPort());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static void ask(Socket on, String path) throws IOException {
        on.getOutputStream()
                .write("GET %s HTTP/1.1\r\nHost: a\r\n\r\n".formatted(path).getBytes(StandardCharsets.US_ASCII));
    }

    /// One answer with its body of this length; the connection may stay open.
    private static String answer(Socket from, int body) throws IOException {
        InputStream in = from.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            if (octet < 0) {
                throw new IOException("ended: " + head);
            }
            head.append((char) octet);
        }
        return head + new String(in.readNBytes(body), StandardCharsets.US_ASCII);
    }

    @Test
    void healthFailsFirstWhateverIsAskedAndRequestsGoOn() throws Exception {
        try (Socket kept = connect()) {
            ask(kept, "/");
            assertTrue(answer(kept, 4).endsWith("shop"));
            served.proxy.drainHost(Duration.ofSeconds(35));
            for (String path : new String[] {"/.dhow/health", "/.dhow/health/shop", "/up"}) {
                assertEquals("503 host drains\n", told(path), path);
            }
            served.ticker.advance(Duration.ofSeconds(34));
            ask(kept, "/");
            String answer = answer(kept, 4);
            assertTrue(answer.endsWith("shop") && !answer.toLowerCase().contains("connection: close"), answer);
            served.proxy.undrainHost();
            assertEquals("200 ok\n", told("/.dhow/health"));
            assertEquals("200 shop", told("/up"), "the application's own again");
        }
    }

    private String told(String path) throws IOException {
        RawHttp.Reply reply = http.send("GET", path, "Host: a");
        return reply.status() + " " + reply.body();
    }

    @Test
    void connectionsEndWithTheirNextAnswerWhichComesWhole() throws Exception {
        int size = 8 << 20;
        served.backend.answers(exchange -> {
            exchange.sendResponseHeaders(200, size);
            exchange.getResponseBody().write(new byte[size]);
            exchange.close();
        });
        served.proxy.drainHost(Duration.ofSeconds(35));
        served.ticker.advance(Duration.ofSeconds(35));
        try (Socket slow = connect()) {
            ask(slow, "/large");
            // Nothing is read until the container has given all it can.
            Await.until("the container was asked", () -> !served.backend.asked().isEmpty());
            String answer = answer(slow, size);
            assertTrue(answer.toLowerCase().contains("connection: close"), answer.substring(0, 200));
            assertEquals(size, answer.length() - answer.indexOf("\r\n\r\n") - 4);
            assertEquals(-1, slow.getInputStream().read());
        }
        assertEquals(503, http.get("/.dhow/health").status(), "the listener stays open");
    }

    @Test
    void requestsUnderWayAreNotCut() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        served.backend.answers(exchange -> {
            inside.countDown();
            try {
                goOn.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Backends.say(exchange, 200, "late");
        });
        try (Socket busy = connect();
                Socket idle = connect()) {
            ask(idle, "/.dhow/health");
            answer(idle, 3);
            ask(busy, "/");
            assertTrue(inside.await(20, TimeUnit.SECONDS));
            served.proxy.drainHost(Duration.ZERO);
            served.ticker.advance(Duration.ofSeconds(6));
            assertEquals(-1, idle.getInputStream().read(), "nothing moves on it");
            assertEquals(1, served.proxy.inFlight());
            goOn.countDown();
            assertTrue(answer(busy, 4).endsWith("late"));
        }
    }

    /// HTTP/2 says so once for the whole connection.
    @Test
    void http2IsToldToGoAway() throws Exception {
        Vertx vertx = Vertx.vertx();
        AtomicReference<Shared> shared = new AtomicReference<>(
                new Shared(RouteTable.EMPTY, Served.PLAIN, () -> true, false, new Shared.Drain(Duration.ZERO)));
        AtomicReference<Probe> told = new AtomicReference<>();
        ProxyListener listener = new ProxyListener() {
            @Override
            public void probe(Probe probe) {
                told.set(probe);
            }
        };
        Worker worker =
                new Worker(shared, listener, served.ticker, RandomGenerator.getDefault(), Duration.ofMillis(250));
        wait(vertx.deployVerticle(worker, new DeploymentOptions()));
        int port = wait(worker.open(
                "http",
                new HttpServerOptions().setHttp2ClearTextEnabled(true),
                SocketAddress.inetSocketAddress(0, "127.0.0.1")));
        HttpClient client = vertx.createHttpClient(
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));
        CountDownLatch away = new CountDownLatch(1);
        int status = wait(client.request(new RequestOptions()
                                .setMethod(HttpMethod.GET)
                                .setHost("127.0.0.1")
                                .setPort(port)
                                .setURI("/.dhow/health"))
                        .compose(request -> {
                            request.connection().goAwayHandler(_ -> away.countDown());
                            return request.send();
                        }))
                .statusCode();
        assertEquals(503, status);
        assertTrue(away.await(20, TimeUnit.SECONDS));
        Probe probe = Await.until("it is told", told::get, Objects::nonNull);
        assertEquals(
                "127.0.0.1 HTTP/2 host drains",
                "%s %s %s".formatted(probe.sender().peer(), probe.version(), probe.why()));
        wait(vertx.close());
    }

    private static <T> T wait(io.vertx.core.Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void webSocketsStayUntilConnectionsEnd() throws Exception {
        served.backend.answers(exchange -> Backends.say(exchange, 200, "no"));
        served.proxy.drainHost(Duration.ofSeconds(35));
        String ask = "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
        try (Socket early = connect()) {
            early.getOutputStream().write(ask.getBytes(StandardCharsets.US_ASCII));
            assertTrue(answer(early, 2).startsWith("HTTP/1.1 200"), "passed on");
        }
        served.ticker.advance(Duration.ofSeconds(35));
        try (Socket late = connect()) {
            late.getOutputStream().write(ask.getBytes(StandardCharsets.US_ASCII));
            assertTrue(answer(late, 12).endsWith("host drains\n"));
            assertFalse(served.backend.asked().size() > 1);
        }
    }
}
