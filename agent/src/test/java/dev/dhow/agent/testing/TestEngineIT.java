package dev.dhow.agent.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// The fixture itself: what the other tests rely on.
final class TestEngineIT {
    private static int status(String url) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
        }
    }

    @Test
    void containersAnswerAtTheirOwnAddressAndAtPublishedPorts() {
        TestEngine engine = TestEngine.shared();
        String id = engine.docker(
                "run", "-d", "-p", "0.0.0.0:8081:80", engine.images().web());
        String address = engine.docker("inspect", "-f", "{{.NetworkSettings.IPAddress}}", id);
        assertEquals(200, Await.until("web answers", () -> status("http://" + address + "/up"), s -> s == 200));
        assertEquals(200, Await.until("port", () -> status("http://" + engine.address() + ":8081/up"), s -> s == 200));
        assertEquals(503, Await.until("cgi", () -> status("http://" + address + "/cgi-bin/status?503"), s -> s == 503));
        engine.docker("rm", "-f", id);
    }

    @Test
    void imagesCarryTheirInstructions() {
        TestEngine engine = TestEngine.shared();
        String health = engine.docker(
                "image",
                "inspect",
                "-f",
                "{{json .Config.Healthcheck}}",
                engine.images().worker());
        assertTrue(health.contains("\"Interval\":1000000000"), health);
        assertEquals(
                "map[80/tcp:{}]",
                engine.docker(
                        "image",
                        "inspect",
                        "-f",
                        "{{.Config.ExposedPorts}}",
                        engine.images().web()));
    }

    /// The Engine's slot is locked by this process, so that tests of another checkout do not clear it.
    private static boolean locked(TestEngine engine) throws IOException {
        Object inode = Files.getAttribute(Path.of(engine.directory() + ".lock"), "unix:ino");
        return Files.readString(Path.of("/proc/locks")).contains(":" + inode + " ");
    }

    @Test
    void engineKeepsItsPlaceWhileOthersComeAndGo() throws IOException {
        TestEngine engine = TestEngine.shared();
        try (TestEngine other = TestEngine.prepare(false)) {
            assertTrue(locked(other));
            assertTrue(locked(engine), "after another one looked for a place");
        }
        assertTrue(locked(engine));
    }

    @Test
    void containersEndWithTheEngineAndNothingIsLeft() {
        TestEngine engine = TestEngine.started();
        try (engine) {
            engine.docker("run", "-d", engine.images().sleeper());
            engine.kill();
            engine.start();
            assertEquals("", engine.docker("ps", "-q"));
        }
        assertFalse(Files.exists(engine.directory()));
        assertFalse(Shell.run("ip", "route").contains(engine.address()));
    }

    @Test
    void containersSurviveAKillWithLiveRestore() {
        try (TestEngine engine = TestEngine.prepare(true)) {
            engine.start();
            String id = engine.docker("run", "-d", engine.images().sleeper());
            engine.kill();
            engine.start();
            assertEquals(id, engine.docker("ps", "-q", "--no-trunc"));
        }
    }
}
