package dev.dhow.agent.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.docker.DockerRuntime;
import dev.dhow.agent.history.PulledImages;
import dev.dhow.agent.history.StateDir;
import dev.dhow.agent.registry.Credentials;
import dev.dhow.agent.registry.Login;
import dev.dhow.agent.runtime.CallListener;
import dev.dhow.agent.state.Ticker;
import dev.dhow.agent.testing.ManualTicker;
import dev.dhow.agent.testing.RegistryContent.Layer;
import dev.dhow.agent.testing.TestEngine;
import dev.dhow.agent.testing.TestRegistry;
import dev.dhow.api.spec.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// On a real Engine exactly those images go that may.
final class ImageJanitorIT {
    private static final Credentials LOGIN = _ -> new Credentials.Answer.Found(
            new Login.Password(TestRegistry.USER, new Secret("first-password")), "the test");

    /// D18
    @Test
    void onlyIdleImagesThatWePulledGo(@TempDir Path dir) throws Exception {
        ManualTicker ticker = new ManualTicker();
        TestEngine engine = TestEngine.shared();
        try (StateDir state = StateDir.open(dir.resolve("state"));
                TestRegistry registry = TestRegistry.plain(engine)) {
            PulledImages pulled = new PulledImages(state);
            try (DockerRuntime runtime = DockerRuntime.connect(
                    engine.uri(),
                    "janitor",
                    Ticker.system(),
                    CallListener.NONE,
                    LOGIN,
                    (reference, id, before) -> pulled.pulled(reference, id, before, ticker.wall()))) {
                String at = registry.host() + "/gc/";
                for (String name : List.of("idle", "kept", "held", "byhand", "renamed", "digest", "moved")) {
                    registry.content().push("gc/" + name, "1", new Layer(1000, true));
                }
                String digest = registry.content().push("gc/digest", "2", new Layer(1000, true));
                String config = dir.toString();
                engine.docker(
                        "--config", config, "login", "-u", TestRegistry.USER, "-p", "first-password", registry.host());
                engine.docker("--config", config, "pull", at + "byhand:1");
                for (String name : List.of("idle", "kept", "held", "byhand", "renamed", "moved")) {
                    runtime.pull(at + name + ":1", null);
                }
                runtime.pull(at + "digest@" + digest, null);
                String old = runtime.image(at + "moved:1").orElseThrow().id();
                registry.content().push("gc/moved", "1", new Layer(1001, true));
                runtime.pull(at + "moved:1", null);
                String container = engine.docker("create", at + "held:1");
                engine.docker("tag", at + "renamed:1", "mine:1");
                Set<String> before = ids(runtime);
                Set<String> going = new TreeSet<>(List.of(
                        runtime.image(at + "idle:1").orElseThrow().id(),
                        runtime.image(at + "digest@" + digest).orElseThrow().id(),
                        old));
                ticker.advance(Duration.ofHours(1));
                Set<String> keep = Set.of(at + "kept:1", at + "moved:1");
                ImageJanitor janitor = new ImageJanitor(runtime, pulled, () -> Optional.of(keep), ticker, 0, -1);
                assertEquals(3, janitor.sweep().size());
                before.removeAll(going);
                assertEquals(before, ids(runtime));
                assertTrue(pulled.all()
                        .containsKey(runtime.image(at + "kept:1").orElseThrow().id()));
                engine.docker("rm", container);
            }
        }
    }

    private static Set<String> ids(DockerRuntime runtime) throws Exception {
        Set<String> ids = new TreeSet<>();
        runtime.images().images().forEach(image -> ids.add(image.id()));
        return ids;
    }
}
