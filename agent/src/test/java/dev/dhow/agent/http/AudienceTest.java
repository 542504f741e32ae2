package dev.dhow.agent.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.config.AgentConfig;
import dev.dhow.agent.testing.RawHttp;
import dev.dhow.agent.testing.RawHttp.Reply;
import dev.dhow.api.status.CheckResult;
import dev.dhow.api.status.ReplicaStatus;
import dev.dhow.api.status.RoleStatus;
import io.vertx.core.Vertx;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Who may ask what, for every route by every door. A new route without a line here fails.
class AudienceTest {
    private record Expected(int socket, int loopback, int network) {}

    private static final Map<Route, Expected> MATRIX = Map.of(
            Route.HEALTHZ, new Expected(200, 200, 200),
            Route.READYZ, new Expected(200, 200, 200),
            Route.METRICS, new Expected(200, 200, 200),
            Route.SERVICES, new Expected(200, 200, 403),
            Route.SERVICE, new Expected(200, 200, 403),
            Route.PLAN, new Expected(200, 200, 403));

    private static final Instant AT = Instant.parse("2026-11-20T10:00:00Z");
    private static final FakeView VIEW = new FakeView();

    @TempDir
    static Path dir;

    private static Vertx vertx;
    private static ApiServer local;
    private static ApiServer open;

    @BeforeAll
    static void start() throws Exception {
        vertx = Vertx.vertx();
        local = server("local.sock", "127.0.0.1");
        open = server("open.sock", "0.0.0.0");
    }

    private static ApiServer server(String socket, String address) throws Exception {
        ApiServer server = new ApiServer(
                vertx,
                new AgentConfig.Api(dir.resolve(socket), new InetSocketAddress(address, 0), List.of()),
                "web-1",
                VIEW,
                () -> "");
        server.start();
        return server;
    }

    @AfterAll
    static void stop() throws Exception {
        local.close();
        open.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @EnumSource(Route.class)
    void everyRouteAnswersThoseWhoMay(Route route) throws Exception {
        Expected expected = MATRIX.get(route);
        assertNotNull(expected, "say here who may ask " + route.pattern());
        String path = route.pattern().replace(":service", "shop");
        assertEquals(
                expected.socket,
                RawHttp.socket(dir.resolve("local.sock")).get(path).status(),
                "socket");
        assertEquals(
                expected.socket,
                RawHttp.socket(dir.resolve("open.sock")).get(path).status(),
                "socket");
        assertEquals(expected.loopback, RawHttp.tcp(local.tcpPort()).get(path).status(), "loopback");
        Reply network = RawHttp.tcp(open.tcpPort()).get(path);
        assertEquals(expected.network, network.status(), "network");
        if (expected.network == 403) {
            assertTrue(network.body().contains("ask on the socket " + dir.resolve("open.sock")), network.body());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/services", "/v1/services/shop"})
    void whatProgramsWroteIsToldOnTheSocketOnly(String path) throws Exception {
        VIEW.roles = List.of(new RoleStatus(
                "web",
                "shop:1",
                2,
                1,
                1,
                List.of(
                        replica(1, check(CheckResult.Kind.DOCKER, "written by a command")),
                        replica(2, check(CheckResult.Kind.HTTP, "answered over HTTP")))));
        String socket = RawHttp.socket(dir.resolve("local.sock")).get(path).body();
        assertTrue(socket.contains("\"log\":[\"written by a process\"]"), socket);
        assertTrue(socket.contains("\"body\":\"written by a command\""), socket);

        String loopback = RawHttp.tcp(local.tcpPort()).get(path).body();
        assertEquals(
                socket.replace("[\"written by a process\"]", "[]").replace("\"written by a command\"", "null"),
                loopback,
                "all else is the same");
        assertTrue(loopback.contains("\"body\":\"answered over HTTP\""), loopback);
    }

    private static ReplicaStatus replica(int number, CheckResult check) {
        return new ReplicaStatus(
                number,
                "shop-web-3f2a9c10-" + number,
                "0a1b",
                "3f2a9c10",
                "running",
                ReplicaStatus.Health.READY,
                AT,
                1,
                check,
                new ReplicaStatus.LastExit(3, false, AT, List.of("written by a process")));
    }

    private static CheckResult check(CheckResult.Kind kind, String body) {
        return new CheckResult(kind, false, AT, "http://10.0.0.2/up", 503, "/login", body, "exit code 1", "a hint");
    }
}
