package dev.dhow.agent.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.config.AgentConfig;
import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.RawHttp;
import dev.dhow.agent.testing.RawHttp.Reply;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiServerTest {
    private static Vertx vertx;

    @TempDir
    Path dir;

    private final FakeView view = new FakeView();
    private ApiServer server;
    private RawHttp socket;
    private RawHttp tcp;

    @BeforeAll
    static void open() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void shut() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @BeforeEach
    void start() throws Exception {
        Path path = dir.resolve("run/dhow.sock");
        server = new ApiServer(
                vertx,
                new AgentConfig.Api(path, new InetSocketAddress("127.0.0.1", 0), List.of("dhow.example.com")),
                "web-1",
                new FakeControl().parts(view, dir));
        server.start();
        socket = RawHttp.socket(path);
        tcp = RawHttp.tcp(server.tcpPort());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void healthSaysWhetherTheLoopMoves() throws IOException {
        assertEquals(200, tcp.get("/healthz").status());
        view.alive = false;
        assertEquals(503, tcp.get("/healthz").status());
        assertEquals(503, socket.get("/healthz").status());
    }

    @Test
    void readinessGivesItsReason() throws IOException {
        view.notReady = "Docker's list was not read yet";
        Reply reply = tcp.get("/readyz");
        assertEquals(503, reply.status());
        assertEquals("{\"error\":\"Docker's list was not read yet\"}\n", reply.body());
        view.notReady = null;
        assertEquals(200, tcp.get("/readyz").status());
    }

    @Test
    void metricsAreInPrometheusText() throws IOException {
        Reply reply = tcp.get("/metrics");
        assertEquals("# HELP a b\n", reply.body());
        assertTrue(reply.has("content-type: text/plain; version=0.0.4; charset=utf-8"), reply.head());
    }

    @Test
    void servicesAreListedAndShownAlone() throws IOException {
        String shop =
                "{\"service\":\"shop\",\"revision\":\"3f2a9c10\",\"observed_revision\":\"3f2a9c10\",\"content\":null,"
                        + "\"phase\":\"Running\",\"conditions\":[],\"roles\":[],\"rollout\":null,\"warnings\":[],"
                        + "\"traffic\":null}";
        assertEquals(
                "{\"services\":[" + shop + "]}\n", socket.get("/v1/services").body());
        Reply alone = socket.get("/v1/services/shop");
        assertEquals(shop + "\n", alone.body());
        assertTrue(alone.has("content-type: application/json"), alone.head());
    }

    @Test
    void anUnknownServiceIs404() throws IOException {
        Reply reply = socket.get("/v1/services/%22blog");
        assertEquals(404, reply.status());
        assertEquals("{\"error\":\"unknown service \\\"\\\"blog\\\"; \\\"dhow status\\\" lists all\"}\n", reply.body());
        assertEquals(404, socket.get("/v1/plan?service=blog").status());
    }

    @Test
    void aPlanIsOfOneServiceOrOfAll() throws IOException {
        String plan = "{\"steps\":[{\"subject\":\"shop/web/1\",\"verb\":\"create\","
                + "\"object\":\"shop-web-3f2a9c10-1\",\"cause\":\"no container\"}],\"changes\":1,\"waits\":[]}\n";
        assertEquals(plan, socket.get("/v1/plan").body());
        assertNull(view.plannedFor);
        assertEquals(plan, tcp.get("/v1/plan?service=shop").body());
        assertEquals("shop", view.plannedFor);
        assertEquals(400, socket.get("/v1/plan?service=shop&service=blog").status());
    }

    @Test
    void aPlanWithoutDockerIs503WithTheReason() throws IOException {
        view.unavailable = "Docker does not answer";
        Reply reply = socket.get("/v1/plan");
        assertEquals(503, reply.status());
        assertEquals("{\"error\":\"Docker does not answer\"}\n", reply.body());
    }

    @Test
    void aPlanThatHangsHoldsNothingElseUpAndEndsWithItsClient() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        view.blocked = interrupted;
        try (SocketChannel client = SocketChannel.open(new InetSocketAddress("127.0.0.1", server.tcpPort()))) {
            client.write(ByteBuffer.wrap(
                    "GET /v1/plan HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.UTF_8)));
            assertTrue(view.planning.await(10, TimeUnit.SECONDS), "the plan began");
            assertEquals(200, tcp.get("/healthz").status());
        }
        assertTrue(interrupted.await(10, TimeUnit.SECONDS), "the plan was given up");
    }

    @Test
    void plansThatHangLeaveRoomForMetrics() throws Exception {
        view.blocked = new CountDownLatch(1);
        List<SocketChannel> clients = new ArrayList<>();
        try {
            for (int i = 1; i <= 8; i++) {
                SocketChannel client = SocketChannel.open(new InetSocketAddress("127.0.0.1", server.tcpPort()));
                clients.add(client);
                client.write(ByteBuffer.wrap(
                        "GET /v1/plan HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.UTF_8)));
            }
            Await.until("eight plans", () -> view.plans.get() == 8);
            assertEquals(503, tcp.get("/v1/plan").status(), "one more");
            assertEquals(200, tcp.get("/metrics").status());
        } finally {
            for (SocketChannel client : clients) {
                client.close();
            }
        }
    }

    @Test
    void aBugIsToldWithoutItsInsides() throws IOException {
        view.bug = new IllegalStateException("secret inside");
        Reply reply = socket.get("/v1/services");
        assertEquals(500, reply.status());
        assertEquals("{\"error\":\"an error inside the agent; its log tells more\"}\n", reply.body());
        assertEquals(200, socket.get("/healthz").status());
    }

    @Test
    void unknownPathsAre404InJson() throws IOException {
        for (String path : List.of("/", "/v1", "/v1/services/shop/nope", "/../etc/passwd")) {
            Reply reply = socket.get(path);
            assertEquals(404, reply.status(), path);
            assertTrue(reply.body().startsWith("{\"error\":"), reply.body());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"})
    void otherMethodsAre405(String method) throws IOException {
        Reply reply = socket.send(method, "/v1/services", "Host: localhost");
        assertEquals(405, reply.status());
        assertTrue(reply.has("allow: get, head"), reply.head());
    }

    @Test
    void headHasTheHeadersOfGetAndNoBody() throws Exception {
        HttpResponse<String> get = ask("GET");
        HttpResponse<String> head = ask("HEAD");
        assertEquals(200, head.statusCode());
        assertEquals("", head.body());
        assertEquals(get.headers().firstValue("content-length"), head.headers().firstValue("content-length"));
        assertEquals("", socket.send("HEAD", "/v1/plan", "Host: localhost").body());
    }

    private HttpResponse<String> ask(String method) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + server.tcpPort() + "/v1/services");
            return client.send(
                    HttpRequest.newBuilder(uri)
                            .method(method, HttpRequest.BodyPublishers.noBody())
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 200",
        "10.1.2.3:7460, 200",
        "[::1], 200",
        "[::1]:7460, 200",
        "localhost, 200",
        "LOCALHOST:99, 200",
        "web-1, 200",
        "Web-1.:7460, 200",
        "dhow.example.com, 200",
        "evil.example.com, 421",
        "localhost.evil.com, 421",
        "127.0.0.1.evil.com, 421",
        "1.2.3, 421",
        "'', 421",
    })
    void aHostHeaderMustNameThisAgent(String host, int status) throws IOException {
        assertEquals(status, tcp.send("GET", "/healthz", "Host: " + host).status(), host);
        assertEquals(200, socket.send("GET", "/healthz", "Host: " + host).status(), "the socket asks no name");
    }

    @Test
    void oneHostHeaderIsNeededSaveInHttp10() throws IOException {
        assertEquals(400, tcp.send("GET", "/healthz", "Accept: */*").status());
        assertEquals(
                400,
                tcp.send("GET", "/healthz", "Host: localhost", "Host: localhost")
                        .status());
        assertEquals(200, tcp.raw("GET /healthz HTTP/1.0\r\n\r\n").status());
        assertEquals(400, tcp.send("GET", "/healthz", "Host: web-1@evil.com").status());
        assertEquals(400, tcp.send("GET", "/healthz", "Host: [evil.com]").status());
        assertEquals(
                400,
                tcp.send("GET", "http://evil.com/healthz", "Host: localhost").status());
    }

    @ParameterizedTest
    @CsvSource({
        "POST, http://evil.com, 403",
        "DELETE, null, 403",
        "POST, http://localhost, 405",
        "GET, http://evil.com, 200",
    })
    void aForeignPageMayNotWrite(String method, String origin, int status) throws IOException {
        assertEquals(
                status,
                tcp.send(method, "/v1/services", "Host: localhost", "Origin: " + origin)
                        .status());
    }

    @Test
    void whatIsTooLargeIsRefused() throws IOException {
        Reply tooLarge = tcp.send("POST", "/v1/plan", "Host: localhost", "Content-Length: 70000");
        assertEquals(413, tooLarge.status());
        assertEquals("{\"error\":\"the body is larger than 65536 bytes\"}\n", tooLarge.body());
        assertEquals(
                431,
                tcp.send("GET", "/healthz", "Host: localhost", "X: " + "a".repeat(20_000))
                        .status());
        assertEquals(
                414, tcp.send("GET", "/" + "a".repeat(5_000), "Host: localhost").status());
    }

    @Test
    void aListenerThatCannotBindIsAnErrorThatNamesItsKey() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            InetSocketAddress address = new InetSocketAddress("127.0.0.1", taken.getLocalPort());
            Path path = dir.resolve("other.sock");
            ApiServer second = new ApiServer(
                    vertx, new AgentConfig.Api(path, address, List.of()), "web-1", new FakeControl().parts(view, dir));
            IOException e = assertThrows(IOException.class, second::start);
            assertTrue(e.toString().contains(": api.listen 127.0.0.1:" + taken.getLocalPort()), e.toString());
            assertFalse(Files.exists(path), "nothing stays open");
        }
    }
}
