package dev.dhow.agent.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.FreePort;
import dev.dhow.agent.testing.ManualTicker;
import dev.dhow.agent.testing.RawHttp2;
import dev.dhow.agent.testing.TlsClient;
import dev.dhow.api.spec.ProxySpec.Serving;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every way in which an application gets an answer wrong, on a connection that was good until then: what the client
/// sees of it, and what the next client gets, who is the canary for octets that were left behind.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UpstreamFaultTest {
    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n\r\n";
    private static final String STRAY = OK + "Content-Length: 6\r\n\r\nstolen";

    private final ManualTicker ticker = new ManualTicker();
    private Bench bench;

    /// What an application does once its answer was said.
    private enum Then {
        /// Waits for the next request.
        KEEP,
        /// Closes as it should.
        CLOSE,
        /// Breaks the connection off.
        RESET
    }

    /// @param said to a POST
    /// @param seen by its client: the status, and of what is passed on whether it was whole, and its body
    /// @param reused whether the connection is good for more
    private record Fault(String name, String said, Then then, String seen, boolean reused) {
        void say(Socket socket) throws IOException {
            RawApp.say(socket, said);
            if (then == Then.RESET) {
                socket.setSoLinger(true, 0);
            }
            if (then != Then.KEEP) {
                socket.close();
            }
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Fault bad(String name, String said, Then then, String seen) {
        return new Fault(name, said, then, seen, false);
    }

    private static Fault good(String name, String said, String seen) {
        return new Fault(name, said, Then.KEEP, seen, true);
    }

    private static List<Fault> noAnswers() {
        return List.of(
                bad("nothing", "", Then.CLOSE, "502"),
                bad("nothing, reset", "", Then.RESET, "502"),
                bad("half a status line", "HTTP/1.1 20", Then.CLOSE, "502"),
                bad("half a head", OK + "Content-Length: 2\r\nX-A", Then.CLOSE, "502"),
                bad("half a head, reset", OK + "Content-Length: 2\r\nX-A", Then.RESET, "502"),
                bad("no status", "HTTP/1.1 OK\r\nContent-Length: 0\r\n\r\n", Then.KEEP, "502"),
                bad("a status of four digits", "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n", Then.KEEP, "502"),
                bad("a status of two digits", "HTTP/1.1 99 OK\r\nContent-Length: 0\r\n\r\n", Then.KEEP, "502"),
                bad("a status below zero", "HTTP/1.1 -200 OK\r\nContent-Length: 0\r\n\r\n", Then.KEEP, "502"),
                bad("another version", "HTTP/3.0 200 OK\r\nContent-Length: 0\r\n\r\n", Then.KEEP, "502"),
                bad("another protocol", "SSH-2.0-OpenSSH_9.2\r\n", Then.KEEP, "502"),
                bad(
                        "chunks and a length",
                        OK + "Content-Length: 9\r\n" + CHUNKED + "2\r\nok\r\n0\r\n\r\n",
                        Then.KEEP,
                        "502"),
                bad("a length below zero", OK + "Content-Length: -2\r\n\r\nok", Then.KEEP, "502"),
                bad("a list of lengths", OK + "Content-Length: 2, 3\r\n\r\nok", Then.KEEP, "502"),
                bad("a coding that nobody asked for", OK + "Transfer-Encoding: gzip\r\n\r\nok", Then.CLOSE, "502"),
                bad("two codings", OK + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", Then.KEEP, "502"),
                bad("chunks twice", OK + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", Then.KEEP, "502"),
                bad("a head of 1 MB", OK + "X: " + "y".repeat(1 << 20) + "\r\n\r\n", Then.KEEP, "502"),
                bad("1 MB of fields", OK + "X: 23456\r\n".repeat(100_000) + "\r\n", Then.KEEP, "502"),
                bad("a status line of 1 MB", "HTTP/1.1 200 " + "y".repeat(1 << 20), Then.KEEP, "502"),
                bad("1,000 early hints", "HTTP/1.1 103 Early\r\nA: b\r\n\r\n".repeat(1000), Then.KEEP, "502"));
    }

    private static List<Fault> parts() {
        return List.of(
                bad("a length that is too long", OK + "Content-Length: 9\r\n\r\nok", Then.CLOSE, "200 broken ok"),
                bad("the same, reset", OK + "Content-Length: 9\r\n\r\nok", Then.RESET, "200 broken ok"),
                bad("a chunk that breaks off", OK + CHUNKED + "9\r\nok", Then.CLOSE, "200 broken ok"),
                bad("no last chunk", OK + CHUNKED + "2\r\nok\r\n", Then.CLOSE, "200 broken ok"),
                bad("trailers that break off", OK + CHUNKED + "2\r\nok\r\n0\r\nX-Sum: 7", Then.CLOSE, "200 broken ok"),
                bad("no end behind the last chunk", OK + CHUNKED + "2\r\nok\r\n0\r\n", Then.CLOSE, "200 broken ok"),
                bad("a chunk without a size", OK + CHUNKED + "2\r\nok\r\n\r\n", Then.KEEP, "200 broken ok"),
                bad("a size below zero", OK + CHUNKED + "2\r\nok\r\n-2\r\nok\r\n0\r\n\r\n", Then.KEEP, "200 broken ok"),
                bad("a size beyond all", OK + CHUNKED + "2\r\nok\r\nFFFFFFFFFFFF\r\nok", Then.KEEP, "200 broken ok"),
                bad("a chunk longer than it says", OK + CHUNKED + "2\r\nokay\r\n0\r\n\r\n", Then.KEEP, "200 broken ok"),
                bad(
                        "1 MB of trailers",
                        OK + CHUNKED + "2\r\nok\r\n0\r\n" + "X: 23456\r\n".repeat(100_000) + "\r\n",
                        Then.KEEP,
                        "200 broken ok"),
                bad("the end of a connection that is reset", "HTTP/1.0 200 OK\r\n\r\nok", Then.RESET, "200 broken ok"));
    }

    private static List<Fault> answers() {
        return List.of(
                good("an answer", OK + "Content-Length: 2\r\n\r\nok", "200 whole ok"),
                good("an empty reason", "HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nok", "200 whole ok"),
                good("no reason", "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", "200 whole ok"),
                good("a status of nobody", "HTTP/1.1 799 X\r\nContent-Length: 2\r\n\r\nok", "799 whole ok"),
                good("chunks", OK + CHUNKED + "2\r\nok\r\n0\r\n\r\n", "200 whole ok"),
                good("trailers", OK + CHUNKED + "2\r\nok\r\n0\r\nX-Sum: 7\r\n\r\n", "200 whole ok x-sum: 7"),
                good("204", "HTTP/1.1 204 X\r\n\r\n", "204 whole "),
                good("304", "HTTP/1.1 304 X\r\nContent-Length: 6\r\n\r\n", "304 whole "),
                good(
                        "HTTP/1.0 that stays",
                        "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok",
                        "200 whole ok"),
                bad("HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", Then.KEEP, "200 whole ok"),
                bad("HTTP/1.0 without a length", "HTTP/1.0 200 OK\r\n\r\nok", Then.CLOSE, "200 whole ok"),
                bad(
                        "HTTP/1.0 that breaks off",
                        "HTTP/1.0 200 OK\r\nContent-Length: 9\r\n\r\nok",
                        Then.CLOSE,
                        "200 broken ok"),
                bad("no length", OK + "\r\nok", Then.CLOSE, "200 whole ok"),
                bad("the last one", OK + "Connection: close\r\nContent-Length: 2\r\n\r\nok", Then.KEEP, "200 whole ok"),
                // RFC 9112 §5.1: the space goes no further.
                good("a name with a space", OK + "Content-Length : 2\r\n\r\nok", "200 whole ok"),
                bad("octets behind a length", OK + "Content-Length: 2\r\n\r\nok" + STRAY, Then.KEEP, "200 whole ok"),
                bad(
                        "octets behind the last chunk",
                        OK + CHUNKED + "2\r\nok\r\n0\r\n\r\n" + STRAY,
                        Then.KEEP,
                        "200 whole ok"),
                bad("204 with a body", "HTTP/1.1 204 X\r\nContent-Length: 6\r\n\r\nstolen", Then.KEEP, "204 whole "),
                bad("304 with a body", "HTTP/1.1 304 X\r\nContent-Length: 6\r\n\r\nstolen", Then.KEEP, "304 whole "),
                bad("204 with an answer", "HTTP/1.1 204 X\r\n\r\n" + STRAY, Then.KEEP, "204 whole "));
    }

    @BeforeAll
    void open() throws Exception {
        bench = new Bench(ticker, 1);
        bench.by(Bench.spec(Serving.DEFAULT));
    }

    @AfterAll
    void close() throws Exception {
        bench.close();
    }

    /// K37, K71
    @ParameterizedTest
    @MethodSource({"noAnswers", "parts", "answers"})
    void clientSeesWhatItIsAndTheNextOneNothingOfIt(Fault fault) throws Exception {
        bench.heard.clear();
        try (RawApp app = faulty(fault)) {
            bench.container("raw", app.port());
            assertEquals("200 whole /warm", asked("GET /warm HTTP/1.1\r\nHost: a\r\n\r\n"));
            assertEquals(fault.seen(), asked(post("/x")));
            for (int i = 0; i < 3; i++) {
                String path = "/canary" + i;
                assertEquals("200 whole " + path, asked(post(path)));
            }
            assertEquals(fault.reused() ? 1 : 2, app.connections());
            boolean blamed = fault.seen().equals("502") || fault.seen().contains("broken");
            assertEquals(blamed, bench.heard.contains("upstream reset"), bench.heard.toString());
        } finally {
            bench.without("raw");
        }
    }

    /// The next one would else get it for the beginning of its answer.
    @Test
    void aBodyBehindTheAnswerToHeadIsNobodys() throws Exception {
        try (RawApp app = RawApp.saying(OK + "Content-Length: 6\r\n\r\nstolen")) {
            bench.container("raw", app.port());
            for (int i = 0; i < 3; i++) {
                Bench.Reply reply = bench.ask("HEAD / HTTP/1.1", "");
                assertEquals("200 6 ", reply.status() + " " + reply.field("content-length") + " " + reply.body());
                assertEquals("200 whole stolen", asked(post("/x")));
            }
            assertEquals(4, app.connections(), "a new one after each HEAD");
        } finally {
            bench.without("raw");
        }
    }

    /// As some servers say that they close for want of a request.
    @Test
    void octetsBetweenTwoRequestsAreNoAnswer() throws Exception {
        AtomicReference<Socket> idle = new AtomicReference<>();
        try (RawApp app = new RawApp((_, socket) -> {
            RawApp.say(socket, OK + "Content-Length: 2\r\n\r\nok");
            idle.set(socket);
        })) {
            bench.container("raw", app.port());
            assertEquals("200 whole ok", asked(post("/x")));
            Await.until("it was served", () -> idle.get() != null);
            RawApp.say(idle.get(), "HTTP/1.1 408 ");
            settle();
            assertEquals("200 whole ok", asked(post("/x")));
            assertEquals(2, app.connections());
        } finally {
            bench.without("raw");
        }
    }

    /// Health is answered by the same event loop: when it is, what came before is read.
    private void settle() throws IOException {
        for (int i = 0; i < 2; i++) {
            assertEquals(200, bench.get("/.dhow/health").status());
        }
    }

    /// However an answer is cut into packets, its connection is good for at least that one.
    @Test
    void cutsOfAnAnswerDoNotMatter() throws Exception {
        String answer = OK + "X-A: b\r\n" + CHUNKED + "1\r\no\r\n1\r\nk\r\n0\r\nX-Sum: 7\r\n\r\n";
        Semaphore next = new Semaphore(0);
        try (RawApp app = new RawApp((head, socket) -> {
            int at = Integer.parseInt(head.split("[/ ]")[2]);
            socket.setTcpNoDelay(true);
            RawApp.say(socket, answer.substring(0, at));
            next.acquire();
            RawApp.say(socket, answer.substring(at));
        })) {
            bench.container("raw", app.port());
            for (int at = 1; at < answer.length(); at++) {
                try (Socket socket = bench.dial()) {
                    Bench.write(socket, post("/" + at));
                    Await.until("on its way", () -> app.heads.poll() != null);
                    settle();
                    next.release();
                    assertTrue(seen(socket.getInputStream()).startsWith("200 whole o"), "cut at " + at);
                }
            }
        } finally {
            bench.without("raw");
        }
    }

    /// Nothing of a request was sent: whatever it is, another container may have it.
    @Test
    void oneThatRefusesIsPassedOverOr502() throws Exception {
        bench.heard.clear();
        try (RawApp app = RawApp.saying(OK + "Content-Length: 2\r\n\r\nok")) {
            int nobody = FreePort.find();
            bench.container("gone", nobody);
            assertEquals("502", asked(post("/x")));
            assertTrue(bench.heard.contains("upstream connect"), bench.heard.toString());
            bench.container("raw", app.port());
            for (int i = 0; i < 4; i++) {
                assertEquals("200 whole ok", asked(post("/x")));
            }
        } finally {
            bench.without("gone").without("raw");
        }
    }

    /// What is said too late is nobody's answer.
    @Test
    void oneThatAnswersTooLateIs504AndItsConnectionIsNotUsedAgain() throws Exception {
        CountDownLatch late = new CountDownLatch(1);
        try (RawApp app = new RawApp((head, socket) -> {
            if (head.contains("/late")) {
                late.await(20, TimeUnit.SECONDS);
                RawApp.say(socket, OK + "Content-Length: 4\r\n\r\nlate");
            } else {
                RawApp.say(socket, OK + "Content-Length: 2\r\n\r\nok");
            }
        })) {
            bench.container("raw", app.port());
            assertEquals("200 whole ok", asked(post("/x")));
            try (Socket socket = bench.dial()) {
                Bench.write(socket, post("/late"));
                Await.until("it is asked", () -> app.heads.stream().anyMatch(head -> head.contains("/late")));
                ticker.advance(Duration.ofSeconds(31));
                assertEquals(504, Bench.read(socket).status());
                late.countDown();
                Bench.write(socket, post("/x"));
                assertEquals("200 whole ok", seen(socket.getInputStream()));
            }
            assertEquals("200 whole ok", asked(post("/x")));
            assertEquals(2, app.connections());
        } finally {
            bench.without("raw");
        }
    }

    /// HTTP/2 has a frame that says so: what is whole ends its stream, and nothing else does.
    @Test
    void partsAreResetInHttp2(@TempDir Path temp) throws Exception {
        List<Fault> all =
                Stream.of(noAnswers(), parts(), answers()).flatMap(List::stream).toList();
        AtomicReference<Fault> next = new AtomicReference<>();
        TlsSite site = new TlsSite(temp, ProxyListener.NONE);
        try (RawApp app = new RawApp((_, socket) -> next.get().say(socket))) {
            site.certificate("a", "a.example.com");
            site.serveAt(app.port());
            try (RawHttp2 http = new RawHttp2(TlsClient.anonymous().connect(site.tls, "a.example.com", "h2"))) {
                for (int i = 0; i < all.size(); i++) {
                    next.set(all.get(i));
                    int stream = 2 * i + 1;
                    http.head(
                            stream,
                            true,
                            ":method",
                            "POST",
                            ":scheme",
                            "https",
                            ":authority",
                            "a.example.com",
                            ":path",
                            "/");
                    assertEquals(
                            all.get(i).seen(), seen(http, stream), all.get(i).name());
                }
            }
        } finally {
            site.close();
        }
    }

    private static String seen(RawHttp2 http, int stream) throws IOException {
        String frame = http.await("headers " + stream);
        String status = frame.split(" ")[2];
        StringBuilder body = new StringBuilder();
        while (!frame.endsWith(" end") && !frame.startsWith("reset")) {
            frame = http.next();
            if (frame.startsWith("data " + stream + " ")) {
                body.append(frame.replaceFirst("^data \\d+ ", "").replaceFirst(" ?end$", ""));
            }
        }
        String trailers =
                http.fields().containsKey("x-sum") ? " x-sum: " + http.fields().get("x-sum") : "";
        return status.equals("502")
                ? "502"
                : status + (frame.endsWith(" end") ? " whole " : " broken ") + body + trailers;
    }

    private static String post(String path) {
        return "POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";
    }

    /// It answers all requests well but the second one.
    private static RawApp faulty(Fault fault) throws IOException {
        AtomicInteger count = new AtomicInteger();
        return new RawApp((head, socket) -> {
            if (count.incrementAndGet() != 2) {
                String path = head.split(" ")[1];
                RawApp.say(socket, OK + "Content-Length: " + path.length() + "\r\n\r\n" + path);
                return;
            }
            fault.say(socket);
        });
    }

    private String asked(String request) throws IOException {
        try (Socket socket = bench.dial()) {
            Bench.write(socket, request);
            return seen(socket.getInputStream());
        }
    }

    /// An answer, and whether all of it came.
    private static String seen(InputStream in) throws IOException {
        Bench.Reply head = new Bench.Reply(Bench.head(in), "");
        int status = head.status();
        if (status == 502) {
            return "502";
        }
        String length = head.field("content-length");
        if (status == 204 || status == 304) {
            assertTrue(status == 304 || length.isEmpty(), head.head());
            return status + " whole ";
        }
        if (!length.isEmpty()) {
            byte[] body = in.readNBytes(Integer.parseInt(length));
            boolean whole = body.length == Integer.parseInt(length);
            return status + (whole ? " whole " : " broken ") + new String(body, StandardCharsets.ISO_8859_1);
        }
        assertEquals("chunked", head.field("transfer-encoding"));
        String framed = RawApp.chunked(in);
        boolean whole = framed.endsWith("\r\n\r\n") && framed.contains("0\r\n");
        String shown = framed.replaceFirst("^[0-9a-f]+\r\n", "").replaceFirst("(?s)\r\n.*", "");
        String trailers = framed.replaceAll("(?s).*\r\n0\r\n", "").strip().toLowerCase();
        return status + (whole ? " whole " : " broken ") + shown + (whole && !trailers.isEmpty() ? " " + trailers : "");
    }
}
