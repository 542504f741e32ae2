package dev.dhow.agent.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.history.Journal;
import dev.dhow.agent.plan.Request;
import dev.dhow.agent.plan.Requests;
import dev.dhow.agent.runtime.FakeRuntime;
import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import dev.dhow.agent.state.Chronicle;
import dev.dhow.agent.state.Declared;
import dev.dhow.agent.state.Desired;
import dev.dhow.agent.state.Owner;
import dev.dhow.agent.status.PassListener;
import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.TestRoles;
import dev.dhow.api.spec.ServiceSpec;
import dev.dhow.api.status.Condition;
import dev.dhow.api.status.Phase;
import dev.dhow.api.status.Problem;
import dev.dhow.api.status.ReplicaStatus;
import dev.dhow.api.status.ServiceStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The real loop with its threads, on an engine in memory.
class ReconcilerTest extends LoopCase {
    @Test
    void manyServicesComeUpFromOneSourceReading() {
        String[] names =
                Stream.iterate(1, i -> i + 1).limit(20).map(i -> "s" + i).toArray(String[]::new);
        reconciler.source(services(names), true);
        for (String name : names) {
            await(name, LoopCase::available);
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
            await(name, LoopCase::available);
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
        await("shop", LoopCase::available);
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
        await("shop", LoopCase::available);
        runtime.docker().stop(runtime.id(runtime.names().getFirst()));
        Await.until(
                "started again",
                () -> runtime.calls().stream()
                                .filter(c -> c.startsWith("start"))
                                .count()
                        == 2);
        await("shop", LoopCase::available);
    }

    @Test
    void stuckServiceHurtsOnlyItself() throws Exception {
        FakeRuntime.Hanging hanging = runtime.hangNext("create");
        reconciler.source(services("a"), true);
        hanging.awaitEntered();
        reconciler.source(services("a", "b"), true);
        await("b", LoopCase::available);
        assertFalse(board.of("a").filter(LoopCase::available).isPresent());
        hanging.release();
        await("a", LoopCase::available);
    }

    @Test
    void P8_aHistoryThatCannotBeReadHoldsItsServiceUntilItCan() throws Exception {
        Journal journal = new Journal(state);
        journal.save("shop", Chronicle.EMPTY.withHeld(true).resolved("other:1", "sha256:1"));
        Path file = state.resolve("journal/shop.journal");
        Path kept = Files.move(file, state.resolve("kept"));
        Files.createSymbolicLink(file, Path.of("/proc/self/mem"));
        reconciler.source(services("shop", "blog"), true);
        await("blog", LoopCase::available);
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
        await("shop", LoopCase::available);
    }

    @Test
    void aRequestThatCannotBeStoredIsRefusedAndChangesNothing() throws Exception {
        reconciler.source(services("shop"), true);
        await("shop", LoopCase::available);
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

    /// D28
    @Test
    void removedServiceGoesFromDockerAndFromTheBoard() {
        reconciler.source(services("shop", "other"), true);
        await("shop", LoopCase::available);
        await("other", LoopCase::available);
        Map<String, Desired> left = new java.util.HashMap<>(services("other"));
        left.put("shop", new Desired.Removed("shop"));
        reconciler.source(left, true);
        Await.until("gone", () -> board.of("shop").isEmpty());
        assertEquals(1, runtime.names().size());
        await("other", LoopCase::available);
        reconciler.source(services("shop", "other"), true);
        await("shop", LoopCase::available);
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
    void closeFinishesTheStepsUnderWay() throws Exception {
        reconciler.source(services("shop"), true);
        await("shop", LoopCase::available);
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
        await("shop", LoopCase::available);
        FakeRuntime.Hanging stopping = runtime.hangNext("stop");
        want("shop:2");
        stopping.awaitEntered();
        want("shop:3");
        Await.until(
                "the next version comes while the first still stops",
                () -> runtime.names().size() == 3);
        stopping.release();
        await("shop", LoopCase::available);
    }

    @Test
    void thatTheTrafficMovedIsToldWhileTheOldOneStillStops() throws Exception {
        traffic.install();
        want(TestRoles.proxied("web", "shop:1"));
        await("shop", LoopCase::available);
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

    /// Docker's list does not tell one start from the next.
    @Test
    void whatIsNotReadyYetIsInspectedByEachReading() {
        health.starting = true;
        reconciler.source(services("shop"), true);
        Await.until("started", () -> runtime.calls(), calls -> calls.stream().anyMatch(c -> c.startsWith("start ")));
        String id = runtime.id(runtime.names().getFirst());
        Await.until("inspected", runtime::inspected, Set.of(id)::equals);
        health.starting = false;
        reconciler.hint(null);
        await("shop", LoopCase::available);
        reconciler.hint(null);
        Await.until("no longer", runtime::inspected, Set.of()::equals);
    }
}
