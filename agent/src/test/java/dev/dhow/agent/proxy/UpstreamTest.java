package dev.dhow.agent.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.proxy.Bench.Reply;
import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.ManualTicker;
import dev.dhow.api.spec.ProxySpec.Serving;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Applications that do not do their part, and what their clients see of it: never a part taken for the whole, and
/// never
/// the answer of somebody else.
class UpstreamTest {
    private final ManualTicker ticker = new ManualTicker();
    private Bench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new Bench(ticker, 1);
        bench.by(Bench.spec(Serving.DEFAULT));
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK\r\nContent-Le",
                "nonsense\r\n\r\n",
                "HTTP/1.1 abc OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n12",
                "HTTP/1.1 200 OK\r\n: x\r\n\r\n",
                "HTTP/1.1 200 OK\r\nA\u0000: x\r\nContent-Length: 0\r\n\r\n"
            })
    void whatIsNoAnswerIs502(String said) throws Exception {
        try (RawApp app = RawApp.closing(said)) {
            bench.container("raw", app.port());
            assertEquals(
                    502, bench.ask("POST / HTTP/1.1", "", "Content-Length: 0").status(), said);
            assertEquals("upstream reset", bench.heard.peek());
        }
    }

    @Test
    void aHeadThatIsTooLargeIs502() throws Exception {
        try (RawApp app =
                RawApp.closing("HTTP/1.1 200 OK\r\nX: " + "y".repeat(100_000) + "\r\nContent-Length: 0\r\n\r\n")) {
            bench.container("raw", app.port());
            assertEquals(
                    502, bench.ask("POST / HTTP/1.1", "", "Content-Length: 0").status());
        }
    }

    /// K71
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"Content-Length: 10", "Transfer-Encoding: chunked"})
    void anAnswerThatBreaksOffIsSeenToBeBroken(String framing) throws Exception {
        String part = framing.startsWith("C") ? "12345" : "5\r\n12345\r\n";
        try (RawApp app = RawApp.closing("HTTP/1.1 200 OK\r\n" + framing + "\r\n\r\n" + part)) {
            bench.container("raw", app.port());
            String all = bench.raw("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
            assertTrue(all.startsWith("HTTP/1.1 200 "), all);
            assertTrue(all.contains("12345"), all);
            assertTrue(!all.contains("\r\n0\r\n"), "no end where there was none: " + all);
            assertEquals(1, all.split("HTTP/1.1 ", -1).length - 1, "and nothing behind it: " + all);
            Await.until("told", () -> bench.heard.contains("upstream reset"));
        }
    }

    /// K37
    @Test
    void chunksThatAreNoneEndTheAnswer() throws Exception {
        try (RawApp app = RawApp.saying(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\nzz\r\n12345\r\n0\r\n\r\n")) {
            bench.container("raw", app.port());
            String all = bench.raw("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertTrue(!all.contains("\r\n0\r\n"), all);
            assertTrue(!all.contains("zz"), all);
        }
    }

    /// What an application says too much is nobody's answer.
    @Test
    void octetsBehindAnAnswerAreNotTheNextOne() throws Exception {
        String stray = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nstolen";
        try (RawApp app = RawApp.saying("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" + stray)) {
            bench.container("raw", app.port());
            for (int i = 0; i < 5; i++) {
                Reply reply = bench.ask("POST /" + i + " HTTP/1.1", "", "Content-Length: 0");
                assertTrue(reply.body().equals("ok") || reply.status() == 502, reply.toString());
            }
        }
    }

    @Test
    void aConnectionIsNotUsedAgainAfterAFault() throws Exception {
        AtomicInteger count = new AtomicInteger();
        try (RawApp app = new RawApp((_, socket) -> {
            boolean bad = count.getAndIncrement() == 0;
            RawApp.say(
                    socket,
                    bad
                            ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
                            : "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        })) {
            bench.container("raw", app.port());
            bench.raw("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertEquals("ok", bench.get("/").body());
            assertEquals(2, app.connections());
        }
    }

    @Test
    void connectionsAreUsedAgain() throws Exception {
        try (RawApp app = RawApp.saying("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) {
            bench.container("raw", app.port());
            for (int i = 0; i < 5; i++) {
                assertEquals("ok", bench.get("/").body());
            }
            assertEquals(1, app.connections());
        }
    }

    /// An application may close a connection that was kept just as it is used.
    /// K71
    @Test
    void whatIsSafeToRepeatIsRepeatedWhereAKeptConnectionCloses() throws Exception {
        AtomicInteger count = new AtomicInteger();
        try (RawApp app = new RawApp((_, socket) -> {
            if (count.incrementAndGet() % 2 == 0) {
                socket.close();
            } else {
                RawApp.say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            }
        })) {
            bench.container("raw", app.port());
            assertEquals(200, bench.get("/1").status());
            assertEquals(200, bench.get("/2").status(), "asked again by a new connection");
            assertEquals(
                    502, bench.ask("POST /3 HTTP/1.1", "", "Content-Length: 0").status(), "never a POST");
        }
    }

    @Test
    void anAnswerThatEndsWithItsConnectionIsWhole() throws Exception {
        try (RawApp app = RawApp.closing("HTTP/1.0 200 OK\r\n\r\nall of it")) {
            bench.container("raw", app.port());
            Reply reply = bench.get("/");
            assertEquals("chunked", reply.field("transfer-encoding"));
            assertEquals("9\r\nall of it\r\n0\r\n\r\n", reply.body());
        }
    }

    /// Without a body there is none, whatever the application says.
    @ParameterizedTest
    @ValueSource(ints = {204, 304})
    void answersThatHaveNoBodyGetNone(int status) throws Exception {
        try (RawApp app = RawApp.closing("HTTP/1.1 " + status + " X\r\nContent-Length: 6\r\n\r\nstolen")) {
            bench.container("raw", app.port());
            try (Socket socket = bench.dial()) {
                Bench.write(socket, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                assertTrue(Bench.head(socket.getInputStream()).startsWith("HTTP/1.1 " + status));
                Bench.write(socket, "GET /.dhow/health HTTP/1.1\r\nHost: a\r\n\r\n");
                assertTrue(Bench.head(socket.getInputStream()).startsWith("HTTP/1.1 200 "));
            }
        }
    }

    /// What comes before the answer is no answer.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 100 Continue\r\n\r\n",
                "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n",
                "HTTP/1.1 102 Processing\r\n\r\n",
                "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
            })
    void whatComesBeforeAnAnswerIsNotTheAnswer(String before) throws Exception {
        try (RawApp app = RawApp.saying(before + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) {
            bench.container("raw", app.port());
            for (int i = 0; i < 2; i++) {
                Reply reply = bench.get("/");
                assertEquals("200 ok", reply.status() + " " + reply.body());
            }
        }
    }

    @Test
    void whoSwitchesUnaskedIsWrong() throws Exception {
        try (RawApp app = RawApp.saying("HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nstolen")) {
            bench.container("raw", app.port());
            String all = bench.raw("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertTrue(!all.contains(" 101 ") && !all.contains("stolen"), all);
        }
    }

    @Test
    void anAnswerThatDoesNotComeIs504() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        try (RawApp app = new RawApp((_, socket) -> {
            inside.countDown();
            socket.getInputStream().read();
        })) {
            bench.container("raw", app.port());
            try (Socket socket = bench.dial()) {
                Bench.write(socket, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                assertTrue(inside.await(10, TimeUnit.SECONDS));
                ticker.advance(Duration.ofSeconds(31));
                Reply reply = Bench.read(socket);
                assertEquals("504", String.valueOf(reply.status()));
                Bench.write(socket, "GET /.dhow/health HTTP/1.1\r\nHost: a\r\n\r\n");
                assertEquals(200, Bench.read(socket).status(), "the client's connection is as good as before");
            }
            assertTrue(bench.heard.contains("upstream timeout"));
        }
    }

    /// One that takes a connection and reads nothing of a large body is as late as one that does not answer.
    @Test
    void aBodyThatIsNotTakenIs504() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (RawApp app = new RawApp((_, _) -> end.await(30, TimeUnit.SECONDS))) {
            bench.container("raw", app.port());
            try (Socket socket = bench.dial()) {
                Bench.write(socket, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n");
                Thread.ofVirtual().start(() -> {
                    try {
                        while (true) {
                            Bench.write(socket, "x".repeat(1 << 16));
                        }
                    } catch (Exception _) {
                        // The proxy ended it.
                    }
                });
                CountDownLatch over = new CountDownLatch(1);
                Thread.ofVirtual()
                        .start(() -> Await.until("over", () -> {
                            ticker.advance(Duration.ofSeconds(1));
                            return over.getCount() == 0;
                        }));
                assertEquals(504, Bench.read(socket).status());
                over.countDown();
            }
        } finally {
            end.countDown();
        }
    }

    /// Events come as they are sent, not when there are enough of them.
    /// K33
    @Test
    void eventsComeAsTheyAreSent() throws Exception {
        CountDownLatch[] next = {new CountDownLatch(1), new CountDownLatch(1)};
        try (RawApp app = new RawApp((_, socket) -> {
            RawApp.say(socket, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n");
            next[0].await(10, TimeUnit.SECONDS);
            RawApp.say(socket, "data: 2\n\n");
            next[1].await(10, TimeUnit.SECONDS);
            socket.close();
        })) {
            bench.container("raw", app.port());
            try (Socket socket = bench.dial()) {
                Bench.write(socket, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                Bench.head(socket.getInputStream());
                assertEquals(
                        "9\r\ndata: 1\n\n\r\n",
                        new String(socket.getInputStream().readNBytes(14), StandardCharsets.US_ASCII));
                ticker.advance(Duration.ofMinutes(10));
                next[0].countDown();
                assertEquals(
                        "9\r\ndata: 2\n\n\r\n",
                        new String(socket.getInputStream().readNBytes(14), StandardCharsets.US_ASCII));
                next[1].countDown();
                assertEquals("0\r\n\r\n", new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII));
            }
        }
    }

    /// Whoever listens to events wants to know that they will come.
    @Test
    void aHeadDoesNotWaitForItsBody() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        try (RawApp app = new RawApp((_, socket) -> {
            RawApp.say(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            seen.await(30, TimeUnit.SECONDS);
            RawApp.say(socket, "2\r\nok\r\n0\r\n\r\n");
        })) {
            bench.container("raw", app.port());
            try (Socket socket = bench.dial()) {
                Bench.write(socket, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                assertTrue(Bench.head(socket.getInputStream()).startsWith("HTTP/1.1 200 "));
                seen.countDown();
                assertEquals(
                        "2\r\nok\r\n0\r\n\r\n",
                        new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII));
            }
        }
    }

    /// One of HTTP/1.0 knows no chunks: the end of its connection is the end of the answer.
    @Test
    void whoKnowsNoChunksGetsTheEndByTheConnection() throws Exception {
        try (RawApp app = RawApp.saying("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")) {
            bench.container("raw", app.port());
            try (Socket socket = bench.dial()) {
                Bench.write(socket, "GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");
                String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                assertTrue(all.startsWith("HTTP/1.0 200 ") && all.endsWith("\r\n\r\nok"), all);
            }
        }
    }

    /// Large answers are read no faster than they are taken.
    @Test
    void aSlowClientSlowsTheApplicationDown() throws Exception {
        int size = 64 << 20;
        long[] sent = {0};
        try (RawApp app = new RawApp((_, socket) -> {
            RawApp.say(socket, "HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
            byte[] part = new byte[1 << 16];
            while (sent[0] < size) {
                socket.getOutputStream().write(part);
                sent[0] += part.length;
            }
        })) {
            bench.container("raw", app.port());
            try (Socket socket = bench.dial()) {
                Bench.write(socket, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                Bench.head(socket.getInputStream());
                long before = -1;
                while (sent[0] != before || sent[0] == 0) {
                    before = sent[0];
                    Thread.currentThread().join(Duration.ofMillis(300));
                }
                assertTrue(before < size / 2, "held back, but took " + before);
                assertEquals(size, socket.getInputStream().readNBytes(size).length);
            }
        }
    }
}
