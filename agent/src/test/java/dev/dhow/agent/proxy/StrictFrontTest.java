package dev.dhow.agent.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.proxy.Bench.Reply;
import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.ManualTicker;
import dev.dhow.api.spec.ProxySpec.Serving;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What clients may send, and how their requests come to the application.
class StrictFrontTest {
    private final ManualTicker ticker = new ManualTicker();
    private Backends first;
    private Bench bench;

    @BeforeEach
    void open() throws Exception {
        first = new Backends("first");
        bench = new Bench(ticker, 1);
        bench.by(Bench.spec(Serving.DEFAULT)).container("a", first.port());
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
        first.close();
    }

    private Bench with(RawApp app) {
        return bench.container("raw", app.port()).without("a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"CONNECT a:443", "CONNECT a", "TRACE /"})
    void methodsThatAreForProxiesAreRefused(String line) throws Exception {
        int status = bench.ask(line + " HTTP/1.1", "").status();
        assertTrue(status == 405 || status == 501 || status == 400, line + " " + status);
        assertEquals(List.of(), first.asked());
    }

    @Test
    void theAbsoluteFormIsForItsHost() throws Exception {
        assertEquals(200, bench.ask("GET http://a/x?y HTTP/1.1", "").status());
        assertEquals(200, bench.ask("GET http://a HTTP/1.1", "").status());
        assertEquals(400, bench.ask("GET http://b/x HTTP/1.1", "").status());
        assertEquals(
                List.of("/x?y", "/"),
                first.asked().stream().map(Backends.Asked::uri).toList());
    }

    @ParameterizedTest
    @CsvSource({"GET x HTTP/1.1", "GET /a#b HTTP/1.1", "GET *x HTTP/1.1", "GET /\u00e4 HTTP/1.1", "GET  / HTTP/1.1"})
    void targetsThatAreNoneAreRefused(String line) throws Exception {
        assertTrue(bench.raw(line + "\r\nHost: a\r\nConnection: close\r\n\r\n").contains(" 400 "), line);
        assertEquals(List.of(), first.asked());
    }

    @Test
    void answersComeInTheOrderOfTheRequests() throws Exception {
        CountDownLatch second = new CountDownLatch(1);
        first.answers(exchange -> {
            String path = exchange.getRequestURI().getPath();
            if (path.equals("/1")) {
                // The first is not quicker than the others.
                wait(second);
            }
            Backends.say(exchange, 200, path);
        });
        try (Socket socket = bench.dial()) {
            Bench.write(
                    socket,
                    "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n"
                            + "POST /3 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab"
                            + "GET /4 HTTP/1.1\r\nHost: a\r\n\r\n");
            second.countDown();
            for (int i = 1; i <= 4; i++) {
                assertEquals("/" + i, Bench.read(socket).body());
            }
        }
        assertEquals(
                List.of("/1", "/2", "/3", "/4"),
                first.asked().stream().map(Backends.Asked::uri).toList());
    }

    /// What follows an answer that ends its connection was not asked (RFC 9112 §9.6): its client cannot know whether.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET http://b/x HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /.dhow/health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                "GET /.dhow/health HTTP/1.0\r\nHost: a\r\n\r\n",
                "GET /first HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                "GET /first HTTP/1.0\r\n\r\n",
                "POST /first HTTP/1.1\r\nHost: a\r\nExpect: more\r\nContent-Length: 0\r\n\r\n"
            })
    void nothingIsAskedBehindTheLastAnswer(String last) throws Exception {
        String all = bench.raw(last + "POST /after HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n".repeat(3));
        assertEquals(1, all.split("HTTP/1\\.", -1).length - 1, all);
        assertEquals("ok", bench.get("/.dhow/health").body().strip());
        assertEquals(0, bench.proxy.inFlight());
        assertTrue(first.asked().stream().noneMatch(asked -> asked.uri().equals("/after")), "asked: " + last);
        assertTrue(bench.heard.stream().noneMatch("ended 499"::equals), bench.heard.toString());
    }

    private static void wait(CountDownLatch latch) {
        try {
            latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void fieldsForTheNextHopStayHere() throws Exception {
        try (RawApp app = RawApp.saying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive, X-Mine\r\n"
                + "Keep-Alive: timeout=5\r\nX-Mine: 1\r\nProxy-Authenticate: Basic\r\nUpgrade: h2c\r\n"
                + "Proxy-Connection: close\r\nX-Kept: 1\r\n\r\n")) {
            with(app);
            Reply reply = bench.get(
                    "/",
                    "Connection: X-Secret, Authorization, Host",
                    "X-Secret: 1",
                    "Authorization: kept",
                    "Keep-Alive: timeout=5",
                    "Proxy-Authorization: Basic x",
                    "Proxy-Connection: close",
                    "TE: trailers",
                    "Trailer: X-T",
                    "Upgrade: h2c",
                    "HTTP2-Settings: AAA");
            String head = app.heads.remove().toLowerCase();
            for (String gone : List.of(
                    "x-secret",
                    "keep-alive:",
                    "proxy-authorization",
                    "proxy-connection",
                    "te:",
                    "trailer:",
                    "upgrade",
                    "http2-settings")) {
                assertTrue(!head.contains("\n" + gone), gone + " in " + head);
            }
            assertTrue(head.contains("\nauthorization: kept"), head);
            assertTrue(head.contains("\nhost: a"), head);
            assertEquals("1", reply.field("x-kept"));
            for (String gone : List.of("x-mine", "keep-alive", "proxy-authenticate", "upgrade", "proxy-connection")) {
                assertEquals("", reply.field(gone), gone);
            }
        }
    }

    /// What a client says of itself is replaced, also in other spellings.
    /// K44, K45
    @Test
    void requestsAreNamedAndTimed() throws Exception {
        assertEquals(200, bench.get("/").status());
        Backends.Asked asked = first.asked().getFirst();
        assertTrue(asked.header("X-Request-Id").matches("[0-9a-f]{16}"), asked.header("X-Request-Id"));
        assertEquals("t=" + ticker.wall().toEpochMilli(), asked.header("X-Request-Start"));
        bench.get("/", "X-Request-Id: mine-1", "X-Request-Start: t=1");
        asked = first.asked().getLast();
        assertEquals("mine-1 t=1", asked.header("X-Request-Id") + " " + asked.header("X-Request-Start"));
        bench.get("/", "X-Request-Id: " + "x".repeat(200));
        assertEquals(16, first.asked().getLast().header("X-Request-Id").length(), "too long to be one");
    }

    @Test
    void trailersThatFrameOrRouteGoNoFurther() throws Exception {
        try (RawApp app = new RawApp((_, socket) -> {
            String body = RawApp.chunked(socket.getInputStream());
            RawApp.say(
                    socket,
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Body: "
                            + body.replace("\r\n", "|") + "\r\n\r\n2\r\nok\r\n0\r\nContent-Length: 5\r\nHost: b\r\n"
                            + "Transfer-Encoding: chunked\r\nSet-Cookie: a=b\r\nAuthorization: x\r\nX-Sum: 9\r\n\r\n");
        })) {
            with(app);
            String body = "2\r\nhi\r\n0\r\nContent-Length: 9\r\nHost: c\r\nAuthorization: y\r\nX-Sum: 7\r\n\r\n";
            Reply reply = bench.ask("POST / HTTP/1.1", body, "Transfer-Encoding: chunked", "TE: trailers");
            assertEquals(200, reply.status());
            assertEquals("2|hi|0||", reply.field("x-body"), "a request's trailers go no further at all");
            assertTrue(reply.body().startsWith("2\r\nok\r\n0\r\n"), reply.body());
            String trailers =
                    reply.body().substring("2\r\nok\r\n0\r\n".length()).toLowerCase();
            assertEquals("x-sum: 9\r\n\r\n", trailers);
        }
    }

    @Test
    void aClientThatAsksBeforeItSendsIsToldToGoOn() throws Exception {
        try (Socket socket = bench.dial()) {
            Bench.write(socket, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
            assertEquals("HTTP/1.1 100 Continue\r\n\r\n", Bench.head(socket.getInputStream()));
            Bench.write(socket, "hi");
            assertEquals(200, Bench.read(socket).status());
            assertEquals("hi", first.asked().getFirst().body());
            assertEquals("", first.asked().getFirst().header("Expect"));
        }
        assertEquals(
                417,
                bench.ask("POST / HTTP/1.1", "", "Content-Length: 0", "Expect: more")
                        .status());
    }

    private void atMost(long bytes) {
        bench.by(Bench.spec(new Serving(Duration.ofSeconds(30), bytes, null, false, null, Map.of())));
    }

    /// K38
    @Test
    void aBodyThatIsTooLargeIsRefusedBeforeItIsSent() throws Exception {
        atMost(4);
        try (Socket socket = bench.dial()) {
            Bench.write(socket, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
            Reply reply = Bench.read(socket);
            assertEquals("413 close", reply.status() + " " + reply.field("connection"));
        }
        assertEquals(List.of(), first.asked());
    }

    /// K38
    @Test
    void bodiesHaveALimit() throws Exception {
        atMost(4);
        assertEquals(
                200, bench.ask("POST / HTTP/1.1", "1234", "Content-Length: 4").status());
        assertEquals(
                200,
                bench.ask("POST / HTTP/1.1", "4\r\n1234\r\n0\r\n\r\n", "Transfer-Encoding: chunked")
                        .status());
        assertEquals(
                413,
                bench.ask("POST / HTTP/1.1", "3\r\n123\r\n2\r\n45\r\n0\r\n\r\n", "Transfer-Encoding: chunked")
                        .status());
        String next = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";
        String answers = bench.raw("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + next.length() + "\r\n\r\n" + next
                + "GET /after HTTP/1.1\r\nHost: a\r\n\r\n");
        assertTrue(answers.startsWith("HTTP/1.1 413 "), answers);
        assertTrue(answers.toLowerCase().contains("\r\nconnection: close\r\n"), answers);
        assertEquals(1, answers.split("HTTP/1.1 ", -1).length - 1, "the connection ends: " + answers);
        assertTrue(first.asked().stream().noneMatch(asked -> asked.uri().equals("/next")));
    }

    /// The answer reaches a client that is still busy with sending.
    @Test
    void aClientThatSendsTooMuchReadsWhy() throws Exception {
        atMost(1000);
        // More than the kernel keeps for the two.
        String large = "x".repeat(32 << 20);
        try (Socket socket = bench.dial()) {
            Bench.write(socket, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + large.length() + "\r\n\r\n" + large);
            assertEquals(413, Bench.read(socket).status());
            assertEquals(-1, socket.getInputStream().read());
        }
    }

    @Test
    void answersWithoutABodyHaveNone() throws Exception {
        first.answers(exchange -> {
            String path = exchange.getRequestURI().getPath();
            exchange.getResponseHeaders().add("ETag", "\"1\"");
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.getResponseHeaders().add("Content-Length", "1234");
            }
            exchange.sendResponseHeaders(path.equals("/204") ? 204 : path.equals("/304") ? 304 : 200, -1);
            exchange.close();
        });
        try (Socket socket = bench.dial()) {
            Bench.write(
                    socket,
                    "GET /204 HTTP/1.1\r\nHost: a\r\n\r\nGET /304 HTTP/1.1\r\nHost: a\r\n\r\n"
                            + "HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n");
            String none = Bench.head(socket.getInputStream());
            String same = Bench.head(socket.getInputStream());
            String head = Bench.head(socket.getInputStream());
            assertTrue(none.startsWith("HTTP/1.1 204 ") && !none.toLowerCase().contains("transfer-encoding"), none);
            assertTrue(same.startsWith("HTTP/1.1 304 ") && !same.toLowerCase().contains("transfer-encoding"), same);
            assertTrue(head.startsWith("HTTP/1.1 200 ") && head.toLowerCase().contains("content-length: 1234"), head);
        }
    }

    /// K69
    @Test
    void aClientThatSendsNothingOnIsNotWaitedFor() throws Exception {
        SynchronousQueue<Integer> octets = new SynchronousQueue<>();
        try (RawApp app = new RawApp((_, socket) -> {
            for (int octet = 0; octet >= 0; ) {
                octet = socket.getInputStream().read();
                octets.put(octet);
            }
        })) {
            with(app);
            try (Socket socket = bench.dial()) {
                Bench.write(socket, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n1");
                assertEquals('1', octets.poll(10, TimeUnit.SECONDS));
                for (int i = 2; i < 4; i++) {
                    ticker.advance(Worker.BODY_STALL.minusSeconds(1));
                    Bench.write(socket, String.valueOf(i));
                    assertEquals('0' + i, octets.poll(10, TimeUnit.SECONDS), "slow, but it goes on");
                }
                ticker.advance(Worker.BODY_STALL.plusSeconds(1));
                Reply reply = Bench.read(socket);
                assertEquals("408 close", reply.status() + " " + reply.field("connection"));
                assertEquals(-1, octets.poll(10, TimeUnit.SECONDS), "the application is let go");
            }
            assertEquals(
                    200,
                    bench.without("raw").container("a", first.port()).get("/").status());
        }
    }

    /// A slow reader keeps nobody waiting but himself, and not forever.
    /// K69
    @Test
    void aClientThatTakesNothingIsLeft() throws Exception {
        byte[] part = new byte[64 * 1024];
        CountDownLatch broken = new CountDownLatch(1);
        try (RawApp app = new RawApp((_, socket) -> {
            RawApp.say(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            try {
                while (true) {
                    RawApp.say(socket, "10000\r\n");
                    socket.getOutputStream().write(part);
                    RawApp.say(socket, "\r\n");
                }
            } finally {
                broken.countDown();
            }
        })) {
            with(app);
            try (Socket socket = bench.dial()) {
                Bench.write(socket, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                assertTrue(Bench.head(socket.getInputStream()).startsWith("HTTP/1.1 200 "));
                Await.until("ended", () -> {
                    ticker.advance(Duration.ofSeconds(5));
                    return bench.heard.contains("ended 499");
                });
                assertTrue(broken.await(20, TimeUnit.SECONDS), "the application is let go");
                Await.until("and so is the client", () -> {
                    try {
                        return socket.getInputStream().readNBytes(1 << 24).length < 1 << 24;
                    } catch (IOException e) {
                        return true;
                    }
                });
            }
        }
    }

    /// K35
    @Test
    void aClientThatLeavesEndsItsRequest() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        try (RawApp app = new RawApp((_, socket) -> {
            RawApp.say(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n");
            socket.getInputStream().read();
            ended.countDown();
        })) {
            with(app);
            try (Socket socket = bench.dial()) {
                Bench.write(socket, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                Bench.head(socket.getInputStream());
            }
            assertTrue(ended.await(10, TimeUnit.SECONDS));
            Await.until("ended", () -> bench.heard.contains("ended 499"));
            assertEquals(List.of("ended 499"), List.copyOf(bench.heard), "and no application is blamed");
        }
    }

    /// Back-pressure in both directions: what nobody takes is not read either.
    @Test
    void aSlowApplicationSlowsItsClientDown() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        int size = 64 << 20;
        try (RawApp app = new RawApp((_, socket) -> {
            wait(goOn);
            long left = size;
            byte[] buffer = new byte[1 << 16];
            while (left > 0) {
                left -= socket.getInputStream().read(buffer);
            }
            RawApp.say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        })) {
            with(app);
            try (Socket socket = bench.dial()) {
                Bench.write(socket, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + size + "\r\n\r\n");
                long[] sent = {0};
                Thread sender = Thread.ofPlatform().start(() -> {
                    byte[] part = new byte[1 << 16];
                    try {
                        while (sent[0] < size) {
                            socket.getOutputStream().write(part);
                            sent[0] += part.length;
                        }
                    } catch (IOException _) {
                        // Seen below.
                    }
                });
                long before = -1;
                while (sent[0] != before || sent[0] == 0) {
                    before = sent[0];
                    sender.join(Duration.ofMillis(300));
                }
                assertTrue(before < size / 2, "held back, but took " + before);
                goOn.countDown();
                assertEquals(200, Bench.read(socket).status());
                sender.join();
                assertEquals(size, sent[0]);
            }
        }
    }

    /// An application may answer without reading what is sent; the client's connection is good for more.
    @Test
    void anEarlyAnswerEndsTheUpload() throws Exception {
        try (RawApp app = new RawApp((_, socket) -> {
            RawApp.say(socket, "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n");
            socket.getInputStream().readNBytes(1 << 20);
        })) {
            with(app);
            try (Socket socket = bench.dial()) {
                Bench.write(socket, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\n1234");
                assertEquals(401, Bench.read(socket).status());
                Bench.write(socket, "5678GET /.dhow/health HTTP/1.1\r\nHost: a\r\n\r\n");
                Reply next = Bench.read(socket);
                assertEquals("200 ok\n", next.status() + " " + next.body());
            }
            try (Socket socket = bench.dial()) {
                Bench.write(socket, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\n1234");
                assertEquals(401, Bench.read(socket).status());
                assertEquals(-1, socket.getInputStream().read(), "not waited for without end");
            }
        }
    }
}
