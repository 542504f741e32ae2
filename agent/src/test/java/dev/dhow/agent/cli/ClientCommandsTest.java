package dev.dhow.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.json.Json;
import dev.dhow.api.http.ServicesBody;
import dev.dhow.api.status.CheckResult;
import dev.dhow.api.status.Condition;
import dev.dhow.api.status.Condition.Status;
import dev.dhow.api.status.Condition.Type;
import dev.dhow.api.status.Phase;
import dev.dhow.api.status.ReplicaStatus;
import dev.dhow.api.status.RoleStatus;
import dev.dhow.api.status.ServiceStatus;
import dev.dhow.api.status.TrafficStatus;
import dev.dhow.api.status.TrafficStatus.State;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `status` and `plan` against an agent that answers what a test says.
class ClientCommandsTest {
    private static final Instant AT = Instant.parse("2026-11-20T10:00:00Z");
    private static final Tools TOOLS = TestTools.PLAIN;

    private static final ServiceStatus BLOG = new ServiceStatus(
            "blog",
            "aaaa1111",
            "aaaa1111",
            null,
            Phase.Running,
            List.of(condition(Type.Available, Status.True, "AllReady", "1 of 1 replicas ready")),
            List.of(new RoleStatus(
                    "web", "blog:7", 1, 1, 1, List.of(replica("blog-web-aaaa1111-1", true, null, null)))),
            null,
            List.of());

    private static final ServiceStatus SHOP = new ServiceStatus(
            "shop",
            null,
            null,
            null,
            Phase.Degraded,
            List.of(
                    condition(Type.Available, Status.False, "NotReady", "0 of 2 replicas ready"),
                    condition(Type.UpToDate, Status.False, "Drift", "not shown"),
                    condition(Type.SourceValid, Status.False, "Invalid", "shop.yaml:3:1: imagee: unknown key"),
                    condition(Type.Degraded, Status.True, "CrashLoop", "it crashes")),
            List.of(
                    new RoleStatus(
                            "web",
                            "registry.example.com/shop:1.4.2",
                            2,
                            1,
                            0,
                            List.of(replica(
                                    "shop-web-3f2a9c10-1",
                                    false,
                                    new CheckResult(
                                            CheckResult.Kind.HTTP,
                                            false,
                                            AT,
                                            "http://172.17.0.2:80/up",
                                            301,
                                            "https://shop/",
                                            "<a>\nmoved\u001b[2J",
                                            null,
                                            "301: set assume_https"),
                                    new ReplicaStatus.LastExit(137, true, AT, List.of("one", "two"))))),
                    new RoleStatus("old", null, 0, 0, 0, List.of())),
            null,
            List.of("healthcheck `true` cannot fail"));

    @TempDir
    Path dir;

    private StubAgent agent;

    @BeforeEach
    void start() throws IOException {
        agent = StubAgent.on(dir.resolve("a.sock"));
    }

    @AfterEach
    void stop() throws IOException {
        agent.close();
    }

    private static Condition condition(Type type, Status status, String reason, String message) {
        return new Condition(type, status, reason, message, AT, null);
    }

    private static ReplicaStatus replica(
            String name, boolean ready, @Nullable CheckResult check, ReplicaStatus.@Nullable LastExit exit) {
        ReplicaStatus.Health health = ready ? ReplicaStatus.Health.READY : ReplicaStatus.Health.UNREADY;
        return new ReplicaStatus(1, name, "id", "r", "running", health, AT, 3, check, exit);
    }

    private CliRun run(String... args) throws IOException {
        return CliRun.of(TOOLS, Map.of("DHOW_HOST", agent.url()), false, args);
    }

    @Test
    void statusShowsATableAndBelowItWhatNeedsALook() throws IOException {
        agent.json(200, Json.write(new ServicesBody(List.of(BLOG, SHOP))));
        CliRun run = run("status");
        assertEquals("""
            SERVICE  PHASE     REVISION  ROLE  READY  AGE  IMAGE
            blog     Running   aaaa1111  web   1/1    5m   blog:7
            shop     Degraded  -         web   0/2    5m   registry.example.com/shop:1.4.2
            shop     Degraded  -         old   0/0    -    -

            shop:
              Available is False, NotReady: 0 of 2 replicas ready
              SourceValid is False, Invalid: shop.yaml:3:1: imagee: unknown key
              Degraded is True, CrashLoop: it crashes
              warning: healthcheck `true` cannot fail
              shop-web-3f2a9c10-1: unready, running, restarted 3 times
                http check failed at 2026-11-20T10:00:00Z http://172.17.0.2:80/up: 301
                  location: https://shop/
                  body:
                  | <a>
                  | moved\\x1b[2J
                  hint: 301: set assume_https
                exited with 137, killed because its memory ran out (mem_limit) at 2026-11-20T10:00:00Z
                  | one
                  | two
            """, run.out());
        assertEquals("", run.err());
        assertEquals(3, run.code());
        assertTrue(agent.asked.getFirst().startsWith("GET /v1/services HTTP/1.1\r\nHost: localhost\r\n"));
    }

    @Test
    void statusTellsWhyAServiceIsNotAsItsFileSays() throws IOException {
        ServiceStatus held = new ServiceStatus(
                "blog",
                "bbbb2222",
                "aaaa1111",
                null,
                Phase.Held,
                List.of(
                        condition(Type.Available, Status.True, "AllReady", "1 of 1 replicas ready"),
                        condition(Type.UpToDate, Status.False, "RolledBack", "held at aaaa1111 by a rollback"),
                        condition(Type.Progressing, Status.False, "Held", "its file says `hold: true`")),
                BLOG.roles(),
                null,
                List.of());
        agent.json(200, Json.write(new ServicesBody(List.of(held))));
        assertEquals("""
            SERVICE  PHASE  REVISION               ROLE  READY  AGE  IMAGE
            blog     Held   aaaa1111 not bbbb2222  web   1/1    5m   blog:7

            blog:
              UpToDate is False, RolledBack: held at aaaa1111 by a rollback
              Progressing is False, Held: its file says `hold: true`
            """, run("status").out());
        ServiceStatus lostKey = new ServiceStatus(
                "blog",
                "aaaa1111",
                "aaaa1111",
                null,
                Phase.Running,
                List.of(condition(Type.UpToDate, Status.Unknown, "CannotCompare", "restore the key")),
                BLOG.roles(),
                null,
                List.of());
        agent.json(200, Json.write(new ServicesBody(List.of(lostKey))));
        assertTrue(
                run("status").out().endsWith("blog:\n  UpToDate is Unknown, CannotCompare: restore the key\n"),
                run("status").out());
    }

    /// `Held` alone may be a wish or a fault.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        False   | Invalid    | aaaa1111 | its file cannot be used, so revision aaaa1111 stays in force
        Unknown | Unreadable | aaaa1111 | its file cannot be read, so revision aaaa1111 stays in force
        Unknown | Missing    | aaaa1111 | its file is missing, so revision aaaa1111 stays in force
        False   | Invalid    |          | its file cannot be used and no earlier one is known, so what runs is left as it is
        """)
    void statusTellsWhatItsFileHasToDoWithAServiceThatIsHeld(
            Status status, String reason, @Nullable String revision, String said) throws IOException {
        ServiceStatus held = new ServiceStatus(
                "blog",
                revision,
                revision,
                null,
                Phase.Held,
                List.of(
                        condition(Type.SourceValid, status, reason, "the message"),
                        condition(Type.Progressing, Status.False, "Idle", "nothing is open")),
                BLOG.roles(),
                null,
                List.of());
        agent.json(200, Json.write(held));
        String out = run("status", "blog").out();
        assertTrue(
                out.endsWith(
                        "blog:\n  held: %s\n  SourceValid is %s, %s: the message\n".formatted(said, status, reason)),
                out);
    }

    @Test
    void statusTellsThatRequestsAreKeptFromAService() throws IOException {
        agent.json(200, Json.write(BLOG.with(new TrafficStatus(State.MAINTENANCE, "back\033[2J at 10", AT))));
        assertTrue(
                run("status", "blog").out().contains("blog:\n  in maintenance since %s: back".formatted(AT)),
                run("status", "blog").out());
        assertTrue(!run("status", "blog").out().contains("\033[2J"));
        agent.json(200, Json.write(BLOG.with(new TrafficStatus(State.PAUSED, null, AT))));
        CliRun paused = run("status", "blog");
        assertTrue(paused.out().endsWith("blog:\n  requests wait since %s\n".formatted(AT)), paused.out());
        assertEquals(0, paused.code(), "its containers are as well as before");
    }

    @Test
    void statusOfAGoodServiceIsGood() throws IOException {
        agent.json(200, Json.write(BLOG));
        CliRun run = run("status", "blog");
        assertEquals(0, run.code(), run.err());
        assertTrue(agent.asked.getFirst().startsWith("GET /v1/services/blog HTTP/1.1"), agent.asked.getFirst());
        agent.json(200, "{\"services\":[]}");
        assertEquals("no services\n", run("status").out());
    }

    @Test
    void aDegradedServiceIsNotGoodThoughAvailable() throws IOException {
        ServiceStatus both = new ServiceStatus(
                "shop",
                null,
                null,
                null,
                Phase.Degraded,
                List.of(
                        condition(Type.Available, Status.True, "AllReady", "m"),
                        condition(Type.Degraded, Status.True, "CrashLoop", "m")),
                List.of(),
                null,
                List.of());
        agent.json(200, Json.write(both));
        CliRun run = run("status", "shop");
        assertEquals(3, run.code());
        assertTrue(run.out()
                .startsWith("SERVICE  PHASE     REVISION  ROLE  READY  AGE  IMAGE\nshop     Degraded  -         -"));
    }

    @Test
    void jsonIsTheAgentsOwnAndYamlTheSame() throws IOException {
        String json = Json.write(new ServicesBody(List.of(BLOG)));
        agent.json(200, json + "\n");
        assertEquals(json + "\n", run("status", "-o", "json").out());
        assertTrue(run("status", "-o", "yaml").out().startsWith("services:\n- service: blog\n  revision: aaaa1111\n"));
    }

    @Test
    void anUnknownServiceIsExitCode4() throws IOException {
        agent.json(404, "{\"error\":\"unknown service \\\"a b\\\"\"}");
        CliRun run = run("status", "a b");
        assertEquals("error: unknown service \"a b\"\n", run.err());
        assertEquals(4, run.code());
        assertTrue(agent.asked.getFirst().startsWith("GET /v1/services/a%20b HTTP/1.1"), agent.asked.getFirst());
        assertEquals(4, run("plan", "x").code());
    }

    @Test
    void aPlanPrintsItsLinesAndTellsChangesByItsCode() throws IOException {
        agent.json(
                200,
                "{\"steps\":[{\"subject\":\"shop/web/1\",\"verb\":\"create\",\"object\":\"shop-web-3f2a9c10-1\","
                        + "\"cause\":\"no container\"}],\"changes\":1}");
        CliRun run = run("plan", "shop");
        assertEquals("shop/web/1 create shop-web-3f2a9c10-1: no container\n1 change\n", run.out());
        assertEquals(2, run.code());
        assertTrue(agent.asked.getFirst().startsWith("GET /v1/plan?service=shop HTTP/1.1"), agent.asked.getFirst());
        agent.json(200, "{\"steps\":[],\"changes\":0}");
        assertEquals(new CliRun(0, "no changes\n", ""), run("plan"));
    }

    @Test
    void whatTheAgentRefusesIsToldInItsWords() throws IOException {
        agent.json(503, "{\"error\":\"Docker does not answer at unix:///x\"}");
        assertEquals(new CliRun(1, "", "error: Docker does not answer at unix:///x\n"), run("plan"));
    }

    @Test
    void anAnswerThatIsNoAgentsIsSaidToBeSo() throws IOException {
        agent.json(404, "<html>");
        assertTrue(run("status").err().contains("answered 404, but not as an agent does"));
        assertEquals(1, run("status").code());
        agent.json(200, "<html>");
        assertTrue(run("status").err().contains("the answer cannot be read"));
        agent.answer = "SSH-2.0-OpenSSH\r\n";
        assertTrue(run("status").err().contains("(the answer is no HTTP)"));
        agent.answer = "HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\n{";
        assertTrue(run("status").err().contains("broke off after 1 of 100 bytes"));
    }

    @Test
    void aProxyMayAnswerInChunks() throws IOException {
        agent.answer =
                "HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"ser\r\na;x=1\r\nvices\":[]}\r\n0\r\n\r\n";
        assertEquals("no services\n", run("status").out());
        agent.answer = "HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"se";
        assertEquals(1, run("status").code());
    }

    @Test
    void tcpWorksLikeTheSocket() throws IOException {
        try (StubAgent tcp = StubAgent.onTcp().json(200, "{\"services\":[]}")) {
            CliRun run = CliRun.of(TOOLS, Map.of("DHOW_HOST", "unix:///nowhere"), false, "--host", tcp.url(), "status");
            assertEquals(0, run.code(), run.err());
            assertTrue(tcp.asked.getFirst().contains("Host: " + tcp.url().substring(7) + "\r\n"), tcp.asked.getFirst());
        }
    }

    @Test
    void colourIsForTerminalsWithoutNoColor() throws IOException {
        agent.json(200, Json.write(BLOG));
        String host = agent.url();
        Map<String, String> env = Map.of("DHOW_HOST", host);
        String coloured = CliRun.of(TOOLS, env, true, "status", "blog").out();
        assertTrue(coloured.contains("blog     \033[32mRunning\033[0m  aaaa1111"), coloured);
        assertFalse(CliRun.of(TOOLS, env, false, "status", "blog").out().contains("\033"));
        Map<String, String> noColour = Map.of("DHOW_HOST", host, "NO_COLOR", "1");
        assertFalse(CliRun.of(TOOLS, noColour, true, "status", "blog").out().contains("\033"));
        assertFalse(CliRun.of(TOOLS, noColour, true, "--help").out().contains("\033"));
    }
}
