package dev.dhow.agent.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import dev.dhow.agent.state.DockerHealth;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Owner;
import dev.dhow.agent.state.RunState;
import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.TestRoles;
import dev.dhow.api.spec.ContainerSpec;
import dev.dhow.api.spec.ContainerSpec.LimitSpec;
import dev.dhow.api.spec.ContainerSpec.NetworkSpec;
import dev.dhow.api.spec.ContainerSpec.Port;
import dev.dhow.api.spec.ContainerSpec.ProcessSpec;
import dev.dhow.api.spec.ContainerSpec.StorageSpec;
import dev.dhow.api.spec.Defaults;
import dev.dhow.api.spec.RoleSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every [ContainerRuntime] does: the fake one and the real one run this same class.
public abstract class ContainerRuntimeContract {
    private static final Duration GRACE = Duration.ofSeconds(5);
    private RuntimeWorld world;
    private ContainerRuntime runtime;

    /// A world without containers of ours.
    protected abstract RuntimeWorld open() throws Exception;

    @BeforeEach
    void enter() throws Exception {
        world = open();
        runtime = world.runtime();
        runtime.createNetwork("dhow", Map.of(Owner.HOST, "contract"));
    }

    @AfterEach
    void leave() {
        world.close();
    }

    private ContainerRequest request(String service) {
        return TestRoles.request("contract", service, TestRoles.plain("main", world.sleeper()));
    }

    private String running(String service) throws Exception {
        String id = runtime.create(request(service));
        runtime.start(id);
        return id;
    }

    private Optional<ObservedContainer> find(String id) throws Exception {
        return runtime.observe(Needs.NONE).containers().stream()
                .filter(c -> c.id().equals(id))
                .findFirst();
    }

    private ObservedContainer get(String id) throws Exception {
        return find(id).orElseThrow();
    }

    private ObservedContainer await(String id, Predicate<ObservedContainer> condition) {
        return Await.until("container " + id, () -> get(id), condition);
    }

    private static RuntimeFailure fails(Kind kind, org.junit.jupiter.api.function.Executable call) {
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, call);
        assertEquals(kind, failure.kind(), failure.getMessage());
        return failure;
    }

    /// D10
    @Test
    void aCreatedContainerIsKnownByItsLabelsAndNotStarted() throws Exception {
        ContainerRequest request = request("made");
        String id = runtime.create(request);
        ObservedContainer made = get(id);
        assertEquals("made-main-0badcafe-1", made.name());
        assertEquals(request.owner(), made.owner());
        assertEquals(RunState.CREATED, made.state());
        assertNull(made.startedAt());
        assertNull(made.finishedAt());
        assertNull(made.health());
        assertEquals(Map.of(), made.addresses());
        assertEquals(Defaults.stopGracePeriod(request.role()), made.stopGrace());
    }

    /// D1
    @Test
    void aStartedContainerRunsAtAnAddress() throws Exception {
        ObservedContainer started = get(running("up"));
        assertEquals(RunState.RUNNING, started.state());
        assertNotNull(started.startedAt());
        assertEquals(Set.of("dhow"), started.addresses().keySet());
        assertEquals(0, started.restartCount());
    }

    @Test
    void startingTwiceIsStartingOnce() throws Exception {
        String id = running("twice");
        ObservedContainer first = get(id);
        runtime.start(id);
        assertEquals(first.startedAt(), get(id).startedAt());
    }

    /// D7
    @Test
    void aStoppedContainerHasEndedAndStoppingAgainIsNothing() throws Exception {
        String id = running("down");
        runtime.stop(id, GRACE);
        runtime.stop(id, GRACE);
        ObservedContainer stopped = get(id);
        assertEquals(RunState.EXITED, stopped.state());
        assertEquals(0, stopped.exitCode());
        assertNotNull(stopped.finishedAt());
        assertEquals(Map.of(), stopped.addresses());
    }

    @Test
    void aRestartIsANewStart() throws Exception {
        String id = running("again");
        Object before = get(id).startedAt();
        runtime.restart(id, GRACE);
        ObservedContainer after = get(id);
        assertEquals(RunState.RUNNING, after.state());
        assertNotNull(after.finishedAt());
        assertNotNull(before);
    }

    /// D17
    @Test
    void aRemovedContainerIsGoneAndRemovingAgainIsNothing() throws Exception {
        String id = runtime.create(request("gone"));
        runtime.remove(id);
        runtime.remove(id);
        assertEquals(Optional.empty(), find(id));
    }

    @Test
    void aRunningContainerIsNotRemoved() throws Exception {
        String id = running("busy");
        fails(Kind.CONFLICT, () -> runtime.remove(id));
        assertEquals(RunState.RUNNING, get(id).state());
    }

    /// D19
    @Test
    void whatIsGoneIsNotFound() {
        String id = "0123456789abcdef".repeat(4);
        fails(Kind.NOT_FOUND, () -> runtime.start(id));
        fails(Kind.NOT_FOUND, () -> runtime.stop(id, GRACE));
        fails(Kind.NOT_FOUND, () -> runtime.restart(id, GRACE));
        fails(Kind.NOT_FOUND, () -> runtime.unpause(id));
        fails(Kind.NOT_FOUND, () -> runtime.logTail(id, 5, null));
    }

    @Test
    void aPausedContainerIsThawed() throws Exception {
        String id = running("frozen");
        world.pause(id);
        await(id, c -> c.state() == RunState.PAUSED);
        fails(Kind.CONFLICT, () -> runtime.start(id));
        runtime.unpause(id);
        assertEquals(RunState.RUNNING, get(id).state());
        fails(Kind.CONFLICT, () -> runtime.unpause(id));
    }

    /// D4
    @Test
    void creatingAgainFindsTheFirst() throws Exception {
        String id = runtime.create(request("same"));
        assertEquals(id, runtime.create(request("same")));
        assertEquals(1, runtime.observe(Needs.NONE).of("same").size());
    }

    /// D4
    @Test
    void aForeignContainerOfThatNameIsLeft() throws Exception {
        ContainerRequest request = request("alien");
        world.foreign(request.name(), null);
        RuntimeFailure failure = fails(Kind.NAME_TAKEN, () -> runtime.create(request));
        assertTrue(failure.toString().contains(request.name()), failure.getMessage());
        assertTrue(world.exists(request.name()));
        assertEquals(List.of(), runtime.observe(Needs.NONE).of("alien"));
    }

    @Test
    void anotherHostsContainerIsNeitherShownNorTaken() throws Exception {
        ContainerRequest request = request("neighbour");
        Owner theirs = new Owner(
                "elsewhere", "neighbour", "main", 1, "0badcafe", request.owner().spec(), world.sleeper(), null);
        world.foreign(request.name(), theirs);
        assertEquals(List.of(), runtime.observe(Needs.NONE).of("neighbour"));
        fails(Kind.NAME_TAKEN, () -> runtime.create(request));
        assertTrue(world.exists(request.name()));
    }

    /// D5
    @Test
    void anImageThatIsNotHereCannotBeUsed() {
        ContainerRequest request =
                TestRoles.request("contract", "imageless", TestRoles.plain("main", "dhow-test/nothing:1"));
        RuntimeFailure failure = fails(Kind.IMAGE_NOT_FOUND, () -> runtime.create(request));
        assertTrue(failure.toString().contains("dhow-test/nothing:1"), failure.getMessage());
    }

    /// D22
    @Test
    void aLostAnswerToCreateIsFoundByCreatingAgain() throws Exception {
        ContainerRequest request = request("lostcreate");
        runtime.observe(Needs.NONE);
        world.loseNextAnswer("create");
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> runtime.create(request));
        assertTrue(failure.kind().engineAway(), failure.toString());
        List<ObservedContainer> made =
                Await.until("it was made", () -> runtime.observe(Needs.NONE).of("lostcreate"), l -> !l.isEmpty());
        assertEquals(made.getFirst().id(), runtime.create(request));
    }

    @Test
    void aLostAnswerToStartIsSeenInTheNextReading() throws Exception {
        String id = runtime.create(request("loststart"));
        runtime.observe(Needs.NONE);
        world.loseNextAnswer("start");
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> runtime.start(id));
        assertTrue(failure.kind().engineAway(), failure.toString());
        await(id, ObservedContainer::running);
    }

    /// D3
    @Test
    void aKilledContainerStaysDownAndIsStartedAgain() throws Exception {
        String id = running("killed");
        world.kill(id);
        ObservedContainer killed = await(id, c -> c.state() == RunState.EXITED);
        assertEquals(137, killed.exitCode());
        assertFalse(killed.oomKilled());
        runtime.start(id);
        assertEquals(RunState.RUNNING, get(id).state());
    }

    @Test
    void aContainerRemovedByHandIsNotShown() throws Exception {
        String id = running("vanished");
        get(id);
        world.remove(id);
        Await.until("it is gone", () -> find(id).isEmpty());
    }

    @Test
    void aRenamedContainerKeepsItsIdentity() throws Exception {
        String id = running("renamed");
        get(id);
        world.rename(id, "somebody-liked-this-better");
        ObservedContainer renamed = await(id, c -> c.name().equals("somebody-liked-this-better"));
        assertEquals("renamed", renamed.owner().service());
    }

    @Test
    void healthComesFromTheImagesHealthcheck() throws Exception {
        RoleSpec role = TestRoles.plain("main", world.checked());
        String id = runtime.create(TestRoles.request("contract", "checked", role));
        runtime.start(id);
        world.heal(id);
        ObservedContainer healthy =
                await(id, c -> c.health() != null && c.health().status() == DockerHealth.Status.HEALTHY);
        DockerHealth health = Objects.requireNonNull(healthy.health());
        assertEquals(0, health.lastExitCode());
        assertNotNull(health.lastEnd());
        assertEquals(0, health.failingStreak());
    }

    @Test
    void imagesAreKnownByIdAndByReference() throws Exception {
        String id = running("pictured");
        var reading = runtime.observe(new Needs(Set.of(world.checked(), "dhow-test/nothing:1"), Set.of()));
        var byReference = reading.image(world.checked()).orElseThrow();
        assertTrue(byReference.healthcheck());
        assertEquals(List.of(80), byReference.tcpPorts());
        assertEquals(Optional.empty(), reading.image("dhow-test/nothing:1"));
        String imageId = get(id).imageId();
        var byId = reading.image(imageId).orElseThrow();
        assertEquals(imageId, byId.id());
        assertFalse(byId.healthcheck());
        assertNotEquals(byId, byReference);
    }

    private ImageStore store() {
        return assertInstanceOf(ImageStore.class, runtime);
    }

    private ImageStore.HeldImage held(String id) throws Exception {
        return store().images().images().stream()
                .filter(image -> image.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void anImageThatNobodyUsesGoesWithItsLastName() throws Exception {
        List<String> names = world.spare();
        String id = store().image(names.getFirst()).orElseThrow().id();
        assertEquals(Set.copyOf(names), Set.copyOf(held(id).tags()));
        assertFalse(store().images().used().contains(id));
        store().removeImage(names.getFirst());
        assertEquals(List.of(names.getLast()), held(id).tags());
        assertEquals(Optional.empty(), store().image(names.getFirst()));
        store().removeImage(names.getLast());
        assertEquals(Optional.empty(), store().image(id));
        store().removeImage(names.getLast());
        store().removeImage(id);
    }

    @Test
    void anImageThatAContainerIsMadeOfStays() throws Exception {
        String ours = get(runtime.create(request("holding"))).imageId();
        assertTrue(store().images().used().contains(ours));
        fails(Kind.CONFLICT, () -> store().removeImage(world.sleeper()));
        fails(Kind.CONFLICT, () -> store().removeImage(ours));
        assertTrue(store().image(ours).isPresent());
        assertEquals(ours, store().image(world.sleeper()).orElseThrow().id());
    }

    @Test
    void aStrangersContainerHoldsItsImageToo() throws Exception {
        Set<String> before = store().images().used();
        world.foreign("contract-stranger", null);
        assertNotEquals(before, store().images().used());
    }

    @Test
    void theDiskIsNotFull() throws Exception {
        assertTrue(store().disk().orElseThrow().usedPercent() < 100);
    }

    @Test
    void containerMadeFromAnIdStillSaysWhichReferenceWasWanted() throws Exception {
        String checked = runtime.observe(new Needs(Set.of(world.checked()), Set.of()))
                .image(world.checked())
                .orElseThrow()
                .id();
        ContainerRequest wanted = request("pictured");
        String id = runtime.create(new ContainerRequest(wanted.name(), wanted.owner(), checked, wanted.role()));
        assertEquals(checked, get(id).imageId());
        assertEquals(world.sleeper(), get(id).owner().image());
    }

    /// R14, R18
    @Test
    void networksAndVolumesAreMadeOnce() throws Exception {
        runtime.createNetwork("contract-net", Map.of(Owner.HOST, "contract"));
        runtime.createNetwork("contract-net", Map.of(Owner.HOST, "contract"));
        runtime.createVolume("contract_data", Map.of(Owner.HOST, "contract"));
        runtime.createVolume("contract_data", Map.of(Owner.HOST, "contract"));
        var reading = runtime.observe(Needs.NONE);
        assertTrue(reading.networks().containsAll(Set.of("bridge", "dhow", "contract-net")));
        assertTrue(reading.volumes().contains("contract_data"));
    }

    @Test
    void networksMadeAtTheSameTimeAreOne() throws Exception {
        try (var services = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Void>> calls = IntStream.range(0, 6)
                    .mapToObj(_ -> services.<Void>submit(() -> {
                        runtime.createNetwork("contract-race", Map.of(Owner.HOST, "contract"));
                        return null;
                    }))
                    .toList();
            for (Future<Void> call : calls) {
                call.get();
            }
        }
        // Docker starts nothing on a name that two networks have.
        runtime.start(runtime.create(TestRoles.request("contract", "wired", attached("contract-race"))));
    }

    @Test
    void aMissingNetworkFailsTheStart() throws Exception {
        RoleSpec role = attached("contract-missing");
        fails(Kind.NOT_FOUND, () -> runtime.start(runtime.create(TestRoles.request("contract", "unwired", role))));
    }

    /// D16
    @Test
    void aPortThatIsTakenFailsTheStartAndIsNamed() throws Exception {
        NetworkSpec network = new NetworkSpec(
                List.of(),
                null,
                null,
                List.of(),
                List.of(),
                List.of(),
                List.of(new Port("127.0.0.1", 18099, 80, "tcp")));
        RoleSpec role = TestRoles.with(TestRoles.plain("main", world.sleeper()), container(network));
        String first = runtime.create(TestRoles.request("contract", "porta", role));
        String second = runtime.create(TestRoles.request("contract", "portb", role));
        runtime.start(first);
        assertEquals(Set.of("127.0.0.1:18099/tcp"), get(first).hostPorts());
        RuntimeFailure failure = fails(Kind.PORT_TAKEN, () -> runtime.start(second));
        assertTrue(failure.toString().contains("18099"), failure.getMessage());
        ObservedContainer left = get(second);
        assertEquals(RunState.CREATED, left.state());
        assertTrue(left.error().contains("18099"), left.error());
        runtime.stop(first, GRACE);
        runtime.start(second);
        assertEquals("", get(second).error());
    }

    @Test
    void changesAreHinted() throws Exception {
        List<String> hints = new CopyOnWriteArrayList<>();
        runtime.onHint(service -> hints.add(String.valueOf(service)));
        runtime.observe(Needs.NONE);
        String id = running("hinted");
        Await.until("hint of the start", () -> hints.contains("hinted"));
        hints.clear();
        world.kill(id);
        Await.until("hint of the kill", () -> hints.contains("hinted"));
    }

    private RoleSpec attached(String network) {
        NetworkSpec only = new NetworkSpec(
                List.of(new ContainerSpec.Attachment(network, List.of(), null, null)),
                null,
                null,
                List.of(),
                List.of(),
                List.of(),
                List.of());
        return TestRoles.with(TestRoles.plain("main", world.sleeper()), container(only));
    }

    static ContainerSpec container(NetworkSpec network) {
        return new ContainerSpec(
                ProcessSpec.EMPTY, network, StorageSpec.EMPTY, LimitSpec.EMPTY, Map.of(), null, null, null, null);
    }
}
