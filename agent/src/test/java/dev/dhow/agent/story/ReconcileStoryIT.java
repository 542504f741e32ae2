package dev.dhow.agent.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.TestEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What an operator does, on a real Engine: files come, change and go; hands meddle; the agent restarts.
class ReconcileStoryIT {
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

    /// R4, R10
    @Test
    void filesComeChangeScaleAndGo() {
        site.drop("shop", Site.file("shop", sleeper, "bot")).settled("shop");
        String first = site.only("shop");
        assertEquals("0", site.inspect(first, "{{.RestartCount}}"));

        site.drop("shop", Site.file("shop", sleeper, "bot", "environment: {A: '1'}"));
        Await.until(
                "replaced",
                site::running,
                now -> now.size() == 1 && !now.getFirst().equals(first));
        site.settled("shop");
        assertTrue(site.inspect(site.only("shop"), "{{.Config.Env}}").contains("A=1"));

        site.drop("shop", Site.file("shop", sleeper, "bot", "environment: {A: '1'}", "replicas: 3"));
        Await.until("scaled up", () -> site.running().size() == 3);
        site.settled("shop");
        site.drop("shop", Site.file("shop", sleeper, "bot", "environment: {A: '1'}"));
        Await.until("scaled down", () -> site.running().size() == 1);
        assertTrue(site.containers().contains(first + " exited"), "the first version is kept");

        site.delete("shop");
        Await.until("removed", () -> site.containers().isEmpty());
        Await.until("told no more", () -> site.get("/v1/services/shop").statusCode() == 404);
    }

    @Test
    void whatHandsDoIsPutRight() {
        site.drop("shop", Site.file("shop", sleeper, "bot")).settled("shop");
        String name = site.only("shop");
        for (String hand : List.of("stop", "kill", "pause")) {
            site.engine.docker(hand, name);
            Await.until(hand + " undone", () -> site.containers().equals(List.of(name + " running")));
            site.settled("shop");
        }
        site.engine.docker("rename", name, name + "-mine");
        site.settled("shop");
        assertEquals(List.of(name + "-mine running"), site.containers());
        site.engine.docker("rm", "-f", name + "-mine");
        Await.until("made again", () -> site.containers().equals(List.of(name + " running")));
    }

    /// R2
    @Test
    void restartOfTheAgentTouchesNothing() throws Exception {
        site.drop("shop", Site.file("shop", sleeper, "bot", "replicas: 2")).settled("shop");
        List<String> before = site.identities();
        site.restart();
        site.settled("shop");
        assertEquals(before, site.identities());
    }

    /// R2
    @Test
    void lostStateDirectoryTouchesNothing() throws Exception {
        site.drop("shop", Site.file("shop", sleeper, "bot")).settled("shop");
        List<String> before = site.identities();
        site.stop();
        try (Stream<Path> files = Files.walk(site.state)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(path -> path.toFile().delete());
        }
        site.start();
        site.settled("shop");
        assertEquals(before, site.identities());
    }

    @Test
    void movedTagRecreatesNothing() throws Exception {
        String image = site.engine.images().build("dhow-test/moving:1", "CMD [\"sleep\", \"1000000\"]");
        site.drop("shop", Site.file("shop", image, "bot", "stop_grace_period: 1s"))
                .settled("shop");
        List<String> before = site.identities();
        site.engine.images().build("dhow-test/moving:1", "CMD [\"sleep\", \"2000000\"]");
        site.restart();
        site.settled("shop");
        assertEquals(before, site.identities());
    }

    /// R25
    @Test
    void containersOfOthersAreNeverTouched() throws Exception {
        site.drop("shop", Site.file("shop", sleeper, "bot")).settled("shop");
        String name = site.only("shop");
        site.stop();
        site.engine.docker("rm", "-f", name);
        site.engine.docker("run", "-d", "--name", name, sleeper);
        site.engine.docker(
                "run",
                "-d",
                "--name",
                "theirs",
                "--label",
                "dev.dhow.host=other",
                "--label",
                "dev.dhow.service=shop",
                "--label",
                "dev.dhow.role=bot",
                "--label",
                "dev.dhow.replica=1",
                sleeper);
        try {
            site.start();
            String message = Site.message(
                    site.await(
                            "shop",
                            "refused",
                            s -> Site.condition(s, "Degraded").startsWith("True")),
                    "Degraded");
            assertTrue(message.contains(name), message);
            site.delete("shop");
            Await.until("removed", () -> site.get("/v1/services/shop").statusCode() == 404);
            assertEquals("running", site.inspect(name, "{{.State.Status}}"));
            assertEquals("running", site.inspect("theirs", "{{.State.Status}}"));
        } finally {
            site.engine.docker("rm", "-f", name, "theirs");
        }
    }

    @Test
    void missingImageIsToldAndTriedAgainWhenItComes() {
        String name = "dhow-test/late:1";
        site.engine.tryDocker("rmi", "-f", name);
        site.drop("shop", Site.file("shop", name, "bot", "pull_policy: never"));
        site.await("shop", "told", s -> Site.condition(s, "ImageAvailable").startsWith("False"));
        site.engine.docker("tag", sleeper, name);
        try {
            site.settled("shop");
        } finally {
            // Another test counts on the image having one name.
            site.engine.docker("rmi", name);
        }
    }

    /// The command of docs/agent.md.
    @Test
    void dockerPsShowsTheContentAndTheLabelTheReference() {
        site.drop("shop", Site.file("shop", sleeper, "bot")).settled("shop");
        String id = site.engine.docker("image", "inspect", "--format", "{{.Id}}", sleeper);
        String format = "{{.Names}}\t{{.Label \"dev.dhow.image\"}}\t{{.Image}}";
        assertEquals(
                "%s\t%s\t%.12s".formatted(site.only("shop"), sleeper, id.substring("sha256:".length())),
                site.engine.docker("ps", "--filter", "label=dev.dhow.host=" + site.host, "--format", format));
    }

    @Test
    void takenPortIsToldAndTheRestGoesOn() {
        site.engine.docker("run", "-d", "--name", "holder", "-p", "127.0.0.1:18099:80", sleeper);
        try {
            site.drop("shop", Site.file("shop", sleeper, "bot", "ports: ['127.0.0.1:18099:80']"));
            site.drop("other", Site.file("other", sleeper, "bot"));
            String message = Site.message(
                    site.await(
                            "shop", "told", s -> Site.condition(s, "Degraded").startsWith("True")),
                    "Degraded");
            assertTrue(message.contains("18099"), message);
            site.settled("other");
        } finally {
            site.engine.docker("rm", "-f", "holder");
        }
        site.settled("shop");
    }

    /// D9
    @Test
    void twentyServicesComeUpTogether() {
        for (int i = 0; i < 20; i++) {
            site.drop("s" + i, Site.file("s" + i, sleeper, "bot"));
        }
        for (int i = 0; i < 20; i++) {
            site.settled("s" + i);
        }
        assertEquals(20, site.containers().size());
        assertTrue(site.engine
                        .docker("network", "ls", "--filter", "name=^dhow$", "-q")
                        .lines()
                        .count()
                == 1);
    }
}
