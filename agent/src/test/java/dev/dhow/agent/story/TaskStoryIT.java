package dev.dhow.agent.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dhow.agent.json.Json;
import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.RawHttp;
import dev.dhow.agent.testing.TestEngine;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Containers for a task on a real Engine: release commands, and runs of roles with a schedule.
class TaskStoryIT {
    private final Site site = new Site(TestEngine.shared());
    private final String sleeper = site.engine.images().sleeper();

    @BeforeEach
    void start() throws Exception {
        site.start();
    }

    @AfterEach
    void end() {
        site.close();
    }

    private String released(String service, String command, String... lines) {
        return Site.file(service, sleeper, "bot", lines)
                .replaceFirst("roles:", "release_command: " + command + "\nroles:");
    }

    private JsonNode rolledBack(String service) {
        return site.await(
                service,
                "rolled back",
                s -> s.path("rollout").path("outcome").asText().equals("rolled_back"));
    }

    private List<String> tasks() {
        return site.containers().stream()
                .map(line -> line.split(" ")[0])
                .filter(name -> !site.inspect(name, "{{index .Config.Labels \"dev.dhow.task\"}}")
                        .isEmpty())
                .toList();
    }

    @Test
    void newVersionWaitsForItsReleaseCommand() throws Exception {
        site.drop("t1", Site.file("t1", sleeper, "bot")).settled("t1");
        String old = site.only("t1");
        site.drop("t1", released("t1", "[sh, -c, 'sleep 3']", "environment: {A: '1'}", "ports: ['127.0.0.1::80']"));
        Await.until("the command runs", this::tasks, now -> now.size() == 1);
        String release = tasks().getFirst();
        assertTrue(release.endsWith("-release"), release);
        assertFalse(
                site.inspect(release, "{{json .NetworkSettings.Networks}}").contains("bot.t1"),
                "requests to the role would reach it");
        assertEquals("map[]", site.inspect(release, "{{.HostConfig.PortBindings}}"));
        assertTrue(site.inspect(release, "{{json .Config.Env}}").contains("A=1"));
        site.restart();
        Await.until("the command is adopted, and its container goes", this::tasks, List::isEmpty);
        Await.until("replaced", site::running, now -> now.size() == 1 && !now.contains(old));
        site.settled("t1");
    }

    @Test
    void failingReleaseCommandIsToldAndTouchesNothing() {
        site.drop("t2", Site.file("t2", sleeper, "bot")).settled("t2");
        List<String> before = site.identities();
        site.drop("t2", released("t2", "[sh, -c, 'echo no database; exit 3']", "environment: {A: '1'}"));
        JsonNode rollout = rolledBack("t2").path("rollout");
        assertTrue(rollout.path("cause").asText().endsWith("the release command exited with 3"), rollout::toString);
        assertEquals(3, rollout.path("last_exit").path("code").asInt());
        assertTrue(rollout.path("last_exit").path("log").toString().contains("no database"), rollout::toString);
        assertTrue(site.identities().containsAll(before));
        assertEquals(1, site.running().size());
        assertEquals(1, tasks().size(), "it is kept for a look at it");
        site.delete("t2");
        Await.until("all is gone", site::containers, List::isEmpty);
    }

    @Test
    void releaseCommandThatCannotStartIsNoEndlessTry() {
        site.drop("t3", Site.file("t3", sleeper, "bot")).settled("t3");
        List<String> before = site.identities();
        site.drop("t3", released("t3", "[/no/such/program]", "environment: {A: '1'}"));
        rolledBack("t3");
        Await.until("what never ran goes", () -> site.containers().size() == before.size());
        assertTrue(site.identities().containsAll(before));
        assertEquals(1, site.running().size());
    }

    @Test
    void scheduledRoleRunsAtItsTimeAndItsHistoryIsKept() throws Exception {
        site.drop(
                "t4",
                Site.file(
                        "t4",
                        sleeper,
                        "job",
                        "schedule: '* * * * *'",
                        "command: [sh, -c, 'test -n \"$DHOW_REVISION\"']"));
        site.settled("t4");
        RawHttp socket = RawHttp.socket(site.root.resolve("dhow.sock"));
        JsonNode runs = Await.until(
                "the first run ends",
                Duration.ofMinutes(3),
                () -> Json.read(socket.get("/v1/services/t4/history").body(), JsonNode.class)
                        .path("runs"),
                now -> now.size() > 0);
        assertEquals("SUCCEEDED", runs.get(0).path("outcome").asText(), runs::toString);
        assertEquals("job", runs.get(0).path("role").asText());
        assertTrue(site.get("/metrics").body().contains("dhow_schedule_last_success_timestamp_seconds{role=\"job\""));
        assertTrue(site.containers().getFirst().endsWith("-1 exited"), site.containers()::toString);
        site.settled("t4");
    }
}
