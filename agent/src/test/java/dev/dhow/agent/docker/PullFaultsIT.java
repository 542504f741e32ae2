package dev.dhow.agent.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.registry.Credentials;
import dev.dhow.agent.registry.Login;
import dev.dhow.agent.runtime.CallListener;
import dev.dhow.agent.runtime.PullListener;
import dev.dhow.agent.runtime.PullProgress;
import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import dev.dhow.agent.state.Ticker;
import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.FaultProxy;
import dev.dhow.agent.testing.RegistryContent.Layer;
import dev.dhow.agent.testing.RegistryProxy;
import dev.dhow.agent.testing.TestEngine;
import dev.dhow.agent.testing.TestRegistry;
import dev.dhow.api.spec.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What pulls do when the registry, the line to it or the disk misbehaves.
final class PullFaultsIT {
    private static final Layer SMALL = new Layer(1000, true);
    private static final Layer LARGE = new Layer(8 << 20, true);
    private static final Credentials LOGIN = _ -> new Credentials.Answer.Found(
            new Login.Password(TestRegistry.USER, new Secret("first-password")), "the test");

    private static TestRegistry registry;

    private RegistryProxy line;
    private DockerRuntime runtime;

    @BeforeAll
    static void startRegistry() {
        registry = TestRegistry.plain(TestEngine.shared());
    }

    @AfterAll
    static void stopRegistry() {
        registry.close();
    }

    @BeforeEach
    void open() {
        line = new RegistryProxy(TestEngine.shared().hostAddress(), registry.uri());
        runtime = connect(TestEngine.shared().uri(), PullListener.NONE);
    }

    @AfterEach
    void close() {
        runtime.close();
        line.close();
    }

    private static DockerRuntime connect(String uri, PullListener listener) {
        return DockerRuntime.connect(uri, "faults", Ticker.system(), CallListener.NONE, LOGIN, listener);
    }

    private String image(String repository, Layer... layers) {
        registry.content().push(repository, "1", layers);
        return "%s/%s:1".formatted(line.host(), repository);
    }

    private static RuntimeFailure fails(DockerRuntime runtime, Kind kind, String image) {
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> runtime.pull(image, null));
        assertEquals(kind, failure.kind(), failure.getMessage());
        return failure;
    }

    private FutureTask<String> pulling(String image) {
        FutureTask<String> task = new FutureTask<>(() -> {
            runtime.pull(image, null);
            return "done";
        });
        Thread.ofVirtual().start(task);
        return task;
    }

    @Test
    void aRateLimitIsOneAndSaysWhatIsKnown() {
        String image = image("limited", SMALL);
        line.answer(
                "/manifests/", 429, "{\"errors\":[{\"code\":\"TOOMANYREQUESTS\",\"message\":\"retry after 30s\"}]}");
        RuntimeFailure told = fails(runtime, Kind.RATE_LIMITED, image);
        // With containerd's images the Engine asks by HEAD, whose answer has no body.
        boolean bodiless = TestEngine.shared()
                .docker("info", "--format", "{{.DriverStatus}}")
                .contains("containerd");
        assertEquals(bodiless ? Optional.empty() : Optional.of(Duration.ofSeconds(30)), told.retryAfter());
        assertEquals(
                !bodiless, told.toString().endsWith(line.host() + " asks to come back in 30 s"), told.getMessage());
        line.answer("/manifests/", 429, "slow down");
        RuntimeFailure plain = fails(runtime, Kind.RATE_LIMITED, image);
        assertEquals(Optional.empty(), plain.retryAfter(), "the header does not come through Docker");
        assertTrue(plain.toString().contains("Docker does not pass on until when"), plain.getMessage());
    }

    /// D6
    @Test
    void aRegistryInTroubleIsNoMissingImage() throws Exception {
        String image = image("troubled", SMALL);
        for (int status : List.of(500, 502, 503)) {
            line.answer("/v2/", status, "");
            fails(runtime, Kind.REGISTRY, image);
        }
        line.answer("/manifests/", 403, "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"not you\"}]}");
        fails(runtime, Kind.AUTH, image);
        line.heal();
        runtime.pull(image, null);
    }

    /// D23
    @Test
    void aSlowPullTellsHowFarItIsAndServesAllWhoAsk() throws Exception {
        String image = image("slow", SMALL, LARGE);
        try (FaultProxy asked = new FaultProxy(TestEngine.shared().socket());
                DockerRuntime observed = connect(asked.uri(), PullListener.NONE)) {
            runtime.close();
            runtime = observed;
            line.delay(Duration.ofMillis(20));
            List<FutureTask<String>> services = List.of(pulling(image), pulling(image), pulling(image));
            PullProgress early = Await.until(
                    "bytes come",
                    () -> Optional.ofNullable(runtime.pulling().get(image)).orElse(PullProgress.ASKING),
                    progress -> progress.doneBytes() > 2 * SMALL.bytes());
            assertTrue(early.doneBytes() < early.totalBytes(), early.toString());
            assertEquals("downloading", early.doing());
            assertEquals(2, early.layers());
            for (FutureTask<String> service : services) {
                assertEquals("done", service.get());
            }
            assertEquals(java.util.Map.of(), runtime.pulling());
            assertEquals(
                    1,
                    asked.requests().stream()
                            .filter(request -> request.contains("/images/create"))
                            .count());
        }
    }

    @Test
    void aCutDownloadGoesOnWhereItBroke() throws Exception {
        String image = image("cut", LARGE);
        line.cutNext("/blobs/", 3 << 20);
        runtime.pull(image, null);
        assertTrue(runtime.image(image).isPresent());
        assertTrue(
                line.requests().stream().anyMatch(request -> request.contains("/blobs/") && request.contains("bytes=")),
                line.requests().toString());
    }

    /// D26
    @Test
    void aPullThatStandsStillEndsAndBlamesTheRegistry() throws Exception {
        String image = image("stalled", LARGE);
        line.stall("/blobs/", 1 << 20);
        try (EngineConnection connection =
                new EngineConnection(URI.create(TestEngine.shared().uri()), Ticker.system(), CallListener.NONE)) {
            ImagePuller puller = new ImagePuller(connection, LOGIN, PullListener.NONE, Duration.ofSeconds(3));
            RuntimeFailure stalled = assertThrows(RuntimeFailure.class, () -> puller.pull(image, null));
            assertEquals(Kind.REGISTRY, stalled.kind(), stalled.getMessage());
            assertTrue(stalled.toString().contains(": nothing moved for 3 s while "), stalled.getMessage());
            line.heal();
            puller.pull(image, null);
        }
    }

    @Test
    void anInterruptedPullIsBrokenOffInTheEngineToo() throws Exception {
        String image = image("interrupted", LARGE);
        line.delay(Duration.ofMillis(100));
        FutureTask<String> service = new FutureTask<>(() -> {
            runtime.pull(image, null);
            return "done";
        });
        Thread thread = Thread.ofVirtual().start(service);
        Await.until("it is under way", () -> line.requests().stream().anyMatch(r -> r.contains("/blobs/")));
        thread.interrupt();
        assertThrows(java.util.concurrent.ExecutionException.class, service::get);
        Await.until("nobody pulls", () -> runtime.pulling().isEmpty());
        assertEquals(Optional.empty(), runtime.image(image));
    }

    @Test
    void aFullDiskFailsThePullAndTouchesNothingElse() throws Exception {
        try (TestEngine small = TestEngine.prepare(false)) {
            small.limitDisk("800m");
            small.start();
            String id = small.docker("run", "-d", small.images().sleeper());
            List<String> wanted = new CopyOnWriteArrayList<>();
            PullListener listener = new PullListener() {
                @Override
                public void pulled(String reference, String pulledId, boolean before) {
                    wanted.add(reference);
                }

                @Override
                public void spaceWanted() {
                    wanted.add("space");
                }
            };
            try (RegistryProxy way = new RegistryProxy(small.hostAddress(), registry.uri());
                    DockerRuntime tight = connect(small.uri(), listener)) {
                // Packed it is small, so that only unpacking finds the disk full.
                registry.content().push("bomb", "1", new Layer(900L << 20, false));
                RuntimeFailure full = fails(tight, Kind.DISK_FULL, way.host() + "/bomb:1");
                assertTrue(full.toString().contains("no space left on device"), full.getMessage());
                registry.content().push("filler", "1", new Layer(400L << 20, false));
                tight.pull(way.host() + "/filler:1", null);
                RuntimeFailure refused = fails(tight, Kind.DISK_FULL, way.host() + "/bomb:1");
                assertTrue(refused.toString().contains(": not begun, because "), refused.getMessage());
                assertEquals(List.of("space", way.host() + "/filler:1", "space"), wanted);
                assertTrue(tight.disk().orElseThrow().usedPercent() > 40);
            }
            assertEquals("true", small.docker("inspect", "-f", "{{.State.Running}}", id));
        }
    }
}
