package dev.dhow.agent.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.runtime.ContainerRequest;
import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import dev.dhow.agent.state.Chronicle;
import dev.dhow.agent.state.Desired;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.testing.TestRoles;
import dev.dhow.api.spec.ContainerSpec;
import dev.dhow.api.spec.ContainerSpec.Attachment;
import dev.dhow.api.spec.ContainerSpec.NetworkSpec;
import dev.dhow.api.spec.ContainerSpec.Port;
import dev.dhow.api.spec.ContainerSpec.Restart;
import dev.dhow.api.spec.ReleaseCommand;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.RolloutSpec.OnFailure;
import dev.dhow.api.spec.ServiceSpec;
import dev.dhow.api.status.RolloutStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// A release command runs to its good end, once, before any role changes.
class ReleaseTest {
    private static final RoleSpec WEB = TestRoles.proxied("web", "shop:1");
    private static final RoleSpec NEW_WEB = TestRoles.proxied("web", "shop:2");
    private static final RoleSpec BOT = TestRoles.plain("bot", "shop:1");
    private static final RoleSpec NEW_BOT = TestRoles.plain("bot", "shop:2");

    static ServiceSpec released(RoleSpec... roles) {
        return with(List.of("rake", "db:migrate"), roles);
    }

    private static ServiceSpec with(List<String> words, RoleSpec... roles) {
        ReleaseCommand command = new ReleaseCommand(words, roles[0].name(), Duration.ofMinutes(10), List.of());
        return new ServiceSpec("shop", List.of(roles), command, false, null);
    }

    /// A service whose first version has run its command and serves.
    private static House running(RoleSpec... roles) throws Exception {
        House house = new House(roles);
        house.runtime.addImage("shop:2");
        house.runtime.addImage("shop:3");
        return house.settle().want(released(roles));
    }

    private static String release(House house) throws Exception {
        return "shop-web-%s-release".formatted(house.revision());
    }

    private static String raw(House house) throws Exception {
        String revision = house.revision();
        return house.pass().replace("REV", revision);
    }

    private static Set<String> atWork(House house) throws Exception {
        return house.input().containers().stream()
                .filter(ObservedContainer::running)
                .map(ObservedContainer::name)
                .collect(Collectors.toSet());
    }

    private static void exit(House house, String name, int code) {
        house.runtime.docker().exit(house.runtime.id(name), code);
    }

    private static String waits(House house) throws Exception {
        return house.plan().waits().stream()
                .map(w -> w.subject() + ": " + w.message())
                .sorted()
                .collect(Collectors.joining("\n"));
    }

    @Test
    void allRolesWaitForTheCommandAndItsContainerGoesAfterwards() throws Exception {
        House house = running(WEB, BOT);
        Set<String> before = atWork(house);
        house.want(released(NEW_WEB, NEW_BOT));
        String made = release(house);
        assertEquals("""
            shop/web/release create %1$s: once before any role changes
            shop/web/release start %1$s: once before any role changes
            2 changes
            """.formatted(made), raw(house));
        assertEquals("no changes\n", raw(house));
        assertEquals("""
            shop/bot/1: waits for the release command
            shop/web/1: waits for the release command\
            """, waits(house));
        assertEquals(before, atWork(house));
        exit(house, made, 0);
        String revision = house.revision();
        assertEquals("""
            shop/web/1 create shop-web-%1$s-1: image changed from shop:1 to shop:2
            shop/web/1 start shop-web-%1$s-1: image changed from shop:1 to shop:2
            shop/web/release remove %2$s: its release command is over
            3 changes
            """.formatted(revision, made), raw(house));
        house.settle();
        assertEquals("AVAILABLE", house.outcome());
        assertEquals(2, atWork(house).size());
        assertFalse(house.runtime.names().contains(made));
    }

    @Test
    void failingCommandFailsTheRolloutAndTouchesNothing() throws Exception {
        for (OnFailure then : OnFailure.values()) {
            House house = running(WEB);
            Set<String> before = atWork(house);
            house.want(released(TestRoles.rollout(NEW_WEB, null, 1, then)));
            String made = release(house);
            house.pass();
            exit(house, made, 3);
            assertEquals("no changes\n", house.pass());
            RolloutStatus rollout = house.chronicle.last().orElseThrow().rollout();
            assertEquals("shop/web/release: the release command exited with 3", rollout.cause());
            assertEquals(3, Objects.requireNonNull(rollout.lastExit()).code());
            assertTrue(rollout.outcome().failed());
            assertEquals(before, atWork(house));
            assertTrue(house.runtime.names().contains(made), "it is kept for a look at it");
            assertEquals("no changes\n", house.pass());
            house.ask(new Request.Retry());
            assertTrue(raw(house).contains("remove " + made));
            assertTrue(house.pass().contains("release create"));
            exit(house, made, 0);
            house.settle();
            assertEquals("AVAILABLE", house.outcome());
        }
    }

    @Test
    void commandThatTakesTooLongIsStoppedAndFails() throws Exception {
        House house = running(WEB);
        Set<String> before = atWork(house);
        house.want(released(NEW_WEB));
        String made = release(house);
        house.pass();
        assertEquals("no changes\n", raw(house));
        assertEquals(
                house.ticker.now().plus(Duration.ofMinutes(10)),
                Occasions.wakeAt(house.input()).orElseThrow());
        house.advance(Duration.ofMinutes(10));
        assertEquals(
                "shop/web/release stop %s: its release command has run for too long\n1 change\n".formatted(made),
                raw(house));
        assertEquals("ROLLED_BACK", house.outcome());
        assertTrue(house.chronicle.last().orElseThrow().rollout().cause().endsWith("did not end within 600 s"));
        assertEquals("no changes\n", house.pass());
        assertEquals(before, atWork(house));
    }

    /// It may have ended since Docker was asked.
    @Test
    void aSlowReadingFromBeforeItsTimeIsUpSaysNothing() throws Exception {
        House house = running(WEB);
        house.want(released(NEW_WEB));
        release(house);
        house.pass();
        assertEquals("no changes\n", raw(house));
        house.advance(Duration.ofSeconds(599));
        house.reading = Duration.ofSeconds(8);
        PassInput slow = house.input();
        assertTrue(Planner.plan(slow).isEmpty());
        assertTrue(Occasions.wakeAt(slow).isPresent(), "it is looked at again");
        assertTrue(slow.chronicle().last().orElseThrow().progressing());
    }

    @Test
    void firstRolloutTriesAgainAfterAWhile() throws Exception {
        House house = new House(WEB).want(released(WEB));
        assertTrue(house.pass().contains("create-network"));
        String made = release(house);
        exit(house, made, 1);
        assertEquals("no changes\n", house.pass());
        assertEquals("""
            shop/web/1: waits for the release command
            shop/web/release: the release command exited with 1; it is tried again\
            """, waits(house));
        house.advance(Duration.ofSeconds(9));
        assertEquals("no changes\n", house.pass());
        house.advance(Duration.ofSeconds(1));
        assertEquals(
                "shop/web/release remove %s: the release command exited with 1\n1 change\n".formatted(made),
                raw(house));
        assertTrue(house.pass().contains("release create"));
        exit(house, made, 1);
        house.pass();
        house.advance(Duration.ofSeconds(19));
        assertEquals("no changes\n", house.pass(), "each try waits for longer");
        house.advance(Duration.ofSeconds(1));
        house.pass();
        house.pass();
        exit(house, made, 0);
        house.settle();
        assertEquals("AVAILABLE", house.outcome());
        assertEquals(1, atWork(house).size());
    }

    @Test
    void askingForAnotherTryBringsItAtOnce() throws Exception {
        House house = new House(WEB).want(released(WEB));
        house.pass();
        exit(house, release(house), 1);
        house.pass();
        house.ask(new Request.Retry());
        assertTrue(house.pass().contains("release remove"));
        assertTrue(house.pass().contains("release create"));
    }

    @Test
    void clockThatIsSetMakesNoGoodEndALateOne() throws Exception {
        House house = running(WEB);
        house.want(released(NEW_WEB));
        String made = release(house);
        house.pass();
        house.pass();
        house.ticker.jumpWall(Duration.ofHours(1));
        exit(house, made, 0);
        house.settle();
        assertEquals("AVAILABLE", house.outcome());
        assertEquals(1, atWork(house).size());
    }

    @Test
    void commandThatTheEngineBrokeOffRunsAgain() throws Exception {
        House house = running(WEB);
        house.want(released(NEW_WEB));
        String made = release(house);
        house.pass();
        house.pass();
        house.advance(Duration.ofSeconds(1));
        house.runtime.docker().restartEngine();
        assertTrue(raw(house).contains("remove " + made));
        assertTrue(house.pass().contains("release create"));
        house.pass();
        exit(house, made, 1);
        house.pass();
        assertEquals("ROLLED_BACK", house.outcome(), "this end is its own");
    }

    @Test
    void overdueFirstRolloutDoesNotPassForAGoodEnd() throws Exception {
        House house = new House(WEB).want(released(WEB));
        house.pass();
        house.pass();
        house.advance(Duration.ofMinutes(11));
        assertTrue(house.pass().contains("release stop"));
        assertEquals("no changes\n", house.pass());
        assertTrue(waits(house).contains("did not end within 600 s; it is tried again"), "it exited with 0");
    }

    @Test
    void killedAgentAdoptsWhatItBegan() throws Exception {
        House house = running(WEB);
        house.want(released(NEW_WEB));
        String made = release(house);
        house.chronicle = house.input().chronicle();
        house.execute(List.of(), List.of(house.plan().lanes().getFirst().subList(0, 1)));
        house.restartAgent();
        assertEquals("shop/web/release start %s: once before any role changes\n1 change\n".formatted(made), raw(house));
        house.restartAgent();
        assertEquals("no changes\n", house.pass());
        exit(house, made, 0);
        house.restartAgent();
        house.settle();
        assertEquals("AVAILABLE", house.outcome());
        assertEquals(1, atWork(house).size());
    }

    @Test
    void runsOnceForARevisionWhateverBecomesOfIt() throws Exception {
        House house = running(WEB).settle();
        house.want(released(NEW_WEB));
        house.pass();
        exit(house, release(house), 0);
        house.pass();
        house.failing("shop-web-%s-1".formatted(house.revision()), "exited with 7");
        house.settle();
        assertEquals("ROLLED_BACK", house.outcome());
        house.ready("shop-web-%s-1".formatted(house.revision()));
        house.ask(new Request.Retry());
        assertNoRelease(house);
        assertEquals("AVAILABLE", house.outcome());
        house.ask(new Request.Rollback(null));
        assertNoRelease(house);
        house.ask(new Request.Retry());
        assertNoRelease(house);
        house.ask(new Request.Restart());
        assertNoRelease(house);
        house.want(released(WEB));
        assertNoRelease(house);
        house.chronicle = Chronicle.EMPTY;
        house.runtime
                .docker()
                .removeByHand(house.runtime.id(atWork(house).iterator().next()));
        house.want(released(NEW_WEB));
        assertNoRelease(house);
    }

    @Test
    void lostHistoryRunsNothingAgainAlsoWhereARoleHasASchedule() throws Exception {
        RoleSpec job = TestRoles.scheduled(TestRoles.plain("job", "shop:1"), "0 3 * * *");
        House house = running(WEB, job);
        // Makes no container: the one that serves bears the revision before.
        house.want(released(TestRoles.rollout(WEB, null, 2, OnFailure.ROLLBACK), job));
        assertNoRelease(house);
        house.chronicle = Chronicle.EMPTY;
        house.memory = Memory.NONE;
        assertNoRelease(house);
        assertEquals("AVAILABLE", house.outcome());
    }

    private static void assertNoRelease(House house) throws Exception {
        for (int i = 0; i < 10; i++) {
            String plan = house.pass();
            assertFalse(plan.contains("release create"), plan);
        }
        house.settle();
    }

    @Test
    void changeThatMakesNoContainerNeedsNoCommand() throws Exception {
        House house = running(WEB);
        house.settle();
        assertEquals("AVAILABLE", house.outcome());
        assertFalse(house.runtime.calls().toString().contains("release"));
    }

    @Test
    void newerFileWaitsForTheCommandThatRuns() throws Exception {
        House house = running(WEB);
        house.want(released(NEW_WEB));
        String first = release(house);
        house.pass();
        house.want(released(TestRoles.proxied("web", "shop:3")));
        assertEquals("no changes\n", house.pass());
        assertTrue(waits(house).contains("shop/web/release: waits for the end of " + first));
        exit(house, first, 0);
        assertEquals("""
            shop/web/release remove %2$s: its release command is over
            shop/web/release create %1$s: once before any role changes
            shop/web/release start %1$s: once before any role changes
            3 changes
            """.formatted(release(house), first), raw(house));
    }

    @Test
    void everyImageIsThereBeforeItRuns() throws Exception {
        House house = running(WEB, BOT);
        house.runtime.addRemoteImage("registry.test/bot:2", false);
        house.want(released(NEW_WEB, TestRoles.plain("bot", "registry.test/bot:2")));
        assertEquals("""
            shop/bot pull registry.test/bot:2: not on this host
            1 change
            """, house.pass());
        assertTrue(house.pass().contains("release create"));
    }

    @Test
    void commandThatCannotStartFailsTheRollout() throws Exception {
        House house = running(WEB);
        house.want(released(NEW_WEB));
        house.runtime.failNext("start", Kind.INVALID);
        house.pass();
        house.pass();
        assertEquals("ROLLED_BACK", house.outcome());
        String made = "shop-web-%s-release"
                .formatted(house.chronicle.last().orElseThrow().revision());
        house.settle();
        assertFalse(house.runtime.names().contains(made), "it never ran, so there is nothing to look at");
    }

    @Test
    void removalOfTheServiceTakesIt() throws Exception {
        House house = new House(WEB).want(released(WEB));
        house.pass();
        house.desired = new Desired.Removed("shop");
        house.settle();
        assertEquals(List.of(), house.runtime.names());
    }

    @Test
    void itsContainerHasTheRolesEnvironmentAndIsReachedByNobody() throws Exception {
        NetworkSpec network = new NetworkSpec(
                List.of(new Attachment("back", List.of("web"), "10.0.0.7", null)),
                null,
                null,
                List.of(),
                List.of(),
                List.of(),
                List.of(new Port("0.0.0.0", 80, 80, "tcp")));
        ContainerSpec e = ContainerSpec.EMPTY;
        RoleSpec role = TestRoles.replicas(
                TestRoles.with(
                        PlannerTest.environment(WEB, "A", "1"),
                        new ContainerSpec(
                                PlannerTest.environment(WEB, "A", "1")
                                        .container()
                                        .process(),
                                network,
                                e.storage(),
                                e.limits(),
                                Map.of("traefik.enable", "true"),
                                e.logging(),
                                e.restart(),
                                e.pullPolicy(),
                                e.platform())),
                3);
        House house = new House(role).want(released(role));
        ContainerRequest request = house.plan().steps().stream()
                .filter(Step.Create.class::isInstance)
                .map(step -> ((Step.Create) step).request())
                .findFirst()
                .orElseThrow();
        assertEquals("release", request.owner().task());
        assertEquals("release", request.owner().labels().get("dev.dhow.task"));
        RoleSpec made = request.role();
        assertEquals(List.of("rake", "db:migrate"), made.container().process().command());
        assertEquals(Map.of("A", "1"), made.container().process().environment());
        assertEquals(List.of(), made.container().network().ports());
        assertEquals(
                List.of(new Attachment("back", List.of(), null, null)),
                made.container().network().networks());
        assertEquals(Map.of(), made.container().labels());
        assertEquals(new Restart(Restart.Mode.NO, 0), made.container().restart());
        assertTrue(made.health().disable());
        assertFalse(made.proxied());
        assertEquals(1, made.replicas());
    }
}
