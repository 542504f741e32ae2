package dev.dhow.agent.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.execute.Executor;
import dev.dhow.agent.health.Health;
import dev.dhow.agent.history.Journal;
import dev.dhow.agent.plan.Request;
import dev.dhow.agent.plan.Requests;
import dev.dhow.agent.runtime.FakeRuntime;
import dev.dhow.agent.runtime.FakeTraffic;
import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import dev.dhow.agent.state.Chronicle;
import dev.dhow.agent.state.Declared;
import dev.dhow.agent.state.Desired;
import dev.dhow.agent.state.ImageFacts;
import dev.dhow.agent.state.KeptFile;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Owner;
import dev.dhow.agent.state.Ticker;
import dev.dhow.agent.state.Verdict;
import dev.dhow.agent.status.PassListener;
import dev.dhow.agent.status.StatusBoard;
import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.TestRoles;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.ServiceSpec;
import dev.dhow.api.status.Condition;
import dev.dhow.api.status.Phase;
import dev.dhow.api.status.Problem;
import dev.dhow.api.status.ReplicaStatus;
import dev.dhow.api.status.ServiceStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The real loop with its threads, on an engine in memory.
class ReconcilerTest {
    private final FakeRuntime runtime = new FakeRuntime("web-1", Ticker.system());
    private final StatusBoard board = new StatusBoard();
    private final FakeTraffic traffic = new FakeTraffic();
    private final Executor executor = new Executor(runtime, traffic, Ticker.system(), 4);
    private final Path state = temporary();
    private final Reconciler reconciler = reconciler(PassListener.NONE);

    private Reconciler reconciler(PassListener listener) {
        return new Reconciler(
                "web-1",
                new Reconciler.Doing(runtime, executor, traffic),
                new RunningIsReady(),
                new Reconciler.Keeping(new Journal(state), _ -> KeptFile.NONE),
                new Reconciler.Reporting(board, listener),
                Ticker.system(),
                () -> null,
                () -> 0);
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("dhow-reconciler-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A container is ready as soon as it runs.
    private static final class RunningIsReady implements Health {
        private final Map<String, Map<String, Verdict>> said = new ConcurrentHashMap<>();

        @Override
        public Map<String, Verdict> judge(
                String service,
                Map<String, RoleSpec> roles,
                Set<String> proving,
                List<ObservedContainer> containers,
                Map<String, ImageFacts> images) {
            Map<String, Verdict> verdicts = containers.stream()
                    .collect(Collectors.toMap(
                            ObservedContainer::id,
                            c -> new Verdict(
                                    c.running() ? ReplicaStatus.Health.READY : ReplicaStatus.Health.UNREADY,
                                    c.running() ? "Ready" : "Exited",
                                    c.running() ? "ready" : "exited with " + c.exitCode(),
                                    null,
                                    false,
                                    false,
                                    null)));
            said.put(service, verdicts);
            return verdicts;
        }

        @Override
        public Map<String, Verdict> verdicts(String service) {
            return said.getOrDefault(service, Map.of());
        }

        @Override
        public void forget(String service) {
            said.remove(service);
        }

        @Override
        public void close() {}
    }

    @BeforeEach
    void start() {
        runtime.addImage("shop:1");
        reconciler.start();
    }

    @AfterEach
    void stop() {
        reconciler.close();
        executor.close();
        runtime.close();
    }

    private static Map<String, Desired> services(String... names) {
        return Stream.of(names)
                .collect(Collectors.toMap(
                        Function.identity(),
                        name -> new Desired.Wanted(
                                Declared.of(new ServiceSpec(name, List.of(bot("shop:1")))), List.of())));
    }

    private ServiceStatus await(String service, java.util.function.Predicate<ServiceStatus> condition) {
        return Await.until(
                        service,
                        () -> board.of(service),
                        status -> status.filter(condition).isPresent())
                .orElseThrow();
    }

    private static RoleSpec bot(String image) {
        return TestRoles.unwatched(TestRoles.plain("bot", image));
    }

    private static boolean available(ServiceStatus status) {
        return status.is(Condition.Type.Available) && status.phase() == Phase.Running;
    }

    @Test
    void manyServicesComeUpFromOneSourceReading() {
        String[] names =
                Stream.iterate(1, i -> i + 1).limit(20).map(i -> "s" + i).toArray(String[]::new);
        reconciler.source(services(names), true);
        for (String name : names) {
            await(name, ReconcilerTest::available);
        }
        assertEquals(20, runtime.names().size());
    }

    @Test
    void aBadlyNamedFileHurtsOnlyItself() {
        Map<String, Desired> services = new HashMap<>(services("a", "b", "c", "d"));
        for (String odd : List.of("my_app", "Shop", "shop.prod", "-", "..")) {
            services.put(
                    odd,
                    new Desired.Invalid(odd, null, true, List.of(Problem.ofFile(odd + ".yaml", "rename the file"))));
        }
        reconciler.source(services, true);
        for (String name : List.of("a", "b", "c", "d")) {
            await(name, ReconcilerTest::available);
        }
        ServiceStatus told =
                await("my_app", s -> s.condition(Condition.Type.SourceValid).isPresent());
        assertEquals(
                Condition.Status.False,
                told.condition(Condition.Type.SourceValid).orElseThrow().status());
        reconciler.source(services("a"), true);
        Await.until("told no more", () -> board.of("my_app").isEmpty());
        assertTrue(runtime.names().stream().anyMatch(name -> name.startsWith("a-")));
    }

    @Test
    void aContainerOfAnUnknownServiceWithAnOddNameIsNoReasonToLoseDocker() {
        runtime.addForeign("odd", new Owner("web-1", "My_App", "bot", 1, "0badcafe", "", "shop:1", null));
        reconciler.source(services("shop"), true);
        await("shop", ReconcilerTest::available);
        assertTrue(reconciler.dockerUp());
        assertTrue(runtime.names().contains("odd"));
    }

    @Test
    void aHintWaitsForNobody() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        PassListener slow = new PassListener() {
            @Override
            public void sourceChanged() {
                entered.countDown();
                try {
                    released.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        try (Reconciler busy = reconciler(slow)) {
            Thread source = Thread.ofVirtual().start(() -> busy.source(services("shop"), true));
            entered.await();
            Thread hints = Thread.ofPlatform().daemon().start(() -> {
                busy.hint("shop");
                busy.hint(null);
            });
            boolean returned = hints.join(Duration.ofSeconds(10));
            released.countDown();
            source.join();
            assertTrue(returned, "hints come on threads that must not block");
        }
    }

    @Test
    void hintRepairsWhatSomebodyStopped() {
        reconciler.source(services("shop"), true);
        await("shop", ReconcilerTest::available);
        runtime.docker().stop(runtime.id(runtime.names().getFirst()));
        Await.until(
                "started again",
                () -> runtime.calls().stream()
                                .filter(c -> c.startsWith("start"))
                                .count()
                        == 2);
        await("shop", ReconcilerTest::available);
    }

    @Test
    void stuckServiceHurtsOnlyItself() throws Exception {
        FakeRuntime.Hanging hanging = runtime.hangNext("create");
        reconciler.source(services("a"), true);
        hanging.awaitEntered();
        reconciler.source(services("a", "b"), true);
        await("b", ReconcilerTest::available);
        assertFalse(board.of("a").filter(ReconcilerTest::available).isPresent());
        hanging.release();
        await("a", ReconcilerTest::available);
    }

    @Test
    void P8_aHistoryThatCannotBeReadHoldsItsServiceUntilItCan() throws Exception {
        Journal journal = new Journal(state);
        journal.save("shop", Chronicle.EMPTY.withHeld(true).resolved("other:1", "sha256:1"));
        Path file = state.resolve("journal/shop.journal");
        Path kept = Files.move(file, state.resolve("kept"));
        Files.createSymbolicLink(file, Path.of("/proc/self/mem"));
        reconciler.source(services("shop", "blog"), true);
        await("blog", ReconcilerTest::available);
        await("shop", status -> status.phase() == Phase.Held);
        Requests.Reply unhold =
                reconciler.desk().ask("shop", new Request.Unhold()).orElseThrow();
        assertFalse(unhold.accepted());
        assertTrue(unhold.message().contains("shop.journal cannot be read"), unhold.message());
        assertTrue(Files.isSymbolicLink(file), "it is not overwritten");
        Files.delete(file);
        Files.move(kept, file);
        reconciler.hint(null);
        Await.until(
                "read again",
                () -> reconciler
                        .desk()
                        .chronicle("shop")
                        .filter(c -> c.tags().containsKey("other:1"))
                        .isPresent());
        assertTrue(runtime.names().stream().noneMatch(name -> name.startsWith("shop-")), "it is still held");
        reconciler.desk().ask("shop", new Request.Unhold());
        await("shop", ReconcilerTest::available);
    }

    @Test
    void aRequestThatCannotBeStoredIsRefusedAndChangesNothing() throws Exception {
        reconciler.source(services("shop"), true);
        await("shop", ReconcilerTest::available);
        Path journals = state.resolve("journal");
        Path kept = Files.move(journals, state.resolve("kept"));
        Files.writeString(journals, "in the way");
        Requests.Reply hold = reconciler.desk().ask("shop", new Request.Hold()).orElseThrow();
        assertFalse(hold.accepted());
        assertTrue(
                hold.message().contains("not stored") && hold.message().contains(journals.toString()), hold.message());
        assertFalse(reconciler.desk().chronicle("shop").orElseThrow().held());
        Files.delete(journals);
        Files.move(kept, journals);
        assertTrue(
                reconciler.desk().ask("shop", new Request.Hold()).orElseThrow().accepted());
    }

    @Test
    void engineAwayIsUnknownAndTouchesNothing() {
        reconciler.source(services("shop"), true);
        await("shop", ReconcilerTest::available);
        runtime.forgetCalls();
        runtime.failAlways("observe", "", Kind.UNAVAILABLE);
        reconciler.hint(null);
        ServiceStatus away = await(
                "shop", s -> s.condition(Condition.Type.Available).orElseThrow().status() == Condition.Status.Unknown);
        assertEquals(
                "DockerAway",
                away.condition(Condition.Type.Available).orElseThrow().reason());
        assertEquals(1, away.roles().getFirst().replicas().size(), "what was last seen is still told");
        assertFalse(reconciler.dockerUp());
        assertThrows(RuntimeFailure.class, () -> reconciler.desk().preview(null));
        runtime.heal();
        await("shop", ReconcilerTest::available);
        assertEquals(List.of(), runtime.calls());
    }

    /// D28
    @Test
    void removedServiceGoesFromDockerAndFromTheBoard() {
        reconciler.source(services("shop", "other"), true);
        await("shop", ReconcilerTest::available);
        await("other", ReconcilerTest::available);
        Map<String, Desired> left = new java.util.HashMap<>(services("other"));
        left.put("shop", new Desired.Removed("shop"));
        reconciler.source(left, true);
        Await.until("gone", () -> board.of("shop").isEmpty());
        assertEquals(1, runtime.names().size());
        await("other", ReconcilerTest::available);
        reconciler.source(services("shop", "other"), true);
        await("shop", ReconcilerTest::available);
    }

    /// R10
    @Test
    void containersWithoutAFileAreHeldUntilThatCounts() throws Exception {
        var request = TestRoles.request("web-1", "orphan", TestRoles.plain("bot", "shop:1"));
        runtime.createNetwork("dhow", Map.of());
        runtime.start(runtime.create(request));
        reconciler.source(Map.of(), true);
        reconciler.hint(null);
        assertEquals(Phase.Held, await("orphan", _ -> true).phase());
        assertTrue(runtime.names().contains("orphan-bot-0badcafe-1"));
        reconciler.source(Map.of("orphan", new Desired.Removed("orphan")), true);
        Await.until("removed", () -> runtime.names().isEmpty());
        Await.until("told no more", () -> board.of("orphan").isEmpty());
    }

    @Test
    void nothingIsRemovedBeforeTheSourceWasRead() throws Exception {
        var request = TestRoles.request("web-1", "orphan", TestRoles.plain("bot", "shop:1"));
        runtime.createNetwork("dhow", Map.of());
        runtime.start(runtime.create(request));
        reconciler.hint(null);
        Await.until("read", reconciler::dockerRead);
        assertEquals(List.of(), board.all());
        assertEquals(List.of("orphan-bot-0badcafe-1"), runtime.names());
    }

    @Test
    void previewPlansAndDoesNothing() throws Exception {
        runtime.failAlways("create", "", Kind.OTHER);
        reconciler.source(services("shop"), true);
        await("shop", s -> s.is(Condition.Type.Degraded));
        runtime.forgetCalls();
        assertTrue(reconciler
                .desk()
                .preview("shop")
                .getFirst()
                .waits()
                .getFirst()
                .message()
                .contains("create"));
        assertEquals(List.of(), reconciler.desk().preview("nobody"));
        assertEquals(List.of(), runtime.calls());
    }

    @Test
    void servicesAreListedAlsoWhenDockerWasNeverThere() {
        runtime.failAlways("observe", "", Kind.UNAVAILABLE);
        Desired.Invalid bad = new Desired.Invalid("bad", null, true, List.of(Problem.ofFile("bad.yaml", "empty file")));
        Map<String, Desired> services = new java.util.HashMap<>(services("shop"));
        services.put("bad", bad);
        reconciler.source(services, true);
        ServiceStatus shop = await("shop", _ -> true);
        assertEquals(Phase.Pending, shop.phase());
        assertEquals(
                "DockerAway",
                shop.condition(Condition.Type.Available).orElseThrow().reason());
        assertEquals(
                Condition.Status.False,
                await("bad", _ -> true)
                        .condition(Condition.Type.SourceValid)
                        .orElseThrow()
                        .status());
    }

    @Test
    void closeFinishesTheStepsUnderWay() throws Exception {
        reconciler.source(services("shop"), true);
        await("shop", ReconcilerTest::available);
        FakeRuntime.Hanging stopping = runtime.hangNext("stop");
        runtime.addImage("shop:2");
        Map<String, Desired> changed = Map.of(
                "shop",
                new Desired.Wanted(
                        Declared.of(new ServiceSpec("shop", List.of(TestRoles.stopFirst(bot("shop:2"))))), List.of()));
        reconciler.source(changed, true);
        stopping.awaitEntered();
        Thread closing = Thread.ofVirtual().start(reconciler::close);
        Await.until("waits", () -> closing.getState() == Thread.State.TIMED_WAITING);
        stopping.release();
        closing.join();
        assertTrue(
                runtime.calls().getLast().startsWith("start "), runtime.calls().toString());
    }

    @Test
    void longStopHoldsNothingUp() throws Exception {
        reconciler.source(services("shop"), true);
        await("shop", ReconcilerTest::available);
        FakeRuntime.Hanging stopping = runtime.hangNext("stop");
        want("shop:2");
        stopping.awaitEntered();
        want("shop:3");
        Await.until(
                "the next version comes while the first still stops",
                () -> runtime.names().size() == 3);
        stopping.release();
        await("shop", ReconcilerTest::available);
    }

    @Test
    void thatTheTrafficMovedIsToldWhileTheOldOneStillStops() throws Exception {
        traffic.install();
        want(TestRoles.proxied("web", "shop:1"));
        await("shop", ReconcilerTest::available);
        FakeRuntime.Hanging stopping = runtime.hangNext("stop");
        runtime.addImage("shop:2");
        want(TestRoles.proxied("web", "shop:2"));
        stopping.awaitEntered();
        Await.until(
                "told",
                () -> board.of("shop").orElseThrow().roles().getFirst().replicas().stream()
                        .map(ReplicaStatus::traffic)
                        .collect(Collectors.toSet())
                        .equals(Set.of(ReplicaStatus.Traffic.SERVING, ReplicaStatus.Traffic.DRAINED)));
        stopping.release();
        await("shop", s -> s.roles().getFirst().kept().size() == 1);
    }

    private void want(String image) {
        runtime.addImage(image);
        want(bot(image));
    }

    private void want(RoleSpec role) {
        Desired changed = new Desired.Wanted(Declared.of(new ServiceSpec("shop", List.of(role))), List.of());
        reconciler.source(Map.of("shop", changed), true);
    }
}
