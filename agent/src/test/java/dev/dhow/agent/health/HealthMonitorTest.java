package dev.dhow.agent.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.state.ImageFacts;
import dev.dhow.agent.state.Observed;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.RunState;
import dev.dhow.agent.state.Ticker;
import dev.dhow.agent.state.Verdict;
import dev.dhow.api.spec.Defaults;
import dev.dhow.api.spec.HealthSpec;
import dev.dhow.api.spec.ProxySpec;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.ServiceSpec;
import dev.dhow.api.status.ReplicaStatus.Health;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The monitor against real servers and the real clock: it waits for what it tells, never for time.
class HealthMonitorTest {
    private static final Duration FAST = Duration.ofMillis(20);

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger status = new AtomicInteger(503);
    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> changes = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> probes = new LinkedBlockingQueue<>();
    private HttpServer server;
    private HealthMonitor monitor;

    HealthMonitorTest() throws Exception {
        server = vertx.createHttpServer().requestHandler(this::answer);
        server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        monitor = monitor();
    }

    @AfterEach
    void stop() throws Exception {
        monitor.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    /// W10, K23, K28
    @Test
    void aContainerBecomesReadyAndUnreadyAndReadyAgain() throws Exception {
        ObservedContainer container = running("id1", now());
        assertEquals(Health.STARTING, judge(web(), container).health());
        awaitProbe("failure");
        assertNull(changes.poll());
        status.set(200);
        awaitChange();
        Verdict ready = judge(web(), container);
        assertTrue(ready.ready());
        assertEquals(200, Watching.check(ready).status());
        status.set(500);
        awaitChange();
        assertEquals("ChecksFail", judge(web(), container).reason());
        status.set(204);
        awaitChange();
        assertTrue(judge(web(), container).ready());
        assertTrue(asked.take().startsWith("shop.example.com /up"));
    }

    /// W2
    @Test
    void samplesThatChangeNothingSignalNothing() throws Exception {
        status.set(200);
        judge(web(), running("id1", now()));
        awaitChange();
        for (int i = 0; i < 5; i++) {
            awaitProbe("success");
        }
        assertNull(changes.poll());
    }

    @Test
    void whatWasSaidLastIsReadWithoutJudgingAgain() throws Exception {
        assertEquals(Map.of(), monitor.verdicts("shop"));
        status.set(200);
        Map<String, Verdict> starting = judgeAll(web(), List.of(running("id1", now())), Map.of());
        assertEquals(Set.of("id1"), monitor.verdicts("shop").keySet());
        assertEquals(Health.STARTING, of(starting, "id1").health());
        awaitChange();
        assertEquals(Health.READY, of(monitor.verdicts("shop"), "id1").health());
        assertEquals(Map.of(), monitor.verdicts("other"));
        monitor.forget("shop");
        assertEquals(Map.of(), monitor.verdicts("shop"));
    }

    @Test
    void aContainerThatIsGoneIsNotAskedAnyMore() throws Exception {
        status.set(200);
        judge(web(), running("id1", now()));
        awaitChange();
        assertEquals(Map.of(), judgeAll(web(), List.of(), Map.of()));
        silent();
    }

    @Test
    void aContainerThatStoppedIsNotAskedAnyMore() throws Exception {
        status.set(200);
        Instant started = now();
        judge(web(), running("id1", started));
        awaitChange();
        Verdict verdict = judge(web(), container("id1", RunState.EXITED, started));
        assertEquals("Exited", verdict.reason());
        assertFalse(verdict.failed());
        silent();
    }

    /// W6
    @Test
    void aServiceThatIsForgottenIsNotAskedAnyMore() throws Exception {
        judge(web(), running("id1", now()));
        awaitProbe("failure");
        monitor.forget("shop");
        monitor.forget("unknown");
        silent();
    }

    @Test
    void aMonitorThatIsClosedAsksNobody() throws Exception {
        judge(web(), running("id1", now()));
        awaitProbe("failure");
        monitor.close();
        silent();
        assertEquals(Health.STARTING, judge(web(), running("id2", now())).health());
        silent();
    }

    @Test
    void aNewStartIsAskedAnew() throws Exception {
        status.set(200);
        Instant started = now();
        judge(web(), running("id1", started));
        awaitChange();
        status.set(503);
        assertEquals(
                Health.STARTING,
                judge(web(), running("id1", started.plusSeconds(5))).health());
        status.set(200);
        awaitChange();
        assertTrue(judge(web(), running("id1", started.plusSeconds(5))).ready());
    }

    @Test
    void anAgentThatRestartsKeepsWhatItFindsUntilItWasAnswered() throws Exception {
        Instant longAgo = now().minusSeconds(86_400);
        judge(web(), running("id1", longAgo));
        monitor.close();
        changes.clear();
        monitor = monitor();
        assertEquals(Health.UNKNOWN, judge(web(), running("id1", longAgo)).health());
        awaitChange();
        assertEquals("ChecksFail", judge(web(), running("id1", longAgo)).reason());
        status.set(200);
        awaitChange();
        assertTrue(judge(web(), running("id1", longAgo)).ready());
    }

    @Test
    void replicasAreJudgedEachByItsOwn() throws Exception {
        status.set(200);
        ObservedContainer one = running("id1", now());
        ObservedContainer dead = new ObservedContainer(
                "id2",
                "n",
                Given.owner("web"),
                "sha256:1",
                RunState.RUNNING,
                null,
                now(),
                null,
                0,
                false,
                "",
                0,
                Defaults.RESTART,
                Map.of(),
                Set.of(),
                Defaults.STOP_GRACE_PROXIED);
        ObservedContainer stranger = new ObservedContainer(
                "id3",
                "n",
                Given.owner("gone"),
                "sha256:1",
                RunState.RUNNING,
                null,
                now().minusSeconds(60),
                null,
                0,
                false,
                "",
                0,
                Defaults.RESTART,
                Map.of(),
                Set.of(),
                Defaults.STOP_GRACE_PROXIED);
        judgeAll(web(), List.of(one, dead, stranger), Map.of());
        awaitChange();
        Map<String, Verdict> verdicts = judgeAll(web(), List.of(one, dead, stranger), Map.of());
        assertEquals(Set.of("id1", "id2", "id3"), verdicts.keySet());
        assertEquals(Health.READY, of(verdicts, "id1").health());
        assertEquals(Health.STARTING, of(verdicts, "id2").health());
        assertEquals(Health.READY, of(verdicts, "id3").health());
    }

    @Test
    void theImagesExposedPortIsAsked() throws Exception {
        RoleSpec role = Given.role(ProxySpec.PLAIN, pace(null));
        ImageFacts image = new ImageFacts("sha256:1", List.of(), false, List.of(server.actualPort()));
        ServiceSpec spec = new ServiceSpec("shop", List.of(role));
        ObservedContainer container = running("id1", now());
        status.set(200);
        judgeAll(spec, List.of(container), Map.of("sha256:1", image));
        awaitChange();
        assertEquals("127.0.0.1:%d /up".formatted(server.actualPort()), asked.take());
    }

    @Test
    void aTcpCheckIsAskedToo() throws Exception {
        HealthSpec tcp = pace(new HealthSpec.Tcp(server.actualPort()));
        ServiceSpec spec = new ServiceSpec("shop", List.of(Given.role(null, tcp)));
        ObservedContainer container = running("id1", now());
        judge(spec, container);
        awaitChange();
        assertTrue(judge(spec, container).ready());
        assertTrue(asked.isEmpty());
    }

    @Test
    void aListenerThatThrowsEndsNothing() throws Exception {
        monitor.close();
        monitor = new HealthMonitor(
                vertx,
                Ticker.system(),
                (_, _, result, _) -> {
                    probes.add(result);
                    throw new IllegalStateException("listener");
                },
                service -> {
                    changes.add(service);
                    throw new IllegalStateException("loop");
                },
                new SplittableRandom(1));
        judge(web(), running("id1", now()));
        awaitProbe("failure");
        status.set(200);
        awaitChange();
        status.set(500);
        awaitChange();
    }

    /// W8
    @Test
    void aListenerThatAsksBackHoldsNothingUp() throws Exception {
        monitor.close();
        monitor = new HealthMonitor(
                vertx,
                Ticker.system(),
                (_, _, result, _) ->
                        probes.add(result + " " + monitor.verdicts("shop").size()),
                service -> changes.add(service + monitor.verdicts(service).size()),
                new SplittableRandom(1));
        judge(web(), running("id1", now()));
        awaitProbe("failure 1");
        status.set(200);
        assertEquals("shop1", changes.poll(20, TimeUnit.SECONDS));
    }

    private HealthMonitor monitor() {
        return new HealthMonitor(
                vertx,
                Ticker.system(),
                (service, role, result, took) -> probes.add(service + "/" + role + " " + result),
                changes::add,
                new SplittableRandom(1));
    }

    private void answer(HttpServerRequest request) {
        asked.add(request.getHeader("Host") + " " + request.uri());
        request.response().setStatusCode(status.get()).end("hello");
    }

    /// A request under way may still arrive. A probe that goes on is never that quiet.
    private void silent() throws InterruptedException {
        String last;
        int late = 0;
        do {
            last = asked.poll(300, TimeUnit.MILLISECONDS);
            assertTrue(late++ < 100, "still asked");
        } while (last != null);
    }

    private void awaitChange() throws InterruptedException {
        assertEquals("shop", changes.poll(30, TimeUnit.SECONDS));
    }

    private void awaitProbe(String result) throws InterruptedException {
        probes.clear();
        String probe;
        do {
            probe = probes.poll(30, TimeUnit.SECONDS);
            assertNotNull(probe, "no probe");
        } while (!probe.endsWith(result));
    }

    private Map<String, Verdict> judgeAll(
            ServiceSpec spec, List<ObservedContainer> containers, Map<String, ImageFacts> images) {
        Map<String, RoleSpec> roles = new HashMap<>();
        containers.forEach(c -> spec.role(c.owner().role()).ifPresent(role -> roles.put(c.id(), role)));
        Observed reading = new Observed(Ticker.system().now(), containers, images, Set.of(), Set.of(), 0);
        return monitor.judge(spec.name(), roles, Set.of(), containers, reading);
    }

    private Verdict judge(ServiceSpec spec, ObservedContainer container) {
        return of(judgeAll(spec, List.of(container), Map.of()), container.id());
    }

    private static Verdict of(Map<String, Verdict> verdicts, String id) {
        return Objects.requireNonNull(verdicts.get(id));
    }

    private ServiceSpec web() {
        ProxySpec proxy = new ProxySpec(List.of("shop.example.com"), false, "/", true, server.actualPort());
        return new ServiceSpec("shop", List.of(Given.role(proxy, pace(null))));
    }

    private static HealthSpec pace(HealthSpec.@Nullable Tcp tcp) {
        return new HealthSpec(null, tcp, null, false, FAST, Duration.ofSeconds(10), 3, null, FAST, null);
    }

    private static Instant now() {
        return Instant.now();
    }

    private static ObservedContainer running(String id, Instant startedAt) {
        return container(id, RunState.RUNNING, startedAt);
    }

    private static ObservedContainer container(String id, RunState state, Instant startedAt) {
        return new ObservedContainer(
                id,
                "shop-web-" + id,
                Given.owner("web"),
                "sha256:1",
                state,
                null,
                startedAt,
                null,
                1,
                false,
                "",
                0,
                Defaults.RESTART,
                Map.of("host", "127.0.0.1"),
                Set.of(),
                Defaults.STOP_GRACE_PROXIED);
    }
}
