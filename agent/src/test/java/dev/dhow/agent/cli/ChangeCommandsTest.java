package dev.dhow.agent.cli;

import static dev.dhow.agent.cli.Shop.AT;
import static dev.dhow.agent.cli.Shop.shop;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.json.Json;
import dev.dhow.api.http.HistoryBody;
import dev.dhow.api.http.HistoryBody.Entry;
import dev.dhow.api.http.ProblemsBody;
import dev.dhow.api.status.Problem;
import dev.dhow.api.status.Problem.Severity;
import dev.dhow.api.status.RolloutStatus;
import dev.dhow.api.status.RolloutStatus.Outcome;
import dev.dhow.api.status.RunStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Commands that change something and do not wait.
class ChangeCommandsTest {
    private static final String APPLIED =
            "{\"service\":\"shop\",\"content\":\"0123456789abcdef\",\"message\":\"/s/shop.yaml made\",\"problems\":[]}";

    @TempDir
    Path dir;

    private ScriptedAgent agent;
    private String file;

    @BeforeEach
    void start() throws IOException {
        agent = new ScriptedAgent(dir.resolve("a.sock"));
        file = Files.writeString(dir.resolve("any.yaml"), "service shop").toString();
    }

    @AfterEach
    void stop() throws IOException {
        agent.close();
    }

    private CliRun run(String... args) {
        return CliRun.of(TestTools.PLAIN, agent.env(), false, args);
    }

    @Test
    void applySendsTheFileToTheServiceThatItNames() {
        agent.on("PUT /v1/services/shop", 201, APPLIED);
        assertEquals(new CliRun(0, "shop: /s/shop.yaml made\n", ""), run("apply", "-f", file));
        assertEquals(new CliRun(0, APPLIED + "\n", ""), run("apply", "-f", file, "-o", "json"));
        assertEquals("PUT /v1/services/shop service shop", agent.asked.getFirst());
    }

    @Test
    void anImageIsPutInOnTheWay() throws IOException {
        agent.on("PUT /v1/services/shop", 200, APPLIED);
        assertEquals(0, run("apply", "-f", file, "--image", "shop:2").code());
        assertEquals(List.of("PUT /v1/services/shop service shop shop:2"), agent.asked);
        assertEquals("service shop", Files.readString(Path.of(file)), "the file itself stays");
    }

    @Test
    void aFileMayComeThroughAPipe() {
        agent.on("PUT /v1/services/shop", 200, APPLIED);
        CliRun run = CliRun.piped("service shop piped", TestTools.PLAIN, agent.env(), false, "apply", "-f", "-");
        assertEquals(0, run.code(), run.err());
        assertEquals(List.of("PUT /v1/services/shop service shop piped"), agent.asked);
    }

    @Test
    void whatIsRefusedIsToldUnderTheNameThatTheUserGave() {
        Problem problem = new Problem(
                Severity.ERROR, "shop.yaml", 2, 1, "imagee", "unknown key; did you mean \"image\"?", "imagee: x");
        agent.on("PUT /v1/services/shop", 422, Json.write(ProblemsBody.of(List.of(problem))));
        agent.on("POST /v1/plan", 422, Json.write(ProblemsBody.of(List.of(problem))));
        String told = """
            error: %s:2:1: imagee: unknown key; did you mean "image"?
              2 | imagee: x
                | ^
            """.formatted(file);
        assertEquals(new CliRun(1, "", told), run("apply", "-f", file));
        assertEquals(new CliRun(1, "", told), run("plan", "-f", file));
    }

    @Test
    void warningsAreToldBesideTheSuccess() {
        Problem problem = new Problem(Severity.WARNING, "shop.yaml", 2, 1, "", "cannot fail", null);
        agent.on("PUT /v1/services/shop", 200, APPLIED.replace("[]", Json.write(List.of(problem))));
        CliRun run = run("apply", "-f", file);
        assertEquals("warning: " + file + ":2:1: cannot fail\n", run.err());
        assertEquals(0, run.code());
    }

    @Test
    void aFileThatCannotBeSentIsToldWithoutAnAgent() throws IOException {
        String strange = Files.writeString(dir.resolve("strange.yaml"), "x").toString();
        assertEquals(new CliRun(1, "", "error: " + strange + ": no service\n"), run("apply", "-f", strange));
        assertEquals(
                new CliRun(1, "", "error: " + dir + "/no.yaml: no such file\n"), run("apply", "-f", dir + "/no.yaml"));
        String large =
                Files.write(dir.resolve("large.yaml"), new byte[(1 << 20) + 1]).toString();
        assertEquals(new CliRun(1, "", "error: " + large + ": it is larger than 1 MiB\n"), run("apply", "-f", large));
        assertTrue(run("apply", "-f", dir.toString()).err().contains("it cannot be read"));
        assertEquals(List.of(), agent.asked);
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 409, 412, 500})
    void theAgentsOwnWordsAreTold(int status) {
        agent.on("PUT /v1/services/shop", status, "{\"error\":\"it is a symbolic link\"}");
        assertEquals(new CliRun(1, "", "error: it is a symbolic link\n"), run("apply", "-f", file));
    }

    @Test
    void removeDeletes() {
        agent.on("DELETE /v1/services/shop", 200, APPLIED.replace("made", "removed"));
        assertEquals(new CliRun(0, "shop: /s/shop.yaml removed\n", ""), run("remove", "shop"));
        agent.on("DELETE /v1/services/no", 404, "{\"error\":\"unknown service\"}");
        assertEquals(new CliRun(4, "", "error: unknown service\n"), run("remove", "no"));
    }

    @Test
    void maintenanceIsSwitched() {
        String route = "POST /v1/services/shop/maintenance";
        agent.on(route, 202, "{\"service\":\"shop\",\"message\":\"requests are answered with 503\"}");
        assertEquals(
                new CliRun(0, "shop: requests are answered with 503\n", ""),
                run("maintenance", "on", "shop", "--message", "back at \"10\""));
        assertEquals(0, run("maintenance", "off", "shop").code());
        assertEquals(
                List.of(
                        route + " {\"on\":true,\"message\":\"back at \\\"10\\\"\"}",
                        route + " {\"on\":false,\"message\":null}"),
                agent.asked);
        assertEquals(
                new CliRun(1, "", "error: --message goes with on; leave it out\n"),
                run("maintenance", "off", "shop", "--message", "x"));
        assertEquals(1, run("maintenance", "shop").code());
    }

    @ParameterizedTest
    @ValueSource(strings = {"rollback", "retry", "update", "restart", "hold", "unhold", "pause", "resume"})
    void aVerbIsSentAndItsAnswerTold(String verb) {
        String route = "POST /v1/services/shop/" + verb;
        agent.on(route, 202, "{\"service\":\"shop\",\"message\":\"it begins\"}")
                .on(route, 409, "{\"error\":\"there is nothing to go back to\"}")
                .on(route, 404, "{\"error\":\"unknown service\"}");
        assertEquals(new CliRun(0, "shop: it begins\n", ""), run(verb, "shop"));
        assertEquals(new CliRun(1, "", "error: there is nothing to go back to\n"), run(verb, "shop"));
        assertEquals(new CliRun(4, "", "error: unknown service\n"), run(verb, "shop"));
        assertEquals(List.of(route, route, route), agent.asked);
    }

    @Test
    void rollbackMayNameItsRevision() {
        agent.on("POST /v1/services/shop/rollback", 202, "{\"service\":\"shop\",\"message\":\"it begins\"}");
        run("rollback", "shop", "3f2a9c10");
        assertEquals(List.of("POST /v1/services/shop/rollback {\"revision\":\"3f2a9c10\"}"), agent.asked);
    }

    @Test
    void confirmRemovalTellsWhatGoes() {
        agent.on("POST /v1/confirm-removal", 202, "{\"services\":[\"a\",\"b\"],\"message\":\"these go: a, b\"}");
        assertEquals(new CliRun(0, "these go: a, b\n", ""), run("confirm-removal"));
        assertEquals(
                "services:\n- a\n- b\nmessage: 'these go: a, b'\n",
                run("confirm-removal", "-o", "yaml").out());
    }

    @Test
    void hostIsDrainedAndTakesRequestsAgain() {
        agent.on("POST /v1/drain", 202, "{\"message\":\"health fails from now on\"}")
                .on("POST /v1/undrain", 409, "{\"error\":\"the host does not drain\"}");
        assertEquals(new CliRun(0, "health fails from now on\n", ""), run("drain"));
        assertEquals(new CliRun(1, "", "error: the host does not drain\n"), run("undrain"));
    }

    @Test
    void statusTellsWhatTheHostItselfNeeds() {
        String good = "{\"type\":\"Listening\",\"status\":\"True\",\"reason\":\"Open\",\"message\":\"m\"}";
        agent.on("GET /v1/services", 200, "{\"services\":[]}")
                .on("GET /v1/host", 200, "{\"host\":\"web-1\",\"conditions\":[" + good + "]}")
                .on(
                        "GET /v1/host",
                        200,
                        "{\"host\":\"web-1\",\"conditions\":[" + good
                                + ",{\"type\":\"Draining\",\"status\":\"True\",\"reason\":\"Requested\",\"message\":\"since"
                                + " ten\"}]}");
        assertEquals("no services\n", run("status").out());
        assertEquals(
                "no services\n\nhost web-1:\n  Draining is True, Requested: since ten\n",
                run("status").out());
        assertEquals("{\"services\":[]}\n", run("status", "-o", "json").out());
    }

    @Test
    void probesAreATable() {
        agent.on("GET /v1/probes", 200, "{\"probes\":[]}")
                .on(
                        "GET /v1/probes",
                        200,
                        "{\"probes\":[{\"at\":\"2026-11-20T10:00:00Z\",\"listener\":\"http\","
                            + "\"source\":\"10.0.0.9\",\"proxy_header\":\"v1\",\"client\":\"192.0.2.7\",\"host\":\"a\\u001b[2J\",\"sni\":null,\"version\":\"HTTP/1.0\",\"path\":\"/\",\"code\":404,\"why\":\"/"
                            + " is no path\"}]}");
        assertEquals("nobody asked for health yet\n", run("probes").out());
        assertEquals("""
            TIME                  LISTENER  SOURCE    PROXY         VERSION   HOST      SNI  PATH  CODE  WHY
            2026-11-20T10:00:00Z  http      10.0.0.9  v1 192.0.2.7  HTTP/1.0  a\\x1b[2J  -    /     404   / is no path
            """, run("probes").out());
    }

    @Test
    void aFileIsPlannedAndWhatWaitsIsToldAside() {
        agent.on(
                "POST /v1/plan",
                200,
                "{\"steps\":[{\"subject\":\"shop/web/1\",\"verb\":\"create\",\"object\":\"x\",\"cause\":\"new\"}],"
                        + "\"changes\":1,\"waits\":[{\"subject\":\"shop/web/2\",\"message\":\"not yet\"}]}");
        assertEquals(
                new CliRun(2, "shop/web/1 create x: new\n1 change\n", "# waits: shop/web/2: not yet\n"),
                run("plan", "-f", file));
        assertEquals(List.of("POST /v1/plan service shop"), agent.asked);
        CliRun both = run("plan", "shop", "-f", file);
        assertEquals(1, both.code());
        assertTrue(both.err().contains("leave out shop"), both.err());
    }

    private static Entry entry(String revision, Outcome outcome, boolean current, String file) {
        RolloutStatus rollout = shop().rollout(revision, outcome, AT).status().rollout();
        return new Entry(java.util.Objects.requireNonNull(rollout), Map.of("web", "shop@sha256:1"), current, file);
    }

    @Test
    void historyIsATableWithAStarForWhatIsInForce() {
        agent.on(
                "GET /v1/services/shop/history",
                200,
                Json.write(new HistoryBody(
                        "shop",
                        List.of(
                                entry("cccc3333", Outcome.PROGRESSING, false, ""),
                                entry("bbbb2222", Outcome.ROLLED_BACK, false, ""),
                                entry("aaaa1111", Outcome.AVAILABLE, true, "")))));
        assertEquals("""
               REVISION  OUTCOME      REASON  AGE  TOOK  CAUSE
               cccc3333  progressing  file    5m   -
               bbbb2222  rolled_back  file    5m   9s    shop-web-bbbb2222-1 exited before it was ready
            *  aaaa1111  available    file    5m   9s
            """, run("history", "shop").out());
        agent.on("GET /v1/services/no/history", 404, "{\"error\":\"unknown service\"}");
        assertEquals(4, run("history", "no").code());
    }

    @Test
    void historyHasATableOfRunsWhereThereAreAny() {
        agent.on(
                "GET /v1/services/shop/history",
                200,
                Json.write(new HistoryBody(
                        "shop",
                        List.of(entry("aaaa1111", Outcome.AVAILABLE, true, "")),
                        List.of(
                                new RunStatus("job", "aaaa1111", "", AT, null, null, RunStatus.Outcome.SKIPPED),
                                new RunStatus(
                                        "job",
                                        "aaaa1111",
                                        "shop-job-aaaa1111-2",
                                        AT,
                                        AT.plusSeconds(9),
                                        7,
                                        RunStatus.Outcome.FAILED)))));
        assertEquals("""
               REVISION  OUTCOME    REASON  AGE  TOOK  CAUSE
            *  aaaa1111  available  file    5m   9s

            RUN OF  REVISION  OUTCOME  EXIT  AGE  TOOK  CONTAINER
            job     aaaa1111  skipped  -     5m   -
            job     aaaa1111  failed   7     5m   9s    shop-job-aaaa1111-2
            """, run("history", "shop").out());
    }

    @Test
    void historyShowsTheFileOfARevision() {
        agent.on(
                "GET /v1/services/shop/history?show=aaaa1111",
                200,
                Json.write(new HistoryBody(
                        "shop", List.of(entry("aaaa1111", Outcome.AVAILABLE, true, "service: shop\n")))));
        assertEquals(new CliRun(0, "service: shop\n", ""), run("history", "shop", "--show", "aaaa1111"));
        agent.on("GET /v1/services/shop/history?show=no", 200, "{\"service\":\"shop\",\"revisions\":[]}");
        assertEquals(
                new CliRun(1, "", "error: shop has no revision no; \"dhow history shop\" lists them\n"),
                run("history", "shop", "--show", "no"));
    }

    @Test
    void statusTellsWhyTheNewestRolloutFailed() {
        agent.on(
                "GET /v1/services/shop",
                200,
                shop().rollout("bbbb2222", Outcome.ROLLED_BACK, AT).json());
        String out = run("status", "shop").out();
        assertTrue(out.contains("""
            shop:
              revision bbbb2222 was rolled back: shop-web-bbbb2222-1 exited before it was ready
                http check failed at 2026-11-20T10:00:00Z http://a/up: 503
            """), out);
        assertTrue(out.endsWith("""
                exited with 7 at 2026-11-20T10:00:00Z
                  | cannot connect
                  | bye
            """.indent(0)), out);
    }
}
