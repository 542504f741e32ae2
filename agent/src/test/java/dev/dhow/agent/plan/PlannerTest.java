package dev.dhow.agent.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import dev.dhow.agent.state.Declared;
import dev.dhow.agent.state.Desired;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Owner;
import dev.dhow.agent.testing.TestRoles;
import dev.dhow.api.spec.ContainerSpec;
import dev.dhow.api.spec.ContainerSpec.ProcessSpec;
import dev.dhow.api.spec.ContainerSpec.Restart;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.Secret;
import dev.dhow.api.spec.ServiceSpec;
import dev.dhow.api.status.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlannerTest {
    private static final RoleSpec WEB = TestRoles.proxied("web", "shop:1");

    static RoleSpec restart(RoleSpec role, Restart.Mode mode, int most) {
        ContainerSpec c = role.container();
        return TestRoles.with(
                role,
                new ContainerSpec(
                        c.process(),
                        c.network(),
                        c.storage(),
                        c.limits(),
                        c.labels(),
                        c.logging(),
                        new Restart(mode, most),
                        c.pullPolicy(),
                        c.platform()));
    }

    static RoleSpec environment(RoleSpec role, String key, String value) {
        ContainerSpec c = role.container();
        ProcessSpec p = c.process();
        ProcessSpec changed = new ProcessSpec(
                p.command(),
                p.entrypoint(),
                Map.of(key, value),
                p.secretEnvironment(),
                p.user(),
                p.workingDir(),
                p.groupAdd(),
                p.capDrop(),
                p.init(),
                p.stopSignal(),
                p.stopGracePeriod());
        return TestRoles.with(
                role,
                new ContainerSpec(
                        changed,
                        c.network(),
                        c.storage(),
                        c.limits(),
                        c.labels(),
                        c.logging(),
                        c.restart(),
                        c.pullPolicy(),
                        c.platform()));
    }

    private static RoleSpec secretBot(String image) {
        ProcessSpec p = ProcessSpec.EMPTY;
        ProcessSpec secret = new ProcessSpec(
                p.command(),
                p.entrypoint(),
                p.environment(),
                Map.of("TOKEN", new Secret("s3cret")),
                p.user(),
                p.workingDir(),
                p.groupAdd(),
                p.capDrop(),
                p.init(),
                p.stopSignal(),
                p.stopGracePeriod());
        ContainerSpec c = ContainerSpec.EMPTY;
        return TestRoles.with(
                TestRoles.plain("bot", image),
                new ContainerSpec(secret, c.network(), c.storage(), c.limits(), c.labels(), null, null, null, null));
    }

    /// R1
    @Test
    void newServiceIsMadeAndStarted() throws Exception {
        House house = new House(TestRoles.replicas(WEB, 2), TestRoles.plain("bot", "shop:1"));
        assertEquals("""
            shop create-network dhow: no network
            shop/web/1 create shop-web-REV-1: no container
            shop/web/1 start shop-web-REV-1: no container
            shop/web/2 create shop-web-REV-2: no container
            shop/web/2 start shop-web-REV-2: no container
            shop/bot/1 create shop-bot-REV-1: no container
            shop/bot/1 start shop-bot-REV-1: no container
            7 changes
            """, house.pass());
        assertEquals("no changes\n", house.pass());
    }

    @Test
    void missingImageIsPulledFirst() throws Exception {
        House house = new House(WEB).want(TestRoles.plain("bot", "registry.test/bot:1"));
        house.runtime.addRemoteImage("registry.test/bot:1", false);
        assertEquals("shop/bot pull registry.test/bot:1: not on this host\n1 change\n", house.pass());
        assertTrue(house.pass().contains("shop/bot/1 create shop-bot-REV-1: no container"));
    }

    @Test
    void failedPullWaitsTenSecondsThenTwenty() throws Exception {
        House house = new House(WEB).want(TestRoles.plain("bot", "registry.test/bot:1"));
        house.pass();
        assertEquals("no changes\n", house.pass());
        assertEquals(Wait.Kind.BACKOFF, house.plan().waits().getFirst().kind());
        house.advance(Duration.ofSeconds(10));
        assertTrue(house.pass().contains("pull"));
        house.advance(Duration.ofSeconds(19));
        assertEquals("no changes\n", house.pass());
        house.advance(Duration.ofSeconds(1));
        assertTrue(house.pass().contains("pull"));
    }

    @Test
    void replicasThatServeNobodyAreReplacedAtOnce() throws Exception {
        House house = new House(TestRoles.replicas(WEB, 2)).settle();
        String old = house.revision();
        house.unhealthy("shop-web-" + old + "-1", "down");
        house.unhealthy("shop-web-" + old + "-2", "down");
        house.want(TestRoles.replicas(environment(WEB, "A", "1"), 2));
        String plan = house.pass();
        assertTrue(plan.contains("shop/web/1 create") && plan.contains("shop/web/2 create"), plan);
    }

    /// R4
    @Test
    void scalingDownRemovesTheHighest() throws Exception {
        House house = new House(TestRoles.replicas(WEB, 3)).settle();
        house.want(WEB);
        String plan = house.pass();
        assertTrue(plan.contains("shop/web/2 stop") && plan.contains("shop/web/3 remove"), plan);
        assertFalse(plan.contains("shop/web/1"), plan);
        house.settle();
        assertEquals(1, house.runtime.names().size());
        house.want(TestRoles.replicas(WEB, 0)).settle();
        assertEquals(List.of(), house.runtime.names());
    }

    /// R10
    @Test
    void droppedRoleIsRemoved() throws Exception {
        House house = new House(WEB, TestRoles.plain("bot", "shop:1")).settle();
        house.want(WEB);
        String plan = house.pass();
        assertTrue(plan.contains("shop/bot/1 stop"), plan);
        assertTrue(plan.contains("role bot is no longer wanted"), plan);
        assertFalse(plan.contains("shop/web"), plan);
    }

    @Test
    void handsAreUndone() throws Exception {
        House house = new House(WEB).settle();
        String name = "shop-web-" + house.revision() + "-1";
        String id = house.runtime.id(name);
        house.runtime.docker().stop(id);
        assertEquals("shop/web/1 start shop-web-REV-1: exited with 0\n1 change\n", house.pass());
        house.runtime.docker().pause(id);
        assertEquals("shop/web/1 unpause shop-web-REV-1: paused\n1 change\n", house.pass());
        house.runtime.docker().rename(id, "mine");
        assertEquals("no changes\n", house.pass());
        house.runtime.docker().removeByHand(id);
        assertTrue(house.pass().contains("create shop-web-REV-1: no container"));
    }

    /// R7
    @Test
    void exitedContainersFollowTheirRestartPolicy() throws Exception {
        record Case(Restart.Mode mode, int most, int code, boolean started) {}
        List<Case> cases = List.of(
                new Case(Restart.Mode.UNLESS_STOPPED, 0, 0, true),
                new Case(Restart.Mode.UNLESS_STOPPED, 0, 137, true),
                new Case(Restart.Mode.ALWAYS, 0, 1, true),
                new Case(Restart.Mode.ON_FAILURE, 0, 0, false),
                new Case(Restart.Mode.ON_FAILURE, 3, 137, true),
                new Case(Restart.Mode.NO, 0, 0, false),
                new Case(Restart.Mode.NO, 0, 1, false));
        for (Case c : cases) {
            House house = new House(restart(TestRoles.plain("bot", "shop:1"), c.mode, c.most)).settle();
            house.runtime.docker().exit(house.runtime.id("shop-bot-" + house.revision() + "-1"), c.code);
            assertEquals(c.started, house.pass().contains("start"), c.toString());
        }
    }

    @Test
    void handsThatStopAgainAndAgainMeetABackoff() throws Exception {
        House house = new House(WEB).settle();
        String id = house.runtime.id("shop-web-" + house.revision() + "-1");
        for (int i = 0; i < 5; i++) {
            house.runtime.docker().stop(id);
            assertTrue(house.pass().contains("start"), "stop " + i);
        }
        house.runtime.docker().stop(id);
        assertEquals("no changes\n", house.pass());
        house.advance(Duration.ofSeconds(10));
        assertTrue(house.pass().contains("start"));
        house.advance(Duration.ofMinutes(10));
        house.pass();
        house.runtime.docker().stop(id);
        assertTrue(house.pass().contains("start"), "ten good minutes forget");
    }

    /// W13
    @Test
    void failingChecksRestartAtOnceThenAfterTenSecondsDoubling() throws Exception {
        House house = new House(TestRoles.plain("bot", "shop:1")).settle();
        String name = "shop-bot-" + house.revision() + "-1";
        house.unhealthy(name, "unhealthy: exit 1");
        assertEquals("shop/bot/1 restart shop-bot-REV-1: unhealthy: exit 1\n1 change\n", house.pass());
        for (int seconds : new int[] {10, 20, 40, 80, 160, 300, 300}) {
            house.advance(Duration.ofSeconds(seconds - 1));
            assertEquals("no changes\n", house.pass(), "before " + seconds);
            house.advance(Duration.ofSeconds(1));
            assertTrue(house.pass().contains("restart"), "after " + seconds);
        }
    }

    @Test
    void foreignContainerOfTheSameNameIsAnErrorAndLeft() throws Exception {
        House house = new House(WEB);
        String name = "shop-web-" + house.revision() + "-1";
        house.runtime.addForeign(name, null);
        house.pass();
        assertEquals("no changes\n", house.pass());
        assertTrue(house.plan().waits().getFirst().message().contains("another container has the name"));
        assertEquals(List.of(name), house.runtime.names());
    }

    @Test
    void containersOfAnotherHostAreNotSeen() throws Exception {
        House house = new House(WEB);
        Owner owner = new Owner("web-2", "shop", "web", 1, "0badcafe", "1:0", "shop:1", null);
        house.runtime.addForeign("shop-web-other", owner);
        house.settle();
        house.desired = new Desired.Removed("shop");
        house.settle();
        assertEquals(List.of("shop-web-other"), house.runtime.names());
    }

    /// W17
    @Test
    void takenPortBacksOffAndKeepsTheContainer() throws Exception {
        House house = new House(WEB);
        house.runtime.failNext("start", Kind.PORT_TAKEN);
        house.pass();
        assertEquals("no changes\n", house.pass());
        house.advance(Duration.ofSeconds(5));
        assertEquals("shop/web/1 start shop-web-REV-1: not started\n1 change\n", house.pass());
    }

    @Test
    void createThatHappenedThoughItsAnswerWasLostIsNotDoubled() throws Exception {
        House house = new House(WEB);
        house.runtime.loseAnswer("create", Kind.TIMEOUT);
        house.pass();
        house.settle();
        assertEquals(1, house.runtime.names().size());
    }

    @Test
    void fileThatTurnedBadKeepsTheLastGood() throws Exception {
        House house = new House(WEB).settle();
        ServiceSpec good = house.desired.inForce().orElseThrow();
        List<Problem> problems = List.of(Problem.ofFile("shop.yaml", "bad"));
        house.desired = new Desired.Invalid("shop", Declared.of(good), true, problems);
        house.runtime.docker().removeByHand(house.runtime.id("shop-web-" + house.revision() + "-1"));
        assertTrue(house.pass().contains("create"), "repairs go on");
        house.desired = new Desired.Invalid("shop", null, true, problems);
        house.runtime.docker().stop(house.runtime.id(house.runtime.names().getFirst()));
        assertEquals("no changes\n", house.pass(), "with nothing good known, nothing is done");
        house.desired = new Desired.Missing("shop", null, "the directory is gone");
        assertEquals("no changes\n", house.pass());
    }

    @Test
    void removedServiceGoesWithItsContainers() throws Exception {
        House house = new House(WEB).settle();
        String revision = house.revision();
        house.desired = new Desired.Removed("shop");
        assertEquals("""
            shop/web/1 stop shop-web-REV-1: its file is gone
            shop/web/1 remove shop-web-REV-1: its file is gone
            2 changes
            """, house.pass().replace(revision, "REV"));
    }

    @Test
    void movedTagRecreatesNothing() throws Exception {
        House house = new House(WEB).settle();
        house.runtime.addImage("shop:1", true);
        assertEquals("no changes\n", house.pass());
        house.restartAgent();
        assertEquals("no changes\n", house.pass(), "nor after the agent lost its state");
    }

    @Test
    void tagThatMovesBetweenLookAndCreateDoesNotChangeWhatRuns() throws Exception {
        House house = new House(WEB);
        String looked = house.runtime.addImage("shop:1");
        Plan plan = house.plan();
        house.runtime.addImage("shop:1", true);
        house.execute(plan.first(), plan.lanes());
        assertEquals(looked, house.input().containers().getFirst().imageId());
        assertEquals("no changes\n", house.pass());
    }

    @Test
    void secretsOfALostKeyAreUnknownAndChangeNothing() throws Exception {
        House house = new House(secretBot("shop:1")).settle();
        assertFalse(House.text(house.plan()).contains("s3cret"));
        byte[] other = new byte[32];
        other[0] = 1;
        house.key = new HmacKey(other);
        assertEquals("no changes\n", house.pass());
        house.key = null;
        assertEquals("no changes\n", house.pass());
    }

    @Test
    void whatNobodyWantsAnyMoreStopsWithTheGraceItWasMadeWith() throws Exception {
        ContainerSpec c = ContainerSpec.EMPTY;
        ProcessSpec p = ProcessSpec.EMPTY;
        ProcessSpec slow = new ProcessSpec(
                p.command(),
                p.entrypoint(),
                p.environment(),
                p.secretEnvironment(),
                p.user(),
                p.workingDir(),
                p.groupAdd(),
                p.capDrop(),
                p.init(),
                p.stopSignal(),
                Duration.ofSeconds(90));
        RoleSpec worker = TestRoles.with(
                TestRoles.plain("worker", "shop:1"),
                new ContainerSpec(slow, c.network(), c.storage(), c.limits(), c.labels(), null, null, null, null));
        House house = new House(WEB, worker).settle();
        house.want(WEB);
        assertEquals(Duration.ofSeconds(90), graceOfStop(house));
        house.desired = new Desired.Removed("shop");
        assertTrue(house.plan().steps().stream()
                .anyMatch(step -> step instanceof Step.Stop stop && stop.grace().equals(Duration.ofSeconds(90))));
    }

    private static Duration graceOfStop(House house) throws Exception {
        return house.plan().steps().stream()
                .filter(Step.Stop.class::isInstance)
                .map(step -> ((Step.Stop) step).grace())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void oldContainerIsLookedAfterWhileTheNewImageCannotBeHad() throws Exception {
        House house = new House(WEB).settle();
        String old = "shop-web-" + house.revision() + "-1";
        String id = house.runtime.id(old);
        house.want(TestRoles.proxied("web", "registry.test/none:1"));
        house.pass();
        house.runtime.docker().stop(id);
        assertEquals("shop/web/1 start %s: exited with 0\n1 change\n".formatted(old), house.pass());
        house.runtime.docker().pause(id);
        assertEquals("shop/web/1 unpause %s: paused\n1 change\n".formatted(old), house.pass());
    }

    @Test
    void missingImageOfOneRoleDoesNotKeepAnotherFromItsRepair() throws Exception {
        RoleSpec bot = TestRoles.plain("bot", "shop:1");
        House house = new House(WEB, bot).settle();
        house.want(TestRoles.proxied("web", "registry.test/none:1"), bot);
        house.pass();
        house.input().containers().stream()
                .filter(c -> c.owner().role().equals("bot"))
                .forEach(c -> house.runtime.docker().removeByHand(c.id()));
        assertTrue(house.pass().contains("shop/bot/1 create"));
    }

    @Test
    void successorThatRanToItsEndLetsTheOldOneGo() throws Exception {
        RoleSpec job = restart(TestRoles.plain("job", "shop:1"), Restart.Mode.ON_FAILURE, 0);
        House house = new House(job).settle();
        house.want(restart(environment(job, "A", "1"), Restart.Mode.ON_FAILURE, 0));
        house.pass();
        String made = "shop-job-" + house.revision() + "-1";
        house.runtime.docker().exit(house.runtime.id(made), 0);
        house.completed(made);
        house.settle();
        assertEquals(2, house.runtime.names().size(), "the one before is kept");
        assertFalse(house.input().containers().stream().anyMatch(ObservedContainer::running));
    }

    @Test
    void otherImageReplacesAlsoWhatNobodyCanCompare() throws Exception {
        House house = new House(secretBot("shop:1")).settle();
        byte[] other = new byte[32];
        other[0] = 1;
        house.key = new HmacKey(other);
        assertEquals(1, house.plan().notes().undecided().size());
        house.runtime.addImage("shop:2");
        house.want(secretBot("shop:2"));
        assertTrue(house.pass().contains("image changed from shop:1 to shop:2"));
    }

    @Test
    void secondContainerInOnePlaceGoes() throws Exception {
        House house = new House(WEB).settle();
        var kept = house.input().containers().getFirst();
        var twin = new dev.dhow.agent.runtime.ContainerRequest("twin", kept.owner(), "shop:1", WEB);
        house.runtime.start(house.runtime.create(twin));
        assertTrue(house.pass().contains("shop/web/1 remove twin: another container has its place"));
        assertEquals(List.of(kept.name()), house.runtime.names());
    }
}
