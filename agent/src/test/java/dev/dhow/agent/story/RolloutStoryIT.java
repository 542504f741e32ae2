package dev.dhow.agent.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.FaultProxy;
import dev.dhow.agent.testing.TestEngine;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// New versions, good and broken, on a real Engine: what serves goes on until the new one is proven.
class RolloutStoryIT {
    private static final String WATCH_LONG = "rollout: {monitor: 60s}";

    private final Site site = new Site(TestEngine.shared());
    private final String sleeper = site.engine.images().sleeper();
    private final String web = site.engine.images().web();

    @BeforeEach
    void start() throws Exception {
        site.start();
    }

    @AfterEach
    void end() {
        site.close();
    }

    private static String outcome(JsonNode status) {
        return status.path("rollout").path("outcome").asText();
    }

    private Instant time(String container, String field) {
        return Instant.parse(site.inspect(container, "{{.State." + field + "}}"));
    }

    private JsonNode rolledBack(String service) {
        return site.await(service, "rolled back", s -> outcome(s).equals("rolled_back"));
    }

    /// U1
    @Test
    void newWorkerIsReadyBeforeTheOldOneStops() {
        site.drop("r1", Site.file("r1", sleeper, "bot")).settled("r1");
        String old = site.only("r1");
        site.drop("r1", Site.file("r1", sleeper, "bot", "environment: {A: '1'}"));
        Await.until("replaced", site::running, now -> now.size() == 1 && !now.contains(old));
        site.settled("r1");
        String made = site.only("r1");
        assertTrue(
                time(old, "FinishedAt").isAfter(time(made, "StartedAt").plusMillis(200)),
                "the old one stopped before the new one was ready");
        assertTrue(site.containers().contains(old + " exited"), "the old one is kept");
    }

    /// U6
    @Test
    void webRoleThatNeverAnswersIsRolledBackAndItsCauseTold() {
        site.drop("r2", Site.file("r2", web, "web", "deploy_timeout: 20s")).settled("r2");
        List<String> before = site.identities();
        String bad = Site.file("r2", web, "web", "deploy_timeout: 2s", "command: [sleep, '1000000']");
        site.drop("r2", bad);
        JsonNode status = rolledBack("r2");
        assertTrue(site.identities().containsAll(before), "the old one was not touched");
        Await.until("the new one is stopped", () -> site.running().size() == 1);
        assertEquals("False RolledBack", Site.condition(status, "UpToDate"));
        assertTrue(Site.condition(status, "Available").startsWith("True"));
        assertTrue(
                status.path("rollout").path("last_check").path("error").asText().length() > 3, status::toString);
    }

    @Test
    void sameBadFileDroppedAgainAndAgainIsTriedOnce() throws Exception {
        try (FaultProxy proxy = new FaultProxy(site.engine.socket());
                Site counted = new Site(site.engine, proxy.uri())) {
            counted.start().drop("r10", Site.file("r10", sleeper, "bot")).settled("r10");
            proxy.forgetRequests();
            String bad = Site.file("r10", sleeper, "bot", "command: [sh, -c, 'exit 7']");
            for (int time = 0; time < 10; time++) {
                String marker = "time" + time;
                // The directory is read as a whole: who tells of this file has read the one before too.
                counted.drop("r10", bad)
                        .drop("marker", "version: 1\nservice: marker\nimage: x\nroles: {bot: {" + marker + ": x}}\n");
                counted.await(
                        "marker", marker, s -> Site.message(s, "SourceValid").contains(marker));
                counted.await("r10", "rolled back", s -> outcome(s).equals("rolled_back"));
            }
            Await.until("at rest", () -> counted.running().size() == 1 && counted.atRest());
            assertEquals(
                    1,
                    proxy.changes().stream()
                            .filter(line -> line.contains("/containers/create"))
                            .count(),
                    () -> proxy.changes().toString());
        }
    }

    /// U4, U7
    @Test
    void workerThatExitsIsRolledBackWithItsCodeAndLastLines() {
        site.drop("r3", Site.file("r3", sleeper, "bot")).settled("r3");
        List<String> before = site.identities();
        site.drop("r3", Site.file("r3", sleeper, "bot", "command: [sh, -c, 'echo no database; exit 7']"));
        JsonNode rollout = rolledBack("r3").path("rollout");
        assertEquals(7, rollout.path("last_exit").path("code").asInt(), rollout::toString);
        assertTrue(rollout.path("last_exit").path("log").toString().contains("no database"), rollout::toString);
        assertTrue(site.identities().containsAll(before));
        assertTrue(site.containers().size() > before.size(), "the failed one is kept");
    }

    /// U8
    @Test
    void versionThatTurnsUnhealthyWhileWatchedGoesBack() {
        site.drop("r4", Site.file("r4", sleeper, "bot")).settled("r4");
        String old = site.only("r4");
        site.drop(
                "r4",
                Site.file(
                        "r4",
                        sleeper,
                        "bot",
                        WATCH_LONG,
                        "command: [sh, -c, 'touch /tmp/well; sleep 4; rm /tmp/well; sleep 1000000']",
                        "healthcheck: {test: [CMD, test, -f, /tmp/well], interval: 1s, timeout: 5s, retries: 1}"));
        Await.until("the old one is stopped", () -> site.containers().contains(old + " exited"));
        rolledBack("r4");
        Await.until("the old one runs again", site::running, now -> now.equals(List.of(old)));
    }

    @Test
    void agentKilledAtAnyPointOfARolloutFinishesIt() throws Exception {
        site.drop("r5", Site.file("r5", sleeper, "bot", "replicas: 2")).settled("r5");
        for (int round = 0; round < 4; round++) {
            site.drop("r5", Site.file("r5", sleeper, "bot", "replicas: 2", "environment: {A: '" + round + "'}"));
            int known = site.containers().size();
            int more = round;
            Await.until("some steps are done", () -> site.containers().size() > known + Math.min(1, more) - 1);
            site.restart();
            site.settled("r5");
            assertEquals(2, site.running().size());
            for (String name : site.running()) {
                assertTrue(site.inspect(name, "{{.Config.Env}}").contains("A=" + round));
            }
        }
    }

    /// U11
    @Test
    void newerFileOvertakesOneThatHangs() {
        site.drop("r6", Site.file("r6", web, "web")).settled("r6");
        String old = site.only("r6");
        site.drop("r6", Site.file("r6", web, "web", "command: [sleep, '1000000']"));
        Await.until("the hanging one is there", () -> site.running().size() == 2);
        site.drop("r6", Site.file("r6", web, "web", "environment: {A: '2'}"));
        site.settled("r6");
        assertFalse(site.running().contains(old));
        assertTrue(site.inspect(site.only("r6"), "{{.Config.Env}}").contains("A=2"));
    }

    /// U2
    @Test
    void fixedPortStopsFirstAndABrokenOneGivesItBack() {
        String port = "ports: ['127.0.0.1:18077:80']";
        site.drop("r7", Site.file("r7", sleeper, "bot", port)).settled("r7");
        String first = site.only("r7");
        site.drop("r7", Site.file("r7", sleeper, "bot", port, "environment: {A: '1'}"));
        Await.until("replaced", site::running, now -> now.size() == 1 && !now.contains(first));
        site.settled("r7");
        String good = site.only("r7");
        site.drop("r7", Site.file("r7", sleeper, "bot", port, "command: [/no/such/program]"));
        rolledBack("r7");
        Await.until("the one before runs again", site::running, now -> now.equals(List.of(good)));
    }

    @Test
    void workerWithDockersOwnTimingsDeploysUnderDefaultSettings() {
        String check = "healthcheck: {test: [CMD, 'true', x]}";
        site.drop("r8", Site.file("r8", sleeper, "worker", check)).settled("r8");
        String old = site.only("r8");
        site.drop("r8", Site.file("r8", sleeper, "worker", check, "environment: {A: '1'}"));
        Await.until("replaced", site::running, now -> now.size() == 1 && !now.contains(old));
        site.settled("r8");
    }

    @Test
    void lostAnswersAndCutConnectionsLoseNothing() throws Exception {
        TestEngine engine = TestEngine.shared();
        try (FaultProxy proxy = new FaultProxy(engine.socket());
                Site cut = new Site(engine, proxy.uri())) {
            cut.start().drop("r9", Site.file("r9", sleeper, "bot")).settled("r9");
            for (String call : List.of("/containers/create", "/start", "/stop")) {
                proxy.loseAnswerTo(call);
                replaced(cut, "lost " + call, () -> {});
            }
            for (String call : List.of("/containers/create", "/start", "/stop", "/containers/json")) {
                proxy.answerHalf(call);
                replaced(cut, "half " + call, () -> {});
            }
            assertEquals(7, proxy.broken(), "answers broken");
            proxy.delay(Duration.ofMillis(50));
            replaced(cut, "slow", () -> {});
            proxy.delay(Duration.ZERO);
            proxy.forgetRequests();
            replaced(cut, "cut", () -> {
                awaitCreate(proxy);
                proxy.cutAll();
            });
            replaced(cut, "events cut", () -> {
                awaitCreate(proxy);
                assertTrue(proxy.cutEvents() > 0, "no events were open");
            });
        }
    }

    private static void awaitCreate(FaultProxy proxy) {
        Await.until(
                "it is in the middle of it",
                () -> proxy.changes().stream().anyMatch(line -> line.contains("/containers/create")));
        proxy.forgetRequests();
    }

    /// Drops a version of that name, does something then, and sees that it alone runs in the end.
    private static void replaced(Site site, String version, Runnable then) {
        site.drop("r9", Site.file("r9", site.engine.images().sleeper(), "bot", "environment: {A: '" + version + "'}"));
        then.run();
        Await.until(
                version,
                site::running,
                now -> now.size() == 1
                        && site.inspect(now.getFirst(), "{{.Config.Env}}").contains("A=" + version));
        site.settled("r9");
        assertEquals(1, site.running().size(), version);
    }
}
