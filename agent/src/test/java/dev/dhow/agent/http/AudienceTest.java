package dev.dhow.agent.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.config.AgentConfig;
import dev.dhow.agent.testing.RawHttp;
import dev.dhow.agent.testing.RawHttp.Reply;
import dev.dhow.api.status.CheckResult;
import dev.dhow.api.status.KeptStatus;
import dev.dhow.api.status.ReplicaStatus;
import dev.dhow.api.status.RoleStatus;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Who may ask what, for every route by every door. A new route without a line here fails.
class AudienceTest {
    private record Expected(int socket, int loopback, int network) {}

    private static final Map<Route, Expected> MATRIX = new EnumMap<>(Map.ofEntries(
            Map.entry(Route.HEALTHZ, new Expected(200, 200, 200)),
            Map.entry(Route.READYZ, new Expected(200, 200, 200)),
            Map.entry(Route.METRICS, new Expected(200, 200, 200)),
            Map.entry(Route.SERVICES, new Expected(200, 200, 403)),
            Map.entry(Route.SERVICE, new Expected(200, 200, 403)),
            Map.entry(Route.HISTORY, new Expected(200, 200, 403)),
            Map.entry(Route.PLAN, new Expected(200, 200, 403)),
            Map.entry(Route.HOST, new Expected(200, 200, 403)),
            Map.entry(Route.PROBES, new Expected(200, 200, 403)),
            Map.entry(Route.DRAIN, new Expected(202, 403, 403)),
            Map.entry(Route.UNDRAIN, new Expected(202, 403, 403)),
            Map.entry(Route.CERTIFICATES, new Expected(200, 200, 403)),
            Map.entry(Route.APPLY, new Expected(422, 403, 403)),
            Map.entry(Route.REMOVE, new Expected(200, 403, 403)),
            Map.entry(Route.ROLLBACK, new Expected(202, 403, 403)),
            Map.entry(Route.RETRY, new Expected(202, 403, 403)),
            Map.entry(Route.UPDATE, new Expected(202, 403, 403)),
            Map.entry(Route.RESTART, new Expected(202, 403, 403)),
            Map.entry(Route.HOLD, new Expected(202, 403, 403)),
            Map.entry(Route.UNHOLD, new Expected(202, 403, 403)),
            Map.entry(Route.PAUSE, new Expected(202, 403, 403)),
            Map.entry(Route.RESUME, new Expected(202, 403, 403)),
            Map.entry(Route.MAINTENANCE, new Expected(400, 403, 403)),
            Map.entry(Route.VALIDATE, new Expected(200, 403, 403)),
            Map.entry(Route.PLAN_TEXT, new Expected(422, 403, 403)),
            Map.entry(Route.CONFIRM_REMOVAL, new Expected(409, 403, 403))));

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
                new FakeControl().parts(VIEW, dir));
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
        assertEquals(
                expected.socket,
                ask(RawHttp.socket(dir.resolve("local.sock")), route).status(),
                "socket");
        assertEquals(
                expected.socket,
                ask(RawHttp.socket(dir.resolve("open.sock")), route).status(),
                "socket");
        Reply loopback = ask(RawHttp.tcp(local.tcpPort()), route);
        assertEquals(expected.loopback, loopback.status(), "loopback");
        if (expected.loopback == 403) {
            assertTrue(
                    loopback.body()
                            .contains("changes are taken on the socket %s of the host only"
                                    .formatted(dir.resolve("local.sock"))),
                    loopback.body());
        }
        Reply network = ask(RawHttp.tcp(open.tcpPort()), route);
        assertEquals(expected.network, network.status(), "network");
        if (expected.network == 403) {
            assertTrue(network.body().contains("socket " + dir.resolve("open.sock")), network.body());
        }
    }

    private static Reply ask(RawHttp server, Route route) throws IOException {
        return server.send(route.method().name(), route.pattern().replace(":service", "shop"), "Host: localhost");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/services", "/v1/services/shop", "/v1/services/shop/history"})
    void whatProgramsWroteIsToldOnTheSocketOnly(String path) throws Exception {
        VIEW.roles = List.of(new RoleStatus(
                "web",
                "shop:1",
                2,
                1,
                1,
                List.of(
                        replica(1, check(CheckResult.Kind.DOCKER, "written by a command")),
                        replica(2, check(CheckResult.Kind.HTTP, "answered over HTTP"))),
                List.of(new KeptStatus(
                        1, "shop-web-0badcafe-1", "0c", "0badcafe", AT, ReplicaStatus.Traffic.DRAINED))));
        String socket = RawHttp.socket(dir.resolve("local.sock")).get(path).body();
        assertTrue(socket.contains("\"log\":[\"written by a process\"]"), socket);
        assertTrue(socket.contains("\"body\":\"written by a command\""), socket);

        String loopback = RawHttp.tcp(local.tcpPort()).get(path).body();
        assertEquals(
                socket.replace("[\"written by a process\"]", "[]").replace("\"written by a command\"", "null"),
                loopback,
                "all else is the same");
        assertEquals(!path.endsWith("history"), loopback.contains("\"body\":\"answered over HTTP\""), loopback);
    }

    @Test
    void runsAreToldToWhoMaySeeTheHistory() throws Exception {
        String history =
                RawHttp.tcp(local.tcpPort()).get("/v1/services/shop/history").body();
        assertTrue(history.contains("\"container\":\"shop-job-3f2a9c10-1\""), history);
    }

    @Test
    void theFileOfARevisionIsShownOnTheSocketOnly() throws Exception {
        String path = "/v1/services/shop/history?show=3f2a9c10";
        String socket = RawHttp.socket(dir.resolve("local.sock")).get(path).body();
        assertTrue(socket.contains("\"file\":\"service: shop\\n\""), socket);
        Reply loopback = RawHttp.tcp(local.tcpPort()).get(path);
        assertEquals(403, loopback.status());
        assertTrue(loopback.body().contains("ask for it on the socket"), loopback.body());
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
                new ReplicaStatus.LastExit(3, false, AT, List.of("written by a process")),
                null,
                ReplicaStatus.Traffic.SERVING);
    }

    private static CheckResult check(CheckResult.Kind kind, String body) {
        return new CheckResult(kind, false, AT, "http://10.0.0.2/up", 503, "/login", body, "exit code 1", "a hint");
    }
}
