package dev.dhow.agent.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.proxy.Bench.Reply;
import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.ManualTicker;
import dev.dhow.api.spec.ProxySpec;
import dev.dhow.api.spec.ProxySpec.Serving;
import dev.dhow.api.status.TrafficStatus;
import dev.dhow.api.status.TrafficStatus.State;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Services in maintenance, and paused ones.
class PauseTest {
    private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");
    private static final TrafficStatus PAUSED = new TrafficStatus(State.PAUSED, null, AT);

    private final ManualTicker ticker = new ManualTicker();
    private Backends first;
    private Bench bench;

    @BeforeEach
    void open() throws Exception {
        first = new Backends("first");
        bench = new Bench(ticker, 1);
        bench.by(named(Serving.DEFAULT)).container("a", first.port());
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
        first.close();
    }

    private static ProxySpec named(Serving serving) {
        return new ProxySpec(List.of("a"), false, "/", true, null, ProxySpec.Tls.OFF, ProxySpec.Access.ANYONE, serving);
    }

    private static TrafficStatus maintenance(@Nullable String message) {
        return new TrafficStatus(State.MAINTENANCE, message, AT);
    }

    private Socket begin(String path) throws IOException {
        Socket socket = bench.dial();
        Bench.write(socket, "GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        return socket;
    }

    private void waiting(int count) {
        Await.until(count + " wait", () -> bench.proxy.waiting("shop") == count);
    }

    private static Reply end(Socket socket) throws IOException {
        try (socket) {
            return Bench.reply(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1));
        }
    }

    /// K18, K56, K58
    @Test
    void maintenanceIsAPageAndNobodysHealthSuffers() throws Exception {
        bench.proxy.traffic("shop", maintenance("<script>alert('1')</script>\n& \"back\" at 10"));
        Reply reply = bench.get("/x");
        assertEquals(503, reply.status());
        assertEquals("text/html; charset=utf-8", reply.field("content-type"));
        assertEquals("60", reply.field("retry-after"));
        assertTrue(
                reply.body()
                        .contains(
                                "<p>&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;\n&amp; &quot;back&quot; at 10</p>"),
                reply.body());
        Reply head = bench.ask("HEAD / HTTP/1.1", "");
        assertEquals("503 ", head.status() + " " + head.body());
        assertEquals(200, bench.get("/.dhow/health").status());
        assertEquals(200, bench.get("/.dhow/health/shop").status());
        assertEquals(List.of(), first.asked());
        assertEquals(200, bench.get("/up").status(), "the application's own goes to it");
        assertEquals("/up", first.asked().getFirst().uri());
        bench.proxy.traffic("shop", null);
        assertEquals(200, bench.get("/x").status());
    }

    /// K61
    @Test
    void maintenanceShowsThePageOfTheOperator(@TempDir Path dir) throws Exception {
        Files.writeString(dir.resolve("503.html"), "<b>{{message}}</b>");
        bench.by(named(new Serving(Duration.ofSeconds(30), null, null, false, dir.toString(), Map.of())));
        bench.proxy.traffic("shop", maintenance("a < b"));
        assertEquals("<b>a &lt; b</b>", bench.get("/").body());
        bench.proxy.traffic("shop", maintenance(null));
        assertEquals("<b></b>", bench.get("/").body());
    }

    /// K54, K58
    @Test
    void requestsWaitAndGoOnInOrder() throws Exception {
        bench.proxy.traffic("shop", PAUSED);
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            sockets.add(begin("/" + i));
            waiting(i + 1);
        }
        assertEquals(List.of(), first.asked());
        assertEquals(200, bench.get("/.dhow/health").status());
        assertEquals(200, bench.get("/up").status());
        bench.proxy.traffic("shop", null);
        for (Socket socket : sockets) {
            assertEquals(200, end(socket).status());
        }
        assertEquals(0, bench.proxy.waiting("shop"));
        assertEquals(6, first.asked().size());
    }

    /// What is sent to one replica by one connection comes there in the order in which it waited.
    @Test
    void theFirstToComeIsTheFirstToGo() throws Exception {
        try (ServerSocket application = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            bench.proxy.unroute("shop", "a");
            bench.container("b", application.getLocalPort());
            bench.proxy.traffic("shop", PAUSED);
            List<Socket> sockets = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                sockets.add(begin("/" + i));
                waiting(i + 1);
            }
            bench.proxy.traffic("shop", null);
            for (int i = 0; i < 8; i++) {
                try (Socket one = application.accept()) {
                    String head = Bench.head(one.getInputStream());
                    assertTrue(head.startsWith("GET /" + i + " "), head);
                    Bench.write(one, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                }
            }
            for (Socket socket : sockets) {
                assertEquals(200, end(socket).status());
            }
        }
    }

    /// K55
    @Test
    void nobodyWaitsForever() throws Exception {
        bench.proxy.traffic("shop", PAUSED);
        Socket early = begin("/early");
        waiting(1);
        ticker.advance(Duration.ofSeconds(20));
        Socket late = begin("/late");
        waiting(2);
        ticker.advance(Duration.ofSeconds(11));
        Reply reply = end(early);
        assertEquals("503 10", reply.status() + " " + reply.field("retry-after"));
        assertEquals(1, bench.proxy.waiting("shop"));
        bench.proxy.traffic("shop", null);
        assertEquals(200, end(late).status());
        assertEquals("/late", first.asked().getFirst().uri());
    }

    @Test
    void whoLeavesFreesItsPlace() throws Exception {
        bench.proxy.traffic("shop", PAUSED);
        Socket leaves = begin("/1");
        Socket stays = begin("/2");
        waiting(2);
        leaves.close();
        waiting(1);
        bench.proxy.traffic("shop", null);
        assertEquals(200, end(stays).status());
        assertEquals(1, first.asked().size());
    }

    @Test
    void theQueueHasAnEnd() throws Exception {
        bench.proxy.traffic("shop", PAUSED);
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < Standing.MOST_WAITING; i++) {
            sockets.add(begin("/" + i));
        }
        waiting(Standing.MOST_WAITING);
        assertEquals(503, bench.get("/one-too-many").status());
        bench.proxy.traffic("shop", maintenance(null));
        for (Socket socket : sockets) {
            assertEquals(503, end(socket).status());
        }
        assertEquals(0, bench.proxy.waiting("shop"));
    }

    /// What waits is told at once when the service goes into maintenance.
    /// K57
    @Test
    void maintenanceEndsThePauseOfThoseThatWait() throws Exception {
        bench.proxy.traffic("shop", PAUSED);
        Socket one = begin("/");
        waiting(1);
        bench.proxy.traffic("shop", maintenance("sorry"));
        assertTrue(end(one).body().contains("sorry"));
    }

    /// K21, K70
    @Test
    void openWebSocketsStayAndRolloutsGoOn() throws Exception {
        try (ServerSocket application = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Backends second = new Backends("second")) {
            bench.proxy.unroute("shop", "a");
            bench.container("ws", application.getLocalPort());
            Thread.ofVirtual().start(() -> {
                try (Socket one = application.accept()) {
                    Bench.head(one.getInputStream());
                    Bench.write(
                            one,
                            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
                    one.getInputStream().transferTo(one.getOutputStream());
                } catch (IOException _) {
                    // The proxy ended it.
                }
            });
            try (Socket client = bench.dial()) {
                Bench.write(
                        client,
                        "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                + "Sec-WebSocket-Key: x\r\n\r\n");
                assertTrue(Bench.head(client.getInputStream()).startsWith("HTTP/1.1 101 "));
                bench.proxy.traffic("shop", PAUSED);
                Bench.write(client, "ping");
                assertEquals("ping", new String(client.getInputStream().readNBytes(4), StandardCharsets.US_ASCII));

                Socket waits = begin("/");
                waiting(1);
                bench.container("b", second.port());
                bench.proxy.unroute("shop", "ws");
                bench.proxy.drain("shop", "ws", Duration.ofSeconds(10));
                bench.proxy.traffic("shop", null);
                assertEquals("second", end(waits).body());
            }
        }
    }

    /// A body waits with its request, and comes whole.
    @Test
    void bodiesWaitToo() throws Exception {
        bench.proxy.traffic("shop", PAUSED);
        String large = "0123456789abcdef".repeat(1 << 17);
        try (Socket socket = bench.dial()) {
            Bench.write(socket, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + large.length() + "\r\n\r\n");
            waiting(1);
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    Bench.write(socket, large);
                } catch (IOException _) {
                    // Seen below.
                }
            });
            bench.proxy.traffic("shop", null);
            assertEquals(200, Bench.read(socket).status());
            sender.join();
            assertEquals(large, first.asked().getFirst().body());
        }
    }
}
