package dev.dhow.agent.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.TestEngine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Cases of others (`CASES.md`) that a real Engine has a say in, and that no other story tells.
class CasesStoryIT {
    private final Site site = new Site(TestEngine.shared());
    private final String sleeper = site.engine.images().sleeper();

    @BeforeEach
    void start() throws Exception {
        site.start();
    }

    @AfterEach
    void end() {
        site.close();
        site.engine.tryDocker("volume", "rm", "c2_data");
    }

    private JsonNode ended(String service, String outcome) {
        return site.await(
                service,
                outcome,
                s -> s.path("rollout").path("outcome").asText().equals(outcome));
    }

    private Instant time(String container, String field) {
        return Instant.parse(site.inspect(container, "{{" + field + "}}"));
    }

    /// R8, R13
    @Test
    void dependenciesAreReadyFirstAndTheirNewVersionTakesNobodyAlong() {
        String file = Site.file("c1", sleeper, "app", "depends_on: [queue]")
                + "  queue:\n    depends_on: [db]\n    readiness_delay: 200ms\n    rollout: {monitor: 300ms}\n"
                + "  db:\n    readiness_delay: 200ms\n    environment: {V: '1'}\n    rollout: {monitor: 300ms}\n";
        site.drop("c1", file).settled("c1");
        List<String> chain = List.of("c1-db", "c1-queue", "c1-app");
        for (int i = 1; i < chain.size(); i++) {
            String first = site.only(chain.get(i - 1));
            String second = site.only(chain.get(i));
            assertTrue(
                    time(second, ".Created")
                            .isAfter(time(first, ".State.StartedAt").plusMillis(200)),
                    second + " was made before " + first + " was ready");
        }
        List<String> users = new ArrayList<>(site.identities());
        String db = site.only("c1-db");
        users.remove(site.inspect(db, "{{.Id}} {{.State.StartedAt}}"));
        site.drop("c1", file.replace("'1'", "'2'"));
        Await.until("another db", () -> !site.running().contains(db));
        site.settled("c1");
        assertEquals(2, users.size());
        assertTrue(site.identities().containsAll(users), "what depends on it was not touched");
    }

    /// R24
    @Test
    void exclusiveVolumeIsNeverHeldByTwo() {
        // Who finds it held ends at once; who is stopped takes his time to let it go.
        String hold = "[ ! -e /data/held ] || exit 9; touch /data/held; trap 'sleep 1; rm /data/held; exit 0' TERM;"
                + " sleep 1000000 & wait $!";
        String file = Site.file(
                "c2",
                sleeper,
                "db",
                "volumes: [{type: volume, source: data, target: /data, exclusive: true}]",
                "command: [sh, -c, \"" + hold + "\"]",
                "environment: {V: '1'}");
        site.drop("c2", file).settled("c2");
        String first = site.only("c2");
        site.drop("c2", file.replace("'1'", "'2'"));
        Await.until("replaced", site::running, now -> now.size() == 1 && !now.contains(first));
        site.settled("c2");
        String second = site.only("c2");
        site.drop("c2", file.replace("[sh, -c", "[no-such-program, -c"));
        ended("c2", "rolled_back");
        Await.until("the one before has it again", site::running, now -> now.equals(List.of(second)));
        site.await("c2", "ready", s -> Site.condition(s, "Available").startsWith("True"));
        assertEquals("0", site.inspect(second, "{{.RestartCount}}"), "it was free whenever it was started");
    }

    /// U3
    @Test
    void pausedRolloutStaysUntilSomebodyDecides() {
        String pause = "rollout: {monitor: 300ms, on_failure: pause}";
        site.drop("c3", Site.file("c3", sleeper, "bot", pause)).settled("c3");
        List<String> before = site.identities();
        site.drop("c3", Site.file("c3", sleeper, "bot", pause, "command: [sh, -c, 'exit 7']"));
        ended("c3", "paused");
        Await.until("at rest", site::atRest);
        site.await("c3", "left", s -> Site.condition(s, "UpToDate").equals("False RolloutFailed"));
        assertTrue(site.identities().containsAll(before), "what served serves on");
        assertEquals(2, site.containers().size(), "the one that failed is there, and no other was made");
        site.drop("c3", Site.file("c3", sleeper, "bot", pause, "environment: {V: '2'}"));
        site.settled("c3");
        assertTrue(site.inspect(site.only("c3"), "{{.Config.Env}}").contains("V=2"));
    }

    /// U10
    @Test
    void replicaThatHadSwitchedGoesBackWithTheOneThatFails() throws Exception {
        site.drop("c4", Site.file("c4", sleeper, "bot", "replicas: 2")).settled("c4");
        List<String> before = site.running();
        List<String> identities = site.identities();
        site.drop(
                "c4",
                Site.file(
                        "c4",
                        sleeper,
                        "bot",
                        "replicas: 2",
                        "command: [sh, -c, \"[ $DHOW_REPLICA = 1 ] || exit 7; trap 'exit 0' TERM; sleep 1000000 & wait"
                                + " $!\"]"));
        ended("c4", "rolled_back");
        Await.until("those before run", site::running, now -> now.equals(before));
        site.await("c4", "ready", s -> Site.condition(s, "Available").startsWith("True"));
        List<String> now = site.identities();
        assertFalse(now.contains(identities.getFirst()), "the first had switched");
        assertTrue(now.contains(identities.getLast()), "the second never stopped");
        assertEquals(2, site.status("c4").path("roles").get(0).path("ready").asInt());
    }

    /// W15
    @Test
    void processThatMayEndIsLeftWhereItEnded() {
        site.drop("c5", Site.file("c5", sleeper, "bot", "restart: on-failure", "command: [sh, -c, 'exit 0']"));
        site.settled("c5");
        List<String> before = site.identities();
        Await.until("at rest", site::atRest);
        assertEquals(before, site.identities());
        String name = site.containers().getFirst().replace(" exited", "");
        assertEquals("0 exited", site.inspect(name, "{{.RestartCount}} {{.State.Status}}"));
    }
}
