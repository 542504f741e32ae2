package dev.dhow.agent.mounts;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.history.MountStore;
import dev.dhow.agent.history.StateDir;
import dev.dhow.agent.plan.HmacKey;
import dev.dhow.agent.plan.SpecHash;
import dev.dhow.agent.runtime.ContainerRequest;
import dev.dhow.agent.runtime.ContainerRuntime;
import dev.dhow.agent.runtime.FakeRuntime;
import dev.dhow.agent.runtime.Needs;
import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import dev.dhow.agent.state.Declared;
import dev.dhow.agent.state.Desired;
import dev.dhow.agent.state.Owner;
import dev.dhow.agent.state.Ticker;
import dev.dhow.agent.testing.Shell;
import dev.dhow.agent.testing.TestRoles;
import dev.dhow.api.spec.Content;
import dev.dhow.api.spec.FileSpec;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.SecretSpec;
import dev.dhow.api.spec.ServiceSpec;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountingRuntimeTest {
    private static final String HOST = "host-1";
    private static final HmacKey KEY = new HmacKey(new byte[32]);
    private static final RoleSpec ROLE = TestRoles.plain("bot", "shop:1")
            .with(
                    List.of(
                            new SecretSpec("TOKEN", null, Content.of("t")),
                            new SecretSpec("key", "/run/secrets/key", Content.of("k1"))),
                    List.of(new FileSpec("/etc/app.conf", Content.of("a=1"), 0444, null)));
    private static final ContainerRequest REQUEST = TestRoles.request(HOST, "shop", ROLE);

    @TempDir
    private Path temp;

    private StateDir state;
    private WantedFiles wanted;
    private MountStore store;
    private FakeRuntime engine;
    private MountingRuntime runtime;

    @BeforeEach
    void open() throws Exception {
        state = StateDir.open(temp.resolve("state"));
        store = new MountStore(state, HOST);
        engine = new FakeRuntime(HOST, Ticker.system());
        engine.addImage("shop:1");
        wanted = new WantedFiles(() -> KEY);
        runtime = new MountingRuntime(engine, store, wanted, _ -> Map.of());
        runtime.createNetwork("dhow", Map.of());
    }

    @AfterEach
    void close() throws Exception {
        state.close();
    }

    @Test
    void writesBeforeTheContainerIsMadeAndRemovesWithIt() throws Exception {
        FakeRuntime.Hanging create = engine.hangNext("create");
        Future<String> id = aside(() -> runtime.create(REQUEST));
        create.awaitEntered();
        assertEquals("k1", Files.readString(copy(0)));
        assertEquals("a=1", Files.readString(copy(1)));
        // A reading in between does not see the container yet.
        assertEquals(0, runtime.observe(Needs.NONE).containers().size());
        assertFalse(missing());
        create.release();
        runtime.observe(Needs.NONE);
        runtime.start(id.get());
        runtime.remove(stopped(id.get()));
        assertTrue(missing());
        assertFalse(Files.exists(copy(0).getParent()));
    }

    @Test
    void aReadingThatBeganBeforeTheContainerWasMadeSweepsNothingOfIt() throws Exception {
        FakeRuntime.Hanging observe = engine.hangNext("observe");
        Future<?> reading = aside(() -> runtime.observe(Needs.NONE));
        observe.awaitEntered();
        String id = runtime.create(REQUEST);
        // As if the list had been made before the container.
        engine.docker().rename(id, "x");
        engine.docker().removeByHand(id);
        observe.release();
        reading.get();
        assertFalse(missing());
        runtime.observe(Needs.NONE);
        assertTrue(missing());
    }

    @Test
    void whatAnEngineMayStillMakeIsKeptUntilItIsSeen() throws Exception {
        engine.failNext("create", Kind.TIMEOUT);
        assertThrows(RuntimeFailure.class, () -> runtime.create(REQUEST));
        runtime.observe(Needs.NONE);
        runtime.observe(Needs.NONE);
        assertFalse(missing());
        String id = engine.create(REQUEST);
        runtime.observe(Needs.NONE);
        engine.docker().removeByHand(id);
        runtime.observe(Needs.NONE);
        assertTrue(missing());
    }

    @Test
    void whatTheEngineRefusedIsSwept() throws Exception {
        engine.failNext("create", Kind.INVALID);
        assertThrows(RuntimeFailure.class, () -> runtime.create(REQUEST));
        runtime.observe(Needs.NONE);
        assertTrue(missing());
    }

    @Test
    void putsBackWhatIsGoneWithEachReadingAndBeforeAStart() throws Exception {
        String id = runtime.create(REQUEST);
        Files.delete(copy(0));
        runtime.observe(Needs.NONE);
        assertEquals("k1", Files.readString(copy(0)));
        Files.delete(copy(1));
        runtime.start(id);
        assertEquals("a=1", Files.readString(copy(1)));
    }

    @Test
    void afterItsRestartTheAgentPutsBackWhatAServiceFileSays() throws Exception {
        runtime.create(madeFromTheFile());
        Shell.run("rm", "-rf", temp.resolve("state/mounts").toString());
        MountingRuntime restarted = new MountingRuntime(engine, store, wanted, _ -> Map.of());
        // Another value now: nobody knows what this container had.
        SecretSpec other = new SecretSpec("key", "/run/secrets/key", Content.of("k2"));
        wanted.source(wanted(ROLE.with(List.of(ROLE.secrets().getFirst(), other), ROLE.files())));
        restarted.observe(Needs.NONE);
        assertTrue(missing());
        wanted.source(wanted(ROLE));
        restarted.observe(Needs.NONE);
        assertEquals("k1", Files.readString(copy(0)));
        assertEquals("a=1", Files.readString(copy(1)));
    }

    /// A container that carries the hash of what the service's file says.
    private ContainerRequest madeFromTheFile() {
        String imageId = engine.addImage("shop:1");
        Owner owner = REQUEST.owner();
        String spec = SpecHash.of(ROLE, imageId, KEY);
        return new ContainerRequest(
                REQUEST.name(),
                new Owner(HOST, "shop", "bot", 1, owner.revision(), spec, owner.image(), KEY.id()),
                imageId,
                ROLE);
    }

    private boolean missing() {
        return store.missing(REQUEST.name(), ROLE.mountedFiles().size());
    }

    private static Map<String, Desired> wanted(RoleSpec role) {
        Declared declared = Declared.of(new ServiceSpec("shop", List.of(role)));
        return Map.of("shop", new Desired.Wanted(declared, List.of()));
    }

    @Test
    void aContainerThatSomebodyRenamedKeepsItsCopies() throws Exception {
        String id = runtime.create(REQUEST);
        engine.docker().rename(id, "mine-now");
        runtime.observe(Needs.NONE);
        new MountingRuntime(engine, store, wanted, _ -> Map.of()).observe(Needs.NONE);
        assertFalse(missing());
        runtime.remove(id);
        runtime.observe(Needs.NONE);
        assertTrue(missing());
    }

    @Test
    void nothingIsWrittenUnderTheNameThatSomebodyGaveAContainer() throws Exception {
        ContainerRequest request = madeFromTheFile();
        wanted.source(wanted(ROLE));
        String id = runtime.create(request);
        engine.docker().rename(id, "mine-now");
        runtime.observe(Needs.NONE);
        for (MountingRuntime each : List.of(runtime, new MountingRuntime(engine, store, wanted, _ -> Map.of()))) {
            each.observe(Needs.NONE);
            assertFalse(missing());
            assertEquals(Set.of(request.name()), store.containers());
        }
        // Seen, and written by nobody: the directory's time tells.
        var before = Files.getLastModifiedTime(temp.resolve("state/mounts"));
        runtime.observe(Needs.NONE);
        assertEquals(before, Files.getLastModifiedTime(temp.resolve("state/mounts")));
        Files.delete(copy(0));
        runtime.observe(Needs.NONE);
        assertEquals("k1", Files.readString(copy(0)));
    }

    @Test
    void whatMountsPathsOfTheHostThatItMayNotIsNotMade() {
        MountingRuntime guarded = new MountingRuntime(engine, store, wanted, request -> {
            throw new RuntimeFailure(Kind.INVALID, request.name() + " may not");
        });
        RuntimeFailure refused = assertThrows(RuntimeFailure.class, () -> guarded.create(REQUEST));
        assertEquals(Kind.INVALID, refused.kind());
        assertEquals(List.of(), engine.names());
        assertTrue(missing());
    }

    @Test
    void aFailedReadingSweepsNothing() throws Exception {
        runtime.create(REQUEST);
        engine.failNext("observe", Kind.UNAVAILABLE);
        assertThrows(RuntimeFailure.class, () -> runtime.observe(Needs.NONE));
        assertFalse(missing());
    }

    @Test
    void copiesThatCannotBeWrittenMakeNoContainer() throws Exception {
        Files.writeString(temp.resolve("state/mounts"), "in the way");
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> runtime.create(REQUEST));
        assertTrue(failure.toString().contains("state/mounts"), failure::toString);
        assertFalse(failure.toString().contains("k1"), failure::toString);
        assertEquals(List.of(), runtime.observe(Needs.NONE).containers());
    }

    /// A method of the port with a default of its own would be lost here without a word.
    @Test
    void passesOnEveryMethodOfThePort() {
        for (Method method : ContainerRuntime.class.getMethods()) {
            assertDoesNotThrow(
                    () -> MountingRuntime.class.getDeclaredMethod(method.getName(), method.getParameterTypes()),
                    "add " + method);
        }
    }

    /// A call on a thread of its own, which a failing test leaves behind instead of waiting for it.
    private static <T> Future<T> aside(Callable<T> call) {
        FutureTask<T> task = new FutureTask<>(call);
        Thread.ofVirtual().start(task);
        return task;
    }

    private String stopped(String id) {
        engine.docker().stop(id);
        return id;
    }

    private Path copy(int number) {
        return store.paths(REQUEST.name(), 2).get(number);
    }
}
