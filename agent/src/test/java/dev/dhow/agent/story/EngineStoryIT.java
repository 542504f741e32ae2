package dev.dhow.agent.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.FaultProxy;
import dev.dhow.agent.testing.TestEngine;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The Engine is absent, killed, hung, or tells nothing: unknown is never treated as bad.
class EngineStoryIT {
    @Test
    void engineThatComesLaterIsUsedWhenItComes() throws Exception {
        try (TestEngine engine = TestEngine.prepare(false);
                Site site = new Site(engine).start()) {
            site.drop("shop", Site.file("shop", "dhow-test/sleeper:1", "bot", "pull_policy: never"));
            Await.until(
                    "alive and not ready",
                    () -> site.get("/healthz").statusCode() == 200
                            && site.get("/readyz").statusCode() == 503);
            assertTrue(site.get("/metrics").body().contains("dhow_docker_up 0"));
            engine.start();
            engine.images().sleeper();
            site.settled("shop");
            assertEquals(200, site.get("/readyz").statusCode());
            assertTrue(site.get("/metrics").body().contains("dhow_docker_up 1"));
        }
    }

    @Test
    void killedEngineLeavesContainersAsTheyWereWithLiveRestore() throws Exception {
        try (TestEngine engine = TestEngine.prepare(true);
                Site site = new Site(engine)) {
            engine.start();
            site.start()
                    .drop("shop", Site.file("shop", engine.images().sleeper(), "bot"))
                    .settled("shop");
            List<String> before = site.identities();
            engine.kill();
            site.await("shop", "unknown", s -> Site.condition(s, "Available").equals("Unknown DockerAway"));
            assertEquals(200, site.get("/readyz").statusCode(), "ready is for good");
            engine.start();
            site.settled("shop");
            assertEquals(before, site.identities());
        }
    }

    @Test
    void restartedEngineStartsItsContainersAgainAndNothingIsMadeAnew() throws Exception {
        try (TestEngine engine = TestEngine.started();
                Site site = new Site(engine)) {
            site.start()
                    .drop("shop", Site.file("shop", engine.images().sleeper(), "bot", "replicas: 2"))
                    .settled("shop");
            List<String> ids = ids(site);
            engine.stop();
            site.await("shop", "unknown", s -> Site.condition(s, "Available").equals("Unknown DockerAway"));
            engine.start();
            site.settled("shop");
            assertEquals(ids, ids(site));
        }
    }

    @Test
    void engineThatIsStoppingIsAskedToStartNothing() throws Exception {
        try (TestEngine engine = TestEngine.started();
                FaultProxy proxy = new FaultProxy(engine.socket());
                Site site = new Site(engine, proxy.uri())) {
            String stubborn = engine.images()
                    .build("dhow-test/stubborn:1", "CMD [\"sh\", \"-c\", \"trap '' TERM; while :; do sleep 1; done\"]");
            site.start()
                    .drop("shop", Site.file("shop", engine.images().sleeper(), "bot", "replicas: 2"))
                    .drop("slow", Site.file("slow", stubborn, "bot", "stop_grace_period: 5s"));
            site.settled("shop");
            site.settled("slow");
            List<String> ids = ids(site);
            // Those of shop end at once, and the Engine itself five seconds later: it still answers in old connections.
            proxy.forgetRequests();
            engine.stop();
            assertEquals(List.of(), proxy.changes());
            engine.start();
            site.settled("shop");
            site.settled("slow");
            assertEquals(ids, ids(site));
        }
    }

    private static List<String> ids(Site site) {
        return site.identities().stream().map(line -> line.split(" ")[0]).toList();
    }

    @Test
    void hungEngineIsUnknownAndThenGoesOn() throws Exception {
        try (TestEngine engine = TestEngine.started();
                Site site = new Site(engine)) {
            site.start()
                    .drop("shop", Site.file("shop", engine.images().sleeper(), "bot"))
                    .settled("shop");
            List<String> before = site.identities();
            engine.suspend();
            site.drop("shop", Site.file("shop", "dhow-test/sleeper:1", "bot", "replicas: 2"));
            site.await("shop", "unknown", s -> Site.condition(s, "Available").equals("Unknown DockerAway"));
            assertEquals(200, site.get("/healthz").statusCode());
            engine.resume();
            Await.until("scaled", () -> site.containers().size() == 2);
            site.settled("shop");
            assertTrue(site.identities().containsAll(before));
        }
    }

    @Test
    void lostEventsAreMadeUpFor() throws Exception {
        TestEngine engine = TestEngine.shared();
        try (FaultProxy proxy = new FaultProxy(engine.socket());
                Site site = new Site(engine, proxy.uri())) {
            site.start()
                    .drop("shop", Site.file("shop", engine.images().sleeper(), "bot"))
                    .settled("shop");
            String name = site.only("shop");
            proxy.refuse(true);
            proxy.cutAll();
            engine.docker("stop", name);
            proxy.refuse(false);
            Await.until("started again", () -> site.containers().equals(List.of(name + " running")));
        }
    }

    @Test
    void lostAnswerToACreateMakesNoSecondContainer() throws Exception {
        TestEngine engine = TestEngine.shared();
        try (FaultProxy proxy = new FaultProxy(engine.socket());
                Site site = new Site(engine, proxy.uri())) {
            site.start();
            proxy.loseAnswerTo("/containers/create");
            site.drop("shop", Site.file("shop", engine.images().sleeper(), "bot"))
                    .settled("shop");
            assertEquals(1, site.containers().size());
        }
    }
}
