package dev.dhow.agent.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.ManualTicker;
import dev.dhow.agent.testing.RawHttp2;
import dev.dhow.agent.testing.TlsClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// HTTP/2 in front, HTTP/1.1 behind.
class Http2Test {
    private static final String A = "a.example.com";

    @TempDir
    Path temp;

    private final TlsClient tls = TlsClient.anonymous();
    private final Queue<String> rejected = new ConcurrentLinkedQueue<>();
    private final ManualTicker ticker = new ManualTicker();
    private TlsSite site;

    @BeforeEach
    void open() throws Exception {
        site = new TlsSite(
                temp,
                new ProxyListener() {
                    @Override
                    public void rejected(String reason) {
                        rejected.add(reason);
                    }
                },
                ticker);
        site.certificate("a", A, "localhost");
        site.serve("one", TlsSite.fitting(A, "localhost"));
    }

    @AfterEach
    void close() throws Exception {
        site.close();
    }

    private RawHttp2 raw() throws IOException {
        return new RawHttp2(tls.connect(site.tls, A, "h2", "http/1.1"));
    }

    private static String[] post(String path, String... more) {
        List<String> all =
                new ArrayList<>(List.of(":method", "POST", ":scheme", "https", ":authority", A, ":path", path));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    @Test
    void requestsAndBodiesPassBothWays() throws Exception {
        site.app.answers(exchange -> {
            exchange.getResponseHeaders().add("X-Own", "1");
            exchange.getResponseHeaders().add("Connection", "X-Hop");
            exchange.getResponseHeaders().add("X-Hop", "1");
            exchange.getResponseHeaders().add("Keep-Alive", "timeout=5");
            exchange.sendResponseHeaders(201, 0);
            exchange.getResponseBody().write("made".getBytes(StandardCharsets.US_ASCII));
            exchange.close();
        });
        String large = "0123456789abcdef".repeat(1 << 17);
        try (HttpClient client = HttpClient.newBuilder()
                .sslContext(tls.context())
                .version(HttpClient.Version.HTTP_2)
                .build()) {
            URI uri = URI.create("https://localhost:" + site.tls + "/a/b?c=d%20e");
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(uri)
                            .header("X-Forwarded-Proto", "http")
                            .POST(BodyPublishers.ofString(large))
                            .build(),
                    BodyHandlers.ofString());
            assertEquals(HttpClient.Version.HTTP_2, answer.version());
            assertEquals(201, answer.statusCode());
            assertEquals("made", answer.body());
            assertEquals("1", answer.headers().firstValue("X-Own").orElse(""));
            for (String gone : List.of("X-Hop", "Connection", "Keep-Alive", "Transfer-Encoding")) {
                assertTrue(answer.headers().firstValue(gone).isEmpty(), gone);
            }
        }
        Backends.Asked asked = site.app.asked().getFirst();
        assertEquals("POST /a/b?c=d%20e", asked.method() + " " + asked.uri());
        assertEquals(large, asked.body());
        assertEquals("https", asked.header("X-Forwarded-Proto"));
        assertEquals("localhost:" + site.tls, asked.header("Host"));
    }

    @Test
    void requestsOnOneConnectionRunAtOnce() throws Exception {
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        site.app.answers(exchange -> {
            if (exchange.getRequestURI().getPath().equals("/slow")) {
                goOn.join();
            }
            Backends.say(exchange, 200, exchange.getRequestURI().getPath());
        });
        try (RawHttp2 http = raw()) {
            http.get(1, A, "/slow").get(3, A, "/quick");
            assertEquals("headers 3 200", http.await("headers"));
            goOn.complete(null);
            assertEquals("headers 1 200", http.await("headers 1"));
        }
    }

    @Test
    void requestWithoutABodyHasNoneBehind() throws Exception {
        try (RawHttp2 http = raw()) {
            http.get(1, A, "/");
            assertEquals("headers 1 200", http.await("headers"));
            http.head(3, true, post("/none"));
            assertEquals("headers 3 200", http.await("headers"));
            http.head(5, false, post("/some")).data(5, true, "some");
            assertEquals("headers 5 200", http.await("headers"));
        }
        List<Backends.Asked> asked = site.app.asked();
        assertEquals("", asked.get(0).header("Transfer-Encoding") + asked.get(0).header("Content-Length"));
        assertEquals("0", asked.get(1).header("Content-Length"));
        assertEquals("chunked", asked.get(2).header("Transfer-Encoding"));
        assertEquals("some", asked.get(2).body());
    }

    @Test
    void crumbsOfACookieBecomeOne() throws Exception {
        try (RawHttp2 http = raw()) {
            http.get(1, A, "/", "cookie", "a=1", "te", "trailers", "cookie", "b=2");
            assertEquals("headers 1 200", http.await("headers"));
        }
        assertEquals("a=1; b=2", site.app.asked().getFirst().header("Cookie"));
        assertEquals("", site.app.asked().getFirst().header("TE"));
    }

    @Test
    void hostStandsInForTheAuthority() throws Exception {
        try (RawHttp2 http = raw()) {
            http.head(1, true, ":method", "GET", ":scheme", "https", ":path", "/1", "host", A + ":443");
            assertEquals("headers 1 200", http.await("headers"));
            http.get(3, A + ":443", "/2", "host", A + ":443");
            assertEquals("headers 3 200", http.await("headers"));
            http.head(5, true, ":method", "GET", ":scheme", "https", ":path", "/3");
            assertEquals("headers 5 404", http.await("headers"), "it names no host, and there is no default route");
        }
        assertEquals(A + ":443", site.app.asked().getFirst().header("Host"));
        assertEquals(2, site.app.asked().size());
    }

    /// Each beside a good request, which must not notice.
    @Test
    void malformedRequestsReachNobody() throws Exception {
        List<String[]> bad = List.of(
                new String[] {
                    ":method", "GET", ":scheme", "https", ":authority", A, ":path", "/", "host", "b.example.com"
                },
                new String[] {":method", "GET", ":scheme", "https", ":authority", "a/evil", ":path", "/", "host", A},
                new String[] {":method", "GET", ":scheme", "https", ":authority", "x@" + A, ":path", "/"},
                new String[] {":method", "GET", ":scheme", "https", ":authority", A, ":path", "/", "host", A, "host", A
                },
                new String[] {":method", "GET", ":scheme", "https", ":path", "/", "host", A, "host", "b"},
                new String[] {":method", "GET", ":scheme", "https", ":authority", A, ":path", "/", ":path", "/b"},
                new String[] {":method", "GET", ":scheme", "https", ":authority", A, ":authority", "b", ":path", "/"},
                new String[] {":method", "GET", ":scheme", "https", ":authority", A, ":path", "/ HTTP/1.1\r\nX: y"},
                new String[] {":method", "GET", ":scheme", "https", ":authority", A, ":path", "/#x"},
                new String[] {":method", "GET", ":scheme", "https", ":authority", A, ":path", "x"},
                new String[] {":method", "GET", ":scheme", "https", ":authority", A, ":path", "http://b/"},
                new String[] {":method", "GET / HTTP/1.1", ":scheme", "https", ":authority", A, ":path", "/"},
                new String[] {":method", "GET", ":scheme", "ftp", ":authority", A, ":path", "/"},
                new String[] {":method", "GET", ":authority", A, ":path", "/"},
                new String[] {":method", "GET", ":scheme", "https", ":authority", A},
                post("/", "x", "a\r\nb: c"),
                post("/", "x", "a\0b"),
                post("/", "x y", "a"),
                post("/", "x:", "a"),
                post("/", "", "a"),
                post("/", "X-Upper", "a"),
                post("/", "connection", "x"),
                post("/", "keep-alive", "x"),
                post("/", "proxy-connection", "x"),
                post("/", "transfer-encoding", "chunked"),
                post("/", "upgrade", "websocket"),
                post("/", "te", "gzip"),
                post("/", "content-length", "4", "content-length", "5"),
                post("/", "content-length", "+4"),
                post("/", "content-length", "4, 4"),
                post("/", "x", "1", ":path", "/second"),
                post("/", ":protocol", "websocket"),
                post("/", ":unknown", "x"),
                post("/", ":status", "200"));
        for (String[] head : bad) {
            try (RawHttp2 http = raw()) {
                http.head(1, true, head);
                String answer = http.next();
                assertTrue(
                        answer.equals("reset 1 PROTOCOL_ERROR") || answer.equals("goaway PROTOCOL_ERROR"),
                        String.join(" ", head) + " -> " + answer);
                if (answer.startsWith("reset")) {
                    http.get(3, A, "/.dhow/health");
                    assertEquals("headers 3 200", http.await("headers"));
                }
            }
        }
        assertEquals(List.of(), site.app.asked());
        assertTrue(rejected.contains("malformed"), rejected.toString());
    }

    @Test
    void bodyThatIsNotAsLongAsItSaysIsRefused() throws Exception {
        try (RawHttp2 http = raw()) {
            http.head(1, false, post("/", "content-length", "4")).data(1, true, "too long");
            assertEquals("reset 1 PROTOCOL_ERROR", http.await("reset"));
            // Its container takes the body by then.
            http.head(3, false, post("/", "content-length", "4")).data(3, false, "to");
            Await.until("passed on", () -> site.proxy.inFlight() == 1);
            http.settle().data(3, true, "o long");
            assertEquals("reset 3 PROTOCOL_ERROR", http.await("reset"));
        }
        Await.until(
                "seen",
                () -> site.app.asked().stream().noneMatch(asked -> asked.body().equals("too long")));
    }

    @Test
    void connectAndTraceAreNotForUs() throws Exception {
        try (RawHttp2 http = raw()) {
            http.head(1, true, ":method", "CONNECT", ":authority", "b.example.com:443");
            assertEquals("headers 1 405", http.await("headers"));
            http.head(3, true, ":method", "TRACE", ":scheme", "https", ":authority", A, ":path", "/");
            assertEquals("headers 3 405", http.await("headers"));
        }
        assertEquals(List.of(), site.app.asked());
    }

    @Test
    void clientThatTakesRequestsBackWithoutEndIsSentAway() throws Exception {
        try (RawHttp2 http = raw()) {
            CompletableFuture<Void> goOn = new CompletableFuture<>();
            site.app.answers(_ -> goOn.join());
            try {
                for (int i = 0; i < 400; i++) {
                    http.get(1 + 2 * i, A, "/").cancel(1 + 2 * i);
                }
            } catch (IOException _) {
                // The connection is gone, which is right as well.
            }
            goOn.complete(null);
            assertEquals("goaway ENHANCE_YOUR_CALM", http.await("goaway"));
        }
        try (RawHttp2 http = raw()) {
            http.get(1, A, "/.dhow/health");
            assertEquals("headers 1 200", http.await("headers"));
        }
    }

    @Test
    void idleConnectionIsClosedAlsoAfterRequestsThatWereTakenBack() throws Exception {
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        CompletableFuture<Void> inside = new CompletableFuture<>();
        site.app.answers(exchange -> {
            inside.complete(null);
            goOn.join();
            exchange.close();
        });
        try (RawHttp2 http = raw()) {
            http.get(1, A, "/");
            inside.get();
            http.cancel(1).get(3, A, "/.dhow/health");
            assertEquals("headers 3 200", http.await("headers"));
            ticker.advance(Duration.ofSeconds(76));
            assertEquals("goaway NO_ERROR", http.await("goaway"));
        }
        goOn.complete(null);
    }

    @Test
    void headsThatAreTooLargeAreRefused() throws Exception {
        try (RawHttp2 http = raw()) {
            List<String> many = new ArrayList<>();
            for (int i = 0; i < 120; i++) {
                many.addAll(List.of("x-" + i, "1"));
            }
            http.head(1, true, post("/", many.toArray(String[]::new)));
            assertEquals("reset 1 ENHANCE_YOUR_CALM", http.next());
            http.get(3, A, "/" + "x".repeat(9000));
            assertEquals("reset 3 ENHANCE_YOUR_CALM", http.next());
        }
        assertEquals(List.of(), site.app.asked());
    }

    @Test
    void moreStreamsAtOnceThanAllowedAreRefused() throws Exception {
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        site.app.answers(exchange -> {
            goOn.join();
            Backends.say(exchange, 200, "late");
        });
        try (RawHttp2 http = raw()) {
            for (int i = 0; i < 101; i++) {
                http.get(1 + 2 * i, A, "/");
            }
            assertEquals("reset 201 REFUSED_STREAM", http.next());
            goOn.complete(null);
            http.await("headers 199 200");
        }
    }

    @Test
    void uploadThatIsAnsweredEarlyEndsThere() throws Exception {
        try (RawHttp2 http = raw()) {
            http.post(1, "none.org", "/");
            assertEquals("headers 1 404", http.await("headers"));
            assertEquals("reset 1 NO_ERROR", http.await("reset"));
        }
        assertNull(site.app.asked().stream().findFirst().orElse(null));
    }

    /// For their client they are over with their answer, and others take their place; what it has sent by then comes
    /// late.
    @Test
    void requestsThatWereAnsweredEarlyTakeNobodysPlace() throws Exception {
        try (RawHttp2 http = raw()) {
            for (int i = 0; i < 300; i += 100) {
                for (int stream = 1 + 2 * i; stream < 200 + 2 * i; stream += 2) {
                    http.post(stream, "none.org", "/");
                }
                for (int stream = 1 + 2 * i; stream < 200 + 2 * i; stream += 2) {
                    assertEquals("reset %d NO_ERROR".formatted(stream), http.await("reset"));
                    for (int frame = 0; frame < 4; frame++) {
                        http.data(stream, frame == 3 && stream % 4 == 1, "late");
                    }
                }
            }
            http.get(601, A, "/");
            assertEquals("headers 601 200", http.await(""));
        }
    }

    @Test
    void trailersOfAnswersPass() throws Exception {
        try (RawApp backend = RawApp.closing("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
                + "4\r\nbody\r\n0\r\nX-Sum: 7\r\nContent-Length: 9\r\n\r\n")) {
            site.serveAt(backend.port());
            try (RawHttp2 http = raw()) {
                http.get(1, A, "/");
                assertEquals("headers 1 200", http.await("headers"));
                assertEquals("data 1 body", http.await("data"));
                assertEquals("headers 1 null end", http.await("headers"));
                assertEquals("{x-sum=7}", http.fields().toString());
            }
        }
    }
}
