package dev.dhow.agent.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dhow.agent.testing.TestEngine;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The check depends on the kind of role, on a real Engine.
class HealthStoryIT {
    private final Site site = new Site(TestEngine.shared());

    @BeforeEach
    void start() throws Exception {
        site.start();
    }

    @AfterEach
    void end() {
        site.close();
    }

    private static JsonNode replica(JsonNode status) {
        return status.path("roles").path(0).path("replicas").path(0);
    }

    private static boolean health(JsonNode status, String word) {
        return replica(status).path("health").asText().equals(word);
    }

    @Test
    void webRoleIsCheckedOverHttpAndShownWhenItFails() {
        site.drop("shop", Site.file("shop", site.engine.images().web(), "web", "healthcheck: {interval: 300ms}"));
        JsonNode check = replica(site.settled("shop")).path("last_check");
        assertEquals("http", check.path("kind").asText());
        assertEquals(200, check.path("status").asInt());
        String name = site.only("shop");
        String started = site.inspect(name, "{{.State.StartedAt}}");
        site.engine.docker("exec", name, "rm", "/www/up");
        JsonNode failing = site.await("shop", "unready", s -> health(s, "unready"));
        assertEquals(404, replica(failing).path("last_check").path("status").asInt());
        assertTrue(replica(failing).path("last_check").path("hint").asText().contains("healthcheck.http.path"));
        assertTrue(Site.condition(failing, "Degraded").startsWith("True"));
        site.engine.docker("exec", name, "touch", "/www/up");
        site.settled("shop");
        assertEquals(started, site.inspect(name, "{{.State.StartedAt}}"), "a failing HTTP check restarts nothing");
    }

    /// W3
    @Test
    void unhealthyWorkerIsRestarted() {
        site.drop("shop", Site.file("shop", site.engine.images().worker(), "worker"));
        site.settled("shop");
        String name = site.only("shop");
        Instant started = Instant.parse(site.inspect(name, "{{.State.StartedAt}}"));
        site.engine.docker("exec", name, "rm", "/healthy");
        site.await("shop", "restarted", s -> replica(s).path("restarts").asInt() > 0);
        site.engine.docker("exec", name, "touch", "/healthy");
        site.settled("shop");
        assertTrue(Instant.parse(site.inspect(name, "{{.State.StartedAt}}")).isAfter(started));
    }

    @Test
    void botIsReadyAfterItsDelayWithoutAnyCheck() {
        site.drop("shop", Site.file("shop", site.engine.images().sleeper(), "bot"));
        JsonNode check = replica(site.settled("shop")).path("last_check");
        assertEquals("process", check.path("kind").asText());
    }

    @Test
    void tcpAndDisableOnRequest() {
        site.drop("a", Site.file("a", site.engine.images().web(), "bot", "healthcheck: {tcp: {port: 80}}"));
        site.drop("b", Site.file("b", site.engine.images().worker(), "bot", "healthcheck: {disable: true}"));
        assertEquals(
                "tcp",
                replica(site.settled("a")).path("last_check").path("kind").asText());
        assertEquals(
                "process",
                replica(site.settled("b")).path("last_check").path("kind").asText());
    }

    @Test
    void containerThatExitsAtOnceIsToldWithItsLastLines() {
        String image = site.engine
                .images()
                .build("dhow-test/exits:1", "CMD [\"sh\", \"-c\", \"echo cannot find the sea; exit 7\"]");
        site.drop("shop", Site.file("shop", image, "bot", "restart: 'no'"));
        JsonNode status = site.await(
                "shop", "degraded", s -> Site.condition(s, "Degraded").startsWith("True"));
        JsonNode exit = replica(site.await(
                        "shop", "log", s -> !replica(s).path("last_exit").isNull()))
                .path("last_exit");
        assertEquals(7, exit.path("code").asInt());
        assertEquals("cannot find the sea", exit.path("log").path(0).asText());
        assertTrue(Site.condition(status, "Available").startsWith("False"));
    }

    @Test
    void crashLoopIsDegraded() {
        String image = site.engine.images().build("dhow-test/loops:1", "CMD [\"sh\", \"-c\", \"sleep 0.1; exit 3\"]");
        site.drop("shop", Site.file("shop", image, "bot"));
        site.await("shop", "crash loop", s -> Site.condition(s, "Degraded").equals("True CrashLoop"));
    }

    /// U9
    @Test
    void containerThatExitsBeforeItIsReadyFailsAtOnce() {
        String image = site.engine.images().build("dhow-test/soon:1", "CMD [\"sh\", \"-c\", \"sleep 3; exit 3\"]");
        site.drop("shop", Site.file("shop", image, "bot").replace("200ms", "30s"));
        JsonNode status =
                site.await("shop", "failed", s -> Site.condition(s, "Degraded").startsWith("True"));
        assertEquals("True ExitedBeforeReady", Site.condition(status, "Degraded"));
    }

    /// D15
    @Test
    void processKilledForItsMemoryIsTold() {
        String image = site.engine
                .images()
                .build("dhow-test/eats:1", "CMD [\"sh\", \"-c\", \"sleep 1; x=a; while :; do x=$x$x; done\"]");
        site.drop("shop", Site.file("shop", image, "bot", "restart: 'no'", "mem_limit: 16m"));
        JsonNode status = site.await(
                "shop",
                "killed",
                s -> replica(s).path("last_exit").path("oom_killed").asBoolean());
        assertTrue(Site.message(status, "Degraded").contains("memory"), Site.message(status, "Degraded"));
    }

    @Test
    void restartOfTheAgentKeepsReadiness() throws Exception {
        site.drop("shop", Site.file("shop", site.engine.images().web(), "web"));
        site.drop("bot", Site.file("bot", site.engine.images().sleeper(), "bot").replace("200ms", "1s"));
        site.settled("shop");
        site.settled("bot");
        site.restart();
        JsonNode first = site.await(
                "bot", "seen", s -> s.path("roles").path(0).path("replicas").size() == 1);
        assertTrue(!health(first, "starting"), first.toString());
        site.settled("shop");
    }
}
