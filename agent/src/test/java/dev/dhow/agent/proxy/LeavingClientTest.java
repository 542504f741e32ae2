package dev.dhow.agent.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.ManualTicker;
import dev.dhow.agent.testing.RawHttp2;
import dev.dhow.agent.testing.TlsClient;
import dev.dhow.api.spec.ProxySpec.Serving;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Clients that leave in the middle, and those that want less than the whole.
class LeavingClientTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String CHUNK = "10000\r\n" + "x".repeat(1 << 16) + "\r\n";

    private final ManualTicker ticker = new ManualTicker();
    /// What the application saw at the end of each connection: all octets of a body, or that its answer broke.
    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

    private Bench bench;
    private RawApp app;

    /// How a client leaves.
    enum Way {
        CLOSE,
        RESET,
        /// It says that it sends no more, and reads on: nobody can tell it from one that has left.
        HALF;

        void leave(Socket socket) throws IOException {
            switch (this) {
                case CLOSE -> socket.close();
                case RESET -> {
                    socket.setSoLinger(true, 0);
                    socket.close();
                }
                case HALF -> socket.shutdownOutput();
            }
        }
    }

    @BeforeEach
    void open() throws Exception {
        app = new RawApp(this::serve);
        bench = new Bench(ticker, 1);
        bench.by(Bench.spec(Serving.DEFAULT)).container("raw", app.port());
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
        app.close();
    }

    private void serve(String head, Socket socket) throws IOException {
        if (head.contains("/up")) {
            seen.add("begins");
            seen.add(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1));
        } else if (head.contains("/down")) {
            RawApp.say(socket, CHUNKED);
            try {
                while (true) {
                    RawApp.say(socket, CHUNK);
                }
            } catch (IOException e) {
                seen.add("broken");
            }
        } else if (head.contains("/wait")) {
            seen.add("waits");
            seen.add("ended " + socket.getInputStream().read());
        } else {
            RawApp.say(socket, OK);
        }
    }

    private String saw() throws InterruptedException {
        return String.valueOf(seen.poll(20, TimeUnit.SECONDS));
    }

    /// It is over, nobody is blamed, and others are served.
    private void left(int requests) throws Exception {
        Await.until("ended", () -> bench.heard.size() >= requests);
        assertEquals("ended 499", String.join(" ", bench.heard));
        assertEquals("ok", bench.get("/").body());
    }

    /// An application must not take a part for the whole.
    /// K35
    @ParameterizedTest
    @CsvSource({"CLOSE,false", "CLOSE,true", "RESET,false", "RESET,true", "HALF,false", "HALF,true"})
    void anUploadThatBreaksOffIsBrokenBehind(Way way, boolean chunked) throws Exception {
        try (Socket socket = bench.dial()) {
            String framing = chunked ? "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n" : "Content-Length: 9\r\n\r\nhi";
            Bench.write(socket, "POST /up HTTP/1.1\r\nHost: a\r\n" + framing);
            assertEquals("begins", saw());
            way.leave(socket);
            String body = saw();
            assertFalse(body.contains("0\r\n"), body);
            assertTrue(List.of("", "hi", "2\r\nhi\r\n").contains(body), body);
            left(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDownloadThatNobodyReadsIsBrokenOff(Way way) throws Exception {
        try (Socket socket = bench.dial()) {
            Bench.write(socket, "GET /down HTTP/1.1\r\nHost: a\r\n\r\n");
            Bench.head(socket.getInputStream());
            socket.getInputStream().readNBytes(1 << 18);
            way.leave(socket);
            assertEquals("broken", saw());
            left(1);
        }
    }

    /// K35
    @ParameterizedTest
    @EnumSource
    void anAnswerThatNobodyWaitsForIsNotWaitedFor(Way way) throws Exception {
        try (Socket socket = bench.dial()) {
            Bench.write(socket, "GET /wait HTTP/1.1\r\nHost: a\r\n\r\nGET /wait-too HTTP/1.1\r\nHost: a\r\n\r\n");
            assertEquals("waits", saw());
            way.leave(socket);
            assertEquals("ended -1", saw());
            left(1);
            assertEquals(2, app.heads.size(), "what stood behind it goes nowhere");
        }
    }

    /// What is answered at once is answered before the end is seen.
    @Test
    void aProbeThatSaysThatItSendsNoMoreIsAnswered() throws Exception {
        for (int i = 0; i < 20; i++) {
            try (Socket socket = bench.dial()) {
                Bench.write(socket, "GET /.dhow/health HTTP/1.0\r\n\r\n");
                socket.shutdownOutput();
                String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
                assertTrue(all.startsWith("HTTP/1.0 200 ") || all.startsWith("HTTP/1.1 200 "), all);
            }
        }
    }

    /// A stream that is taken back leaves its connection to the others.
    @Test
    void streamsThatAreTakenBackEndBehind(@TempDir Path temp) throws Exception {
        String host = "a.example.com";
        TlsSite site = new TlsSite(temp, ProxyListener.NONE, ticker);
        try {
            site.certificate("a", host);
            site.serveAt(app.port());
            RawHttp2 http = new RawHttp2(TlsClient.anonymous().connect(site.tls, host, "h2"));
            try (http) {
                http.post(1, host, "/up");
                http.data(1, false, "hi");
                assertEquals("begins", saw());
                http.cancel(1);
                String body = saw();
                assertTrue(List.of("", "2\r\nhi\r\n").contains(body), body);

                http.get(3, host, "/down");
                assertEquals("headers 3 200", http.await("headers"));
                http.cancel(3).grant(1 << 24);
                assertEquals("broken", saw());

                http.get(5, host, "/wait");
                assertEquals("waits", saw());
                http.cancel(5);
                assertEquals("ended -1", saw());

                http.get(7, host, "/");
                assertEquals("headers 7 200", http.await("headers 7"));
                http.head(9, true, ":method", "HEAD", ":scheme", "https", ":authority", host, ":path", "/");
                assertEquals("headers 9 200 end", http.await("headers 9"));
                assertEquals("2", http.fields().get("content-length"));

                http.get(11, host, "/wait");
                http.get(13, host, "/wait");
                assertEquals("waits waits", saw() + " " + saw());
            }
            assertEquals("ended -1 ended -1", saw() + " " + saw());
        } finally {
            site.close();
        }
    }

    /// Ranges are between the client and the application.
    @Test
    void partsThatAreAskedForComeAsTheyAre() throws Exception {
        try (RawApp files = RawApp.saying("HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 2-4/9\r\n"
                + "Content-Length: 3\r\nAccept-Ranges: bytes\r\nETag: \"1\"\r\n\r\n345")) {
            bench.container("files", files.port()).without("raw");
            Bench.Reply reply = bench.get("/", "Range: bytes=2-4, 7-", "If-Range: \"1\"");
            assertEquals("206 345", reply.status() + " " + reply.body());
            assertEquals("bytes 2-4/9 bytes", reply.field("content-range") + " " + reply.field("accept-ranges"));
            String asked = files.heads.remove();
            assertTrue(
                    asked.contains("\r\nRange: bytes=2-4, 7-\r\n") && asked.contains("\r\nIf-Range: \"1\"\r\n"), asked);
        }
        try (RawApp files = RawApp.saying("HTTP/1.1 416 X\r\nContent-Range: bytes */9\r\nContent-Length: 0\r\n\r\n")) {
            bench.container("none", files.port()).without("files");
            assertEquals("bytes */9", bench.get("/", "Range: bytes=20-").field("content-range"));
        }
    }

    /// However an application answers, there is no body, and the connection is good for the next request.
    @ParameterizedTest
    @CsvSource({"Content-Length: 1234,", "Transfer-Encoding: chunked,", "X-A: b,", "Content-Length: 4,body"})
    void whoAsksForTheHeadGetsNoBody(String field, String more) throws Exception {
        String body = more == null ? "" : more;
        try (RawApp files = RawApp.saying("HTTP/1.1 200 OK\r\n" + field + "\r\n\r\n" + body)) {
            bench.container("files", files.port()).without("raw");
            try (Socket socket = bench.dial()) {
                Bench.write(socket, "HEAD /1 HTTP/1.1\r\nHost: a\r\n\r\nHEAD /2 HTTP/1.1\r\nHost: a\r\n\r\n");
                for (int i = 0; i < 2; i++) {
                    String head = Bench.head(socket.getInputStream());
                    assertTrue(head.startsWith("HTTP/1.1 200 "), head);
                    assertEquals(field.startsWith("Content"), head.toLowerCase().contains("content-length: "), head);
                }
                Bench.write(socket, "GET /.dhow/health HTTP/1.1\r\nHost: a\r\n\r\n");
                assertEquals("ok\n", Bench.read(socket).body());
            }
        }
    }
}
