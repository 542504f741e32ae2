package dev.dhow.agent.health;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.state.Ticker;
import dev.dhow.api.spec.HealthSpec.OnFailure;
import dev.dhow.api.status.CheckResult;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpProberTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration TIMEOUT = Duration.ofMillis(400);

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final HttpProber prober = new HttpProber(vertx, Ticker.system());

    @AfterEach
    void stop() throws Exception {
        prober.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    /// K22
    @Test
    void asksAsTheCheckSaysAndPassesA200() throws Exception {
        try (RawServer server = RawServer.says("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nup\n")) {
            CheckResult result = probe(check(server.port(), "/up?deep=1", Map.of("X-Forwarded-Proto", "https")));
            assertTrue(result.ok(), result::toString);
            assertEquals(200, result.status());
            assertEquals("up", result.body());
            assertEquals("http://127.0.0.1:%d/up?deep=1".formatted(server.port()), result.url());
            assertNull(result.hint());
            String request = server.requests.take();
            assertTrue(request.startsWith("GET /up?deep=1 HTTP/1.1\r\n"), request);
            String lower = request.toLowerCase(Locale.ROOT);
            assertTrue(lower.contains("\r\nhost: shop.example.com\r\n"), request);
            assertEquals(lower.indexOf("host: "), lower.lastIndexOf("\r\nhost: ") + 2, request);
            assertTrue(lower.contains("\r\nuser-agent: dhow-check\r\n"), request);
            assertTrue(lower.contains("\r\nx-forwarded-proto: https\r\n"), request);
            assertTrue(lower.contains("\r\nconnection: close\r\n"), request);
            assertEquals("at its end", server.hungUp.poll(20, TimeUnit.SECONDS));
        }
    }

    @Test
    void theFilesHeadersGoOverOurs() throws Exception {
        try (RawServer server = RawServer.says("HTTP/1.1 204 No Content\r\n\r\n")) {
            assertTrue(probe(check(server.port(), "/", Map.of("user-agent", "theirs")))
                    .ok());
            String request = server.requests.take();
            assertTrue(request.contains("theirs"), request);
            assertFalse(request.contains("dhow-check"), request);
        }
    }

    @Test
    void aRedirectIsShownAndNotFollowed() throws Exception {
        try (RawServer server = RawServer.says(
                "HTTP/1.1 301 Moved\r\nLocation: https://shop.example.com/up\r\nContent-Length: 0\r\n\r\n")) {
            CheckResult result = probe(check(server.port()));
            assertFalse(result.ok());
            assertEquals(301, result.status());
            assertEquals("https://shop.example.com/up", result.location());
            assertTrue(String.valueOf(result.hint()).contains("assume_https"));
            server.requests.take();
            assertNull(server.requests.poll());
        }
    }

    /// K25
    @Test
    void aStatusThatIsNotExpectedFailsWithItsBody() throws Exception {
        try (RawServer server =
                RawServer.says("HTTP/1.1 404 Not Found\r\nContent-Length: 12\r\n\r\n\u001b[31mno \nup!")) {
            CheckResult result = probe(check(server.port()));
            assertEquals(404, result.status());
            assertEquals("[31mno  up!", result.body());
            assertEquals("GET %s: 404".formatted(result.url()), Words.finding(result));
            assertTrue(String.valueOf(result.hint()).contains("healthcheck.http.path"));
        }
    }

    @Test
    void anEndlessBodyIsReadOnlyAsFarAsItIsShown() throws Exception {
        String piece = "x".repeat(65536);
        try (RawServer server = RawServer.endless("HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n", piece, 0)) {
            CheckResult result = probe(check(server.port()));
            assertTrue(result.ok(), result::toString);
            assertEquals("x".repeat(HttpProber.BODY_LIMIT), result.body());
            assertNotNull(server.hungUp.poll(20, TimeUnit.SECONDS));
        }
    }

    @Test
    void aBodyThatTricklesEndsByTheTimeout() throws Exception {
        try (RawServer server = RawServer.endless("HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n", "x", 20)) {
            Sample sample = sample(hasty(server.port()));
            assertEquals("timeout", sample.word());
            assertEquals(
                    "no whole answer in time: 400ms, after the head with status 200",
                    sample.result().error());
            assertNotNull(server.hungUp.poll(20, TimeUnit.SECONDS));
        }
    }

    @Test
    void aHeadThatTricklesEndsByTheTimeout() throws Exception {
        try (RawServer server = RawServer.endless("HTTP/1.1 200 OK\r\nX: ", "x", 20)) {
            Sample sample = sample(hasty(server.port()));
            assertEquals("timeout", sample.word());
            assertEquals("no whole answer in time: 400ms", sample.result().error());
            assertNotNull(server.hungUp.poll(20, TimeUnit.SECONDS));
        }
    }

    /// K24
    @Test
    void aServerThatNeverAnswersEndsByTheTimeout() throws Exception {
        try (RawServer server = RawServer.says("")) {
            assertEquals("timeout", sample(hasty(server.port())).word());
            assertNotNull(server.hungUp.poll(20, TimeUnit.SECONDS));
        }
    }

    @Test
    void aHeadWithoutEndFails() throws Exception {
        try (RawServer server = RawServer.endless("HTTP/1.1 200 OK\r\n", "X-Y: " + "z".repeat(4000) + "\r\n", 0)) {
            assertFalse(probe(check(server.port())).ok());
            assertNotNull(server.hungUp.poll(20, TimeUnit.SECONDS));
        }
    }

    @Test
    void aServerThatHangsUpFails() throws Exception {
        try (RawServer server = new RawServer((socket, _) -> socket.close())) {
            CheckResult result = probe(check(server.port()));
            assertEquals("connection closed without an answer", result.error());
            assertTrue(String.valueOf(result.hint()).contains("HTTPS"));
        }
    }

    @Test
    void aServerThatResetsFails() throws Exception {
        try (RawServer server = new RawServer((socket, _) -> {
            socket.setSoLinger(true, 0);
            socket.close();
        })) {
            assertEquals(
                    "connection closed without an answer",
                    probe(check(server.port())).error());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"SSH-2.0-OpenSSH_9.2\r\n\r\n", "\u0015\u0003\u0001\u0000\u0002\u0002P\r\n\r\n", "+PONG\r\n"})
    void whatIsNotHttpFails(String garbage) throws Exception {
        try (RawServer server = new RawServer((socket, out) -> {
            out.write(garbage.getBytes(ISO_8859_1));
            out.flush();
            socket.shutdownOutput();
        })) {
            CheckResult result = probe(check(server.port()));
            assertFalse(result.ok());
            assertNotNull(result.error());
            assertTrue(String.valueOf(result.hint()).contains("plain HTTP"), result::toString);
        }
    }

    @Test
    void aBodyThatBreaksOffFails() throws Exception {
        try (RawServer server = new RawServer((socket, out) -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf".getBytes(UTF_8));
            socket.close();
        })) {
            assertFalse(probe(check(server.port())).ok());
        }
    }

    @Test
    void aClosedPortIsRefused() throws Exception {
        int port;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = taken.getLocalPort();
        }
        Sample sample = sample(check(port));
        assertEquals("connection refused", sample.result().error());
        assertEquals("failure", sample.word());
        assertTrue(String.valueOf(sample.result().hint()).contains("app_port"));
    }

    @Test
    void aConnectionThatIsNotMadeEndsByItsOwnTimeout() throws Exception {
        // Not accepted and with the queue full, Linux lets further SYNs go unanswered.
        try (FullServer server = new FullServer()) {
            Sample sample = sample(check(server.port()), Duration.ofMillis(50));
            assertEquals("no connection in time: 50ms", sample.result().error());
            assertEquals("timeout", sample.word());
        }
    }

    @Test
    void aContainerWithoutAddressFailsAtOnce() throws Exception {
        Check.Http check = new Check.Http("", 80, "/up", "x", Map.of(), 200, 299, Pace.DEFAULT, OnFailure.NONE);
        assertEquals("the container has no address", probe(check).error());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a b", "/a\r\nX: y", "/\u0000", "/\u00e9", ""})
    void aPathThatCannotBeSentFailsAndInjectsNothing(String path) throws Exception {
        try (RawServer server = RawServer.says("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) {
            CheckResult result = probe(check(server.port(), path, Map.of()));
            assertTrue(String.valueOf(result.error()).startsWith("the request cannot be sent"), result::toString);
            assertTrue(server.requests.isEmpty());
            assertFalse(
                    probe(check(server.port(), "/", Map.of("A", "b\r\nX: y"))).ok());
        }
    }

    @Test
    void manyProbesAtOnceLoseNoAnswer() throws Exception {
        try (RawServer server = RawServer.says("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) {
            var all = IntStream.range(0, 300)
                    .mapToObj(_ -> start(check(server.port()), PATIENCE))
                    .toList();
            for (CompletableFuture<Sample> one : all) {
                Sample sample = one.get(30, TimeUnit.SECONDS);
                assertTrue(sample.result().ok(), sample::toString);
            }
        }
    }

    private static Check.Http check(int port) {
        return check(port, "/up", Map.of());
    }

    private static Check.Http check(int port, String path, Map<String, String> headers) {
        return check(port, path, headers, PATIENCE);
    }

    private static Check.Http hasty(int port) {
        return check(port, "/up", Map.of(), TIMEOUT);
    }

    private static Check.Http check(int port, String path, Map<String, String> headers, Duration timeout) {
        Pace pace = new Pace(Duration.ofSeconds(10), timeout, 3, Duration.ofSeconds(1));
        return new Check.Http("127.0.0.1", port, path, "shop.example.com", headers, 200, 299, pace, OnFailure.NONE);
    }

    private CheckResult probe(Check.Http check) throws Exception {
        return sample(check).result();
    }

    private Sample sample(Check.Http check) throws Exception {
        return sample(check, check.pace().timeout());
    }

    private Sample sample(Check.Http check, Duration connectTimeout)
            throws ExecutionException, InterruptedException, TimeoutException {
        return start(check, connectTimeout).get(20, TimeUnit.SECONDS);
    }

    private CompletableFuture<Sample> start(Check.Http check, Duration connectTimeout) {
        CompletableFuture<Sample> sample = new CompletableFuture<>();
        context.runOnContext(_ -> prober.probe(check, connectTimeout)
                .onSuccess(sample::complete)
                .onFailure(sample::completeExceptionally));
        return sample;
    }

    /// Listens, accepts nobody, and has its queue filled.
    static final class FullServer implements AutoCloseable {
        private final ServerSocket server;
        private final List<Socket> queued = new ArrayList<>();

        FullServer() throws IOException {
            server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
            for (int i = 0; i < 8; i++) {
                Socket socket = new Socket();
                queued.add(socket);
                try {
                    socket.connect(server.getLocalSocketAddress(), 100);
                } catch (SocketTimeoutException e) {
                    return;
                }
            }
        }

        int port() {
            return server.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            for (Socket socket : queued) {
                socket.close();
            }
            server.close();
        }
    }
}
