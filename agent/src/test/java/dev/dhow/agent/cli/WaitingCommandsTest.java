package dev.dhow.agent.cli;

import static dev.dhow.agent.cli.Shop.AT;
import static dev.dhow.agent.cli.Shop.shop;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.api.status.Condition.Status;
import dev.dhow.api.status.Condition.Type;
import dev.dhow.api.status.ReplicaStatus.Health;
import dev.dhow.api.status.RolloutStatus.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Commands that follow what they began, against an agent that tells a story.
class WaitingCommandsTest {
    private static final String STATUS = "GET /v1/services/shop";
    private static final String NEW = "bbbb2222";
    private static final String UNKNOWN = "{\"error\":\"unknown service \\\"shop\\\"\"}";
    private static final Shop BEFORE = shop().wants("aaaa1111", "old")
            .rollout("aaaa1111", Outcome.AVAILABLE, AT)
            .well();

    @TempDir
    Path dir;

    private ScriptedAgent agent;
    private String file;

    @BeforeEach
    void start() throws IOException {
        agent = new ScriptedAgent(dir.resolve("a.sock"));
        agent.on(
                "PUT /v1/services/shop",
                200,
                "{\"service\":\"shop\",\"content\":\"new\",\"message\":\"/s/shop.yaml changed\",\"problems\":[]}");
        file = Files.writeString(dir.resolve("shop.yaml"), "service shop").toString();
    }

    @AfterEach
    void stop() throws IOException {
        agent.close();
    }

    private CliRun run(String... args) {
        return CliRun.of(TestTools.PLAIN, agent.env(), false, args);
    }

    private static Shop mine(Outcome outcome, Health health) {
        return shop().wants(NEW, "new")
                .rollout(NEW, outcome, AT.plusSeconds(60))
                .replica(1, NEW, "running", health)
                .is(Type.Available, Status.True, "AllReady");
    }

    private void tells(Shop... story) {
        for (Shop moment : story) {
            agent.on(STATUS, 200, moment.json());
        }
    }

    @Test
    void aFileIsFollowedUntilItIsAvailable() {
        tells(
                BEFORE,
                BEFORE,
                mine(Outcome.PROGRESSING, Health.STARTING),
                mine(Outcome.PROGRESSING, Health.STARTING),
                mine(Outcome.PROGRESSING, Health.READY),
                mine(Outcome.AVAILABLE, Health.READY));
        CliRun run = run("apply", "-f", file, "--wait");
        assertEquals("""
            shop: /s/shop.yaml changed
            shop/web/1 created
            shop/web/1 starting
            shop/web/1 ready
            """, run.err());
        assertEquals("shop: revision bbbb2222 is available (the message of AllReady)\n", run.out());
        assertEquals(0, run.code());
        assertEquals("PUT /v1/services/shop service shop", agent.asked.get(1));
    }

    @Test
    void aRolledBackFileIsExitCode5WithItsCause() {
        tells(BEFORE, mine(Outcome.PROGRESSING, Health.STARTING), mine(Outcome.ROLLED_BACK, Health.UNREADY));
        CliRun run = run("apply", "-f", file, "--wait");
        assertEquals(5, run.code());
        assertEquals("""
            shop: /s/shop.yaml changed
            shop/web/1 created
            shop/web/1 starting
            shop/web/1 unready
            error: shop: revision bbbb2222 was rolled back; it is not tried again by itself: change the\
             file, or run "dhow retry shop"
              revision bbbb2222 was rolled back: shop-web-bbbb2222-1 exited before it was ready
                http check failed at 2026-11-20T10:00:00Z http://a/up: 503
                  body: no db
                  hint: look at it
                exited with 7 at 2026-11-20T10:00:00Z
                  | cannot connect
                  | bye
            """, run.err());
        assertEquals("", run.out());
    }

    private static Shop goingBack() {
        return shop().wants(NEW, "new")
                .rollout(NEW, Outcome.ROLLED_BACK, AT.plusSeconds(60))
                .replica(1, "aaaa1111", "running", Health.STARTING)
                .is(Type.Available, Status.False, "NotAllReady");
    }

    @Test
    void aRollbackIsFollowedUntilTheOldVersionIsReady() {
        tells(BEFORE, mine(Outcome.PROGRESSING, Health.STARTING), goingBack(), goingBack());
        tells(mine(Outcome.ROLLED_BACK, Health.READY));
        CliRun run = run("apply", "-f", file, "--wait", "-o", "json");
        assertEquals(5, run.code());
        assertEquals(mine(Outcome.ROLLED_BACK, Health.READY).json() + "\n", run.out());
    }

    @Test
    void aRollbackThatIsNotOverInTimeIsExitCode5AllTheSame() {
        tells(BEFORE, goingBack());
        for (String[] command : new String[][] {{"apply", "-f", file, "--wait"}, {"wait", "shop"}}) {
            CliRun run = CliRun.of(TestTools.PLAIN, agent.env(), false, timed(command));
            assertEquals(5, run.code(), run.err());
            assertTrue(
                    run.err()
                            .contains("was rolled back; it is not tried again by itself: change the file, or run"
                                    + " \"dhow retry shop\"; the old version is not ready yet (the message of"
                                    + " NotAllReady); \"dhow wait shop\" follows that\n"),
                    run.err());
            assertTrue(run.err().contains("  revision bbbb2222 was rolled back: "), run.err());
        }
    }

    private static String[] timed(String... command) {
        return Stream.concat(Arrays.stream(command), Stream.of("--timeout", "5s"))
                .toArray(String[]::new);
    }

    @Test
    void aNewerFileDuringTheRollbackDoesNotHideThatItWasRolledBack() {
        tells(BEFORE, goingBack(), shop().wants("cccc3333", "newer"));
        CliRun run = run("apply", "-f", file, "--wait");
        assertEquals(5, run.code(), run.err());
    }

    @Test
    void aNewServiceIsWaitedForBeforeTheAgentKnowsIt() {
        agent.on(STATUS, 404, UNKNOWN).on(STATUS, 404, UNKNOWN);
        tells(mine(Outcome.AVAILABLE, Health.READY));
        assertEquals(0, run("apply", "-f", file, "--wait").code());
    }

    @Test
    void aNewerFileEndsTheWait() {
        tells(BEFORE, mine(Outcome.PROGRESSING, Health.STARTING), shop().wants("cccc3333", "newer"));
        CliRun run = run("apply", "-f", file, "--wait");
        assertEquals(1, run.code());
        assertTrue(run.err().contains("error: shop: a newer file (newer) came"), run.err());
    }

    @Test
    void whatIsNotOverInTimeIsExitCode6AndGoesOn() {
        tells(BEFORE, mine(Outcome.PROGRESSING, Health.STARTING).is(Type.Progressing, Status.True, "Gate"));
        CliRun run = run("apply", "-f", file, "--wait", "--timeout", "90s");
        assertEquals(6, run.code());
        assertTrue(
                run.err()
                        .endsWith("error: shop: not there after 1m30s (Progressing is True, Gate: the message of Gate);"
                                + " what was begun goes on, and \"dhow wait shop\" follows it\n"),
                run.err());
        assertEquals(1, run.err().lines().filter("shop/web/1 starting"::equals).count());
        assertTrue(agent.asked.size() > 180, "looked at least twice a second: " + agent.asked.size());
    }

    @Test
    void anAgentThatRestartsMeanwhileIsWaitedForToo() {
        tells(BEFORE);
        agent.bytes(STATUS, "").bytes(STATUS, "").on(STATUS, 503, "{\"error\":\"the agent starts\"}");
        tells(mine(Outcome.AVAILABLE, Health.READY));
        CliRun run = run("apply", "-f", file, "--wait");
        assertEquals(0, run.code(), run.err());
        assertEquals(
                2,
                run.err()
                        .lines()
                        .filter(line -> line.startsWith("waiting on: "))
                        .count(),
                run.err());
    }

    @Test
    void aTimeThatIsOverTellsTheTroubleOfTheServiceThen() {
        tells(BEFORE);
        agent.bytes(STATUS, "");
        tells(mine(Outcome.PROGRESSING, Health.STARTING).is(Type.Progressing, Status.True, "Gate"));
        CliRun back = run("apply", "-f", file, "--wait", "--timeout", "5s");
        assertTrue(back.err().contains("not there after 5s (Progressing is True, Gate"), back.err());
    }

    @Test
    void aTimeThatIsOverWithoutTheAgentSaysSo() {
        tells(mine(Outcome.PROGRESSING, Health.STARTING), mine(Outcome.PROGRESSING, Health.STARTING));
        agent.bytes(STATUS, "");
        CliRun away = run("wait", "shop", "--timeout", "5s");
        assertEquals(6, away.code());
        assertTrue(away.err().contains("not there after 5s (no agent answers at"), away.err());
    }

    @Test
    void dataForProgramsIsTheLastStatusAlsoOfAFailure() {
        tells(BEFORE, mine(Outcome.AVAILABLE, Health.READY));
        CliRun good = run("apply", "-f", file, "--wait", "-o", "json");
        assertEquals(mine(Outcome.AVAILABLE, Health.READY).json() + "\n", good.out());
        tells(mine(Outcome.ROLLED_BACK, Health.READY));
        CliRun bad = run("wait", "shop", "-o", "json");
        assertEquals(5, bad.code());
        assertEquals(mine(Outcome.ROLLED_BACK, Health.READY).json() + "\n", bad.out());
    }

    @Test
    void onATerminalTheBlockIsAmongTheDataAndElsewhereNeverIsOne() {
        tells(BEFORE, mine(Outcome.PROGRESSING, Health.STARTING), mine(Outcome.AVAILABLE, Health.READY));
        CliRun terminal = CliRun.of(TestTools.PLAIN, agent.env(), true, "apply", "-f", file, "--wait");
        assertTrue(terminal.out().contains("\033[?7lshop bbbb2222 progressing, 0s\n"), terminal.out());
        assertTrue(
                terminal.out().endsWith("shop: revision bbbb2222 is available (the message of AllReady)\n"),
                terminal.out());
        Map<String, String> dumb = Map.of("DHOW_HOST", agent.env().get("DHOW_HOST"), "TERM", "dumb");
        assertFalse(CliRun.of(TestTools.PLAIN, dumb, true, "wait", "shop").out().contains("\033"));
        assertFalse(CliRun.of(TestTools.PLAIN, agent.env(), true, "wait", "shop", "-o", "yaml")
                .out()
                .contains("\033"));
    }

    @Test
    void waitTellsHowItIs() {
        tells(shop().well());
        assertEquals(new CliRun(0, "shop is available (the message of AllReady)\n", ""), run("wait", "shop"));
        agent.on(
                STATUS,
                200,
                shop().is(Type.Available, Status.False, "NotAllReady").json());
        agent.on(
                STATUS,
                200,
                shop().is(Type.Available, Status.False, "NotAllReady").json());
        assertEquals(3, run("wait", "shop", "--timeout", "2s").code());
    }

    /// A script that is told 3 takes the service for bad; of this one nothing is known.
    @ParameterizedTest
    @ValueSource(strings = {"DockerAway", "NotChecked"})
    void waitOfWhatNobodyCanTellIsNotOverInTime(String reason) {
        tells(shop().is(Type.Available, Status.Unknown, reason));
        CliRun run = run("wait", "shop", "--timeout", "2s");
        assertEquals(6, run.code());
        assertTrue(run.err().contains("(Available is Unknown, " + reason + ": "), run.err());
    }

    @Test
    void waitWhoseAgentIsAwayByThenIsNotOverInTime() {
        Shop bad = shop().is(Type.Available, Status.False, "NotAllReady");
        tells(bad, bad);
        agent.bytes(STATUS, "");
        CliRun run = run("wait", "shop", "--timeout", "5s");
        assertEquals(6, run.code(), run.err());
    }

    @Test
    void waitOfAServiceThatNeverHadAUsableFileIsExitCode3() {
        tells(shop().is(Type.Available, Status.Unknown, "NothingKnown"));
        assertEquals(3, run("wait", "shop", "--timeout", "2s").code());
    }

    @Test
    void waitOfAnUnknownServiceIsExitCode4() {
        agent.on(STATUS, 404, UNKNOWN);
        assertEquals(new CliRun(4, "", "error: unknown service \"shop\"\n"), run("wait", "shop"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rollback", "retry", "update", "restart"})
    void aRequestIsFollowedToTheEndOfItsRollout(String verb) {
        agent.on("POST /v1/services/shop/" + verb, 202, "{\"service\":\"shop\",\"message\":\"it begins\"}");
        tells(BEFORE, BEFORE, mine(Outcome.PROGRESSING, Health.STARTING), mine(Outcome.AVAILABLE, Health.READY));
        CliRun run = run(verb, "shop", "--wait");
        assertEquals("shop: it begins\nshop/web/1 created\nshop/web/1 starting\nshop/web/1 ready\n", run.err());
        assertEquals(0, run.code());
        assertTrue(agent.asked.contains("POST /v1/services/shop/" + verb), agent.asked.toString());
    }

    @Test
    void aRequestThatNeedsNothingEndsByItself() {
        agent.on("POST /v1/services/shop/update", 202, "{\"service\":\"shop\",\"message\":\"looks\"}");
        tells(BEFORE);
        CliRun run = run("update", "shop", "--wait");
        assertEquals(0, run.code());
        assertEquals("shop is as wanted; there was nothing to do\n", run.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"10", "1 hour", "", "-5s"})
    void aTimeoutIsADurationWithItsUnit(String timeout) {
        CliRun run = run("wait", "shop", "--timeout", timeout);
        assertEquals(1, run.code());
        assertTrue(run.err().contains("expected a duration"), run.err());
    }

    @Test
    void ctrlCSaysThatTheRolloutGoesOn() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        CtrlC.tell(Session.of(InputStream.nullInputStream(), stream, stream, Map.of(), false), "shop");
        assertEquals("\nwhat was begun goes on; \"dhow wait shop\" follows it\n", err.toString(StandardCharsets.UTF_8));
    }
}
