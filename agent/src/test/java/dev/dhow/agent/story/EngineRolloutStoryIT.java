package dev.dhow.agent.story;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.TestEngine;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The Engine hangs, is killed and is restarted in the middle of rollouts: each goes on afterwards, and what the Engine
/// did itself is nothing that a version is condemned for.
class EngineRolloutStoryIT {
    /// What befalls the Engine, and how it comes back.
    private enum Fault {
        HANG,
        KILL,
        RESTART;

        void begin(TestEngine engine) {
            switch (this) {
                case HANG -> engine.suspend();
                case KILL -> engine.kill();
                case RESTART -> engine.stop();
            }
        }

        void end(TestEngine engine) {
            if (this == HANG) {
                engine.resume();
            } else {
                engine.start();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyRolloutGoesOnAndNothingReadyIsLost(boolean liveRestore) throws Exception {
        try (TestEngine engine = TestEngine.prepare(liveRestore);
                Site site = new Site(engine)) {
            engine.start();
            site.start();
            drop(site, "none");
            Await.until("the first runs", () -> site.running().size() == 1);
            becomeReady(site, site.only("shop"));
            site.settled("shop");
            for (Fault fault : Fault.values()) {
                // A hung Engine is the same with both.
                if (fault != Fault.HANG || !liveRestore) {
                    rollout(site, fault, liveRestore);
                }
            }
        }
    }

    private static void rollout(Site site, Fault fault, boolean liveRestore) throws Exception {
        String what = fault + (liveRestore ? " with live-restore" : "");
        String old = site.only("shop");
        drop(site, fault.name());
        Await.until(what + ": the new one runs", () -> site.running().size() == 2);
        List<String> before = identities(site, liveRestore || fault == Fault.HANG);
        String made = site.running().stream()
                .filter(name -> !name.equals(old))
                .findAny()
                .orElseThrow();

        fault.begin(site.engine);
        site.await("shop", what, s -> Site.condition(s, "Available").equals("Unknown DockerAway"));
        fault.end(site.engine);
        JsonNode seen = site.await(
                "shop", what + " is over", s -> Site.condition(s, "Available").startsWith("True"));
        assertEquals("progressing", seen.path("rollout").path("outcome").asText(), what + ": " + seen);
        assertEquals(before, identities(site, liveRestore || fault == Fault.HANG), what);

        becomeReady(site, made);
        site.settled("shop");
        assertEquals(
                "available", site.status("shop").path("rollout").path("outcome").asText(), what);
        assertEquals(List.of(made), site.running(), what);
    }

    /// Ids of all containers, with their starts where the Engine's end is not theirs.
    private static List<String> identities(Site site, boolean starts) {
        return site.identities().stream()
                .map(line -> starts ? line : line.split(" ")[0])
                .toList();
    }

    /// A version that is ready when it is told to be.
    private static void drop(Site site, String version) {
        site.drop(
                "shop",
                Site.file(
                        "shop",
                        site.engine.images().sleeper(),
                        "bot",
                        "environment: {VERSION: %s}".formatted(version),
                        // Not Docker's own check: Engines do not take it up again after a restart with live-restore.
                        "command: [sh, -c, 'until test -e /told; do sleep 0.1; done; exec httpd -f -p 80 -h /www']",
                        "init: true",
                        "healthcheck: {tcp: {port: 80}}",
                        "deploy_timeout: 60s"));
    }

    private static void becomeReady(Site site, String container) {
        site.engine.docker("exec", container, "touch", "/told");
    }
}
