package dev.dhow.agent.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.runtime.CallListener;
import dev.dhow.agent.runtime.Needs;
import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import dev.dhow.agent.state.Observed;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.RunState;
import dev.dhow.agent.state.Ticker;
import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.FaultProxy;
import dev.dhow.agent.testing.TestEngine;
import dev.dhow.agent.testing.TestRoles;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/// What the runtime does when the Engine or the way to it breaks.
final class EngineFaultsIT {
    private static final String HOST = "faults";

    private static DockerRuntime connect(String uri) {
        return DockerRuntime.connect(uri, HOST, Ticker.system(), CallListener.NONE);
    }

    private static String run(TestEngine engine, DockerRuntime runtime, String service) throws Exception {
        runtime.createNetwork("dhow", Map.of());
        String id = runtime.create(TestRoles.request(
                HOST, service, TestRoles.plain("main", engine.images().sleeper())));
        runtime.start(id);
        return id;
    }

    private static ObservedContainer only(DockerRuntime runtime) throws Exception {
        Observed observed = runtime.observe(Needs.NONE);
        assertEquals(1, observed.containers().size());
        return observed.containers().getFirst();
    }

    @Test
    void anEngineThatComesLaterIsFound() throws Exception {
        try (TestEngine engine = TestEngine.prepare(false);
                DockerRuntime runtime = connect(engine.uri())) {
            RuntimeFailure away = assertThrows(RuntimeFailure.class, () -> runtime.observe(Needs.NONE));
            assertEquals(Kind.UNAVAILABLE, away.kind());
            assertEquals(
                    "cannot reach Docker at " + engine.uri()
                            + ": no such socket; is docker running, and may this user open it?",
                    away.getMessage());
            List<String> hints = new CopyOnWriteArrayList<>();
            runtime.onHint(service -> hints.add(String.valueOf(service)));
            engine.start();
            assertEquals(List.of(), runtime.observe(Needs.NONE).containers());
            Await.until("the stream tells that it is open", () -> hints.contains("null"));
        }
    }

    @Test
    void aKilledEngineIsFoundAgainWithItsContainers() throws Exception {
        try (TestEngine engine = TestEngine.prepare(true)) {
            engine.start();
            try (DockerRuntime runtime = connect(engine.uri())) {
                String id = run(engine, runtime, "survivor");
                ObservedContainer before = only(runtime);
                engine.kill();
                RuntimeFailure away = assertThrows(RuntimeFailure.class, () -> runtime.observe(Needs.NONE));
                assertEquals(Kind.UNAVAILABLE, away.kind());
                List<String> hints = new CopyOnWriteArrayList<>();
                runtime.onHint(service -> hints.add(String.valueOf(service)));
                engine.start();
                assertEquals(before, only(runtime));
                Await.until("events flow again", () -> hints.contains("null"));
                hints.clear();
                engine.docker("kill", id);
                Await.until("the kill is hinted", () -> hints.contains("survivor"));
                assertEquals(RunState.EXITED, only(runtime).state());
            }
        }
    }

    @Test
    void aHungEngineFailsInTimeAndIsUsedAgainAfterwards() throws Exception {
        try (TestEngine engine = TestEngine.started();
                DockerRuntime runtime = connect(engine.uri())) {
            run(engine, runtime, "patient");
            only(runtime);
            engine.suspend();
            RuntimeFailure late = assertThrows(RuntimeFailure.class, () -> runtime.observe(Needs.NONE));
            assertEquals(Kind.TIMEOUT, late.kind());
            engine.resume();
            assertTrue(Await.until("it answers again", () -> only(runtime), _ -> true)
                    .running());
        }
    }

    @Test
    void anInterruptedCallerIsFreedFromAHungEngine() throws Exception {
        try (FaultProxy proxy = new FaultProxy(TestEngine.shared().socket());
                DockerRuntime runtime = connect(proxy.uri())) {
            runtime.observe(Needs.NONE);
            proxy.hang(true);
            proxy.forgetRequests();
            List<Throwable> thrown = new CopyOnWriteArrayList<>();
            Thread caller = Thread.ofVirtual().start(() -> {
                try {
                    runtime.observe(Needs.NONE);
                } catch (RuntimeFailure | InterruptedException e) {
                    thrown.add(e);
                }
            });
            Await.until("the call is on its way", () -> !proxy.requests().isEmpty());
            caller.interrupt();
            caller.join();
            assertEquals(InterruptedException.class, thrown.getFirst().getClass());
        }
    }

    @Test
    void aDeadPooledConnectionCostsNoReading() throws Exception {
        try (FaultProxy proxy = new FaultProxy(TestEngine.shared().socket());
                DockerRuntime runtime = connect(proxy.uri())) {
            runtime.observe(Needs.NONE);
            proxy.cutAll();
            runtime.observe(Needs.NONE);
        }
    }

    @Test
    void aConnectionThatIsRefusedAlwaysIsUnavailable() throws Exception {
        try (FaultProxy proxy = new FaultProxy(TestEngine.shared().socket());
                DockerRuntime runtime = connect(proxy.uri())) {
            runtime.observe(Needs.NONE);
            proxy.refuse(true);
            proxy.cutAll();
            RuntimeFailure away = assertThrows(RuntimeFailure.class, () -> runtime.observe(Needs.NONE));
            assertEquals(Kind.UNAVAILABLE, away.kind());
            proxy.refuse(false);
            runtime.observe(Needs.NONE);
        }
    }

    @Test
    void aCutEventStreamIsOpenedAgainAndNothingIsMissed() throws Exception {
        TestEngine engine = TestEngine.shared();
        try (FaultProxy proxy = new FaultProxy(engine.socket());
                DockerRuntime runtime = connect(proxy.uri())) {
            String id = run(engine, runtime, "cut");
            List<String> hints = new CopyOnWriteArrayList<>();
            runtime.onHint(service -> hints.add(String.valueOf(service)));
            Await.until("stream to be open", () -> streams(proxy) == 1);
            ObservedContainer before = only(runtime);
            assertEquals(1, proxy.cutEvents());
            // Within one second the list's words are the same as before, so only an inspect tells.
            engine.docker("restart", "-t", "1", id);
            Await.until("a second stream", () -> streams(proxy) >= 2);
            Await.until("a hint", () -> hints.contains("null"));
            ObservedContainer after = Await.until(
                    "the restart shows",
                    () -> only(runtime),
                    c -> !java.util.Objects.equals(c.startedAt(), before.startedAt()));
            assertNotEquals(before.finishedAt(), after.finishedAt());
            runtime.stop(id, Duration.ofSeconds(1));
            runtime.remove(id);
        }
    }

    private static long streams(FaultProxy proxy) {
        return proxy.requests().stream()
                .filter(line -> line.contains("/events?"))
                .count();
    }

    @Test
    void aQuietReadingIsOneList() throws Exception {
        TestEngine engine = TestEngine.shared();
        try (FaultProxy proxy = new FaultProxy(engine.socket());
                DockerRuntime runtime = connect(proxy.uri())) {
            String id = run(engine, runtime, "quiet");
            Needs needs = new Needs(Set.of(engine.images().web(), "dhow-test/nothing:1"), Set.of());
            Await.until("stream to be open", () -> streams(proxy) == 1);
            // The events of the start itself may still be on their way.
            Await.until("a quiet reading", () -> {
                proxy.forgetRequests();
                runtime.observe(needs);
                List<String> asked = proxy.requests();
                return asked.size() == 1 && asked.getFirst().contains("/containers/json?");
            });
            proxy.forgetRequests();
            runtime.observe(new Needs(Set.of(), Set.of(id)));
            assertTrue(proxy.requests().stream().anyMatch(line -> line.contains(id + "/json")));
            runtime.stop(id, Duration.ofSeconds(1));
            runtime.remove(id);
        }
    }

    /// What it was is told as of then.
    @Test
    void aContainerWhoseInspectHangsIsNotReadAnew() throws Exception {
        TestEngine engine = TestEngine.shared();
        try (FaultProxy proxy = new FaultProxy(engine.socket());
                DockerRuntime runtime = connect(proxy.uri())) {
            String id = run(engine, runtime, "stuck");
            Observed first = runtime.observe(new Needs(Set.of(), Set.of(id)));
            ObservedContainer before = first.containers().getFirst();
            assertTrue(first.shows(before, first.at()));
            proxy.holdAnswersTo(Set.of(id + "/json"));
            Observed late = runtime.observe(new Needs(Set.of(), Set.of(id)));
            assertEquals(List.of(before), late.containers());
            assertFalse(late.shows(before, late.at()));
            assertEquals(first.readAt(before), late.readAt(before));
            runtime.stop(id, Duration.ofSeconds(1));
            runtime.remove(id);
        }
    }

    @Test
    void anIdThatCannotBeInspectedKeepsItsLastReading() throws Exception {
        TestEngine engine = TestEngine.shared();
        try (FaultProxy proxy = new FaultProxy(engine.socket());
                DockerRuntime runtime = connect(proxy.uri())) {
            String id = run(engine, runtime, "kept");
            ObservedContainer before = only(runtime);
            proxy.loseAnswerTo(id + "/json");
            // Once is repeated without a word.
            assertEquals(
                    before,
                    runtime.observe(new Needs(Set.of(), Set.of(id)))
                            .containers()
                            .getFirst());
            runtime.stop(id, Duration.ofSeconds(1));
            runtime.remove(id);
        }
    }

    @Test
    void closingLeavesContainersAndEndsTheStream() throws Exception {
        TestEngine engine = TestEngine.shared();
        String id;
        try (FaultProxy proxy = new FaultProxy(engine.socket())) {
            DockerRuntime runtime = connect(proxy.uri());
            id = run(engine, runtime, "left");
            Await.until("stream to be open", () -> streams(proxy) == 1);
            runtime.close();
            Await.until("stream to end", () -> proxy.openEvents() == 0);
            assertThrows(RuntimeFailure.class, () -> runtime.observe(Needs.NONE));
        }
        assertEquals("true", engine.docker("inspect", "-f", "{{.State.Running}}", id));
        assertFalse(id.isEmpty());
        engine.docker("rm", "-f", id);
    }
}
