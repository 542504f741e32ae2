package dev.dhow.agent.plan;

import static dev.dhow.agent.plan.RolloutTest.atWork;
import static dev.dhow.agent.plan.RolloutTest.made;
import static dev.dhow.agent.plan.RolloutTest.running;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.state.Chronicle;
import dev.dhow.agent.state.Desired;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Verdict;
import dev.dhow.agent.testing.TestRoles;
import dev.dhow.api.spec.ContainerSpec;
import dev.dhow.api.spec.ContainerSpec.NetworkSpec;
import dev.dhow.api.spec.ContainerSpec.Port;
import dev.dhow.api.spec.ContainerSpec.Restart.Mode;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.RolloutSpec.OnFailure;
import dev.dhow.api.status.ReplicaStatus.Health;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// P3: what serves goes on serving until something else is proven, however the file changes.
class ServingTest {
    private static final RoleSpec WEB = TestRoles.proxied("web", "shop:1");
    private static final RoleSpec NEW_WEB = TestRoles.proxied("web", "shop:2");
    private static final RoleSpec BOT = TestRoles.plain("bot", "shop:1");

    /// An Engine that is restarted without live-restore ends both; whoever was at work is started again.
    @Test
    void whatServedIsStartedAgainWhereItWentDownBesideAnUnprovenOne() throws Exception {
        House house = running(WEB);
        String old = made(house, "web", 1);
        house.want(NEW_WEB);
        house.pass();
        String made = made(house, "web", 1);
        for (String name : List.of(old, made)) {
            house.runtime.docker().exit(house.runtime.id(name), 143);
        }
        house.pass();
        assertEquals(Set.of(old, made), atWork(house));
        house.settle();
        assertEquals(Set.of(made), atWork(house));
        assertEquals("AVAILABLE", house.outcome());
        house.runtime.docker().exit(house.runtime.id(made), 143);
        house.pass();
        assertEquals(Set.of(made), atWork(house), "what is in force needs nobody beside it");
    }

    /// A container that was stopped for another one has not completed, whatever its exit code says.
    @Test
    void replacedContainerThatIsWantedAgainIsStartedAgain() throws Exception {
        for (Mode mode : List.of(Mode.ON_FAILURE, Mode.NO)) {
            RoleSpec first = PlannerTest.restart(BOT, mode, 0);
            RoleSpec second = PlannerTest.restart(TestRoles.plain("bot", "shop:2"), mode, 0);
            House house = running(first);
            Set<String> before = atWork(house);
            house.advance(Duration.ofMinutes(1));
            house.want(second).settle();
            assertEquals(1, atWork(house).size());
            house.advance(Duration.ofMinutes(1));
            if (mode == Mode.ON_FAILURE) {
                // As the checks see an exit with 0 under this policy.
                house.completed(before.iterator().next());
            }
            house.want(first);
            house.pass();
            house.ready(before.iterator().next());
            house.settle();
            assertEquals(before, atWork(house), mode.toString());
        }
    }

    /// Also when the newer one has ended by itself meanwhile.
    @Test
    void replacedContainerIsStartedAgainAfterTheNewerOneEnded() throws Exception {
        RoleSpec first = PlannerTest.restart(BOT, Mode.NO, 0);
        House house = running(first);
        Set<String> before = atWork(house);
        house.advance(Duration.ofMinutes(1));
        house.want(PlannerTest.restart(TestRoles.plain("bot", "shop:2"), Mode.NO, 0))
                .settle();
        house.runtime.docker().exit(house.runtime.id(atWork(house).iterator().next()), 0);
        house.want(first).pass();
        assertEquals(before, atWork(house));
        house.settle();
        house.advance(Duration.ofMinutes(1));
        house.runtime.docker().exit(house.runtime.id(before.iterator().next()), 0);
        house.settle();
        assertEquals(Set.of(), atWork(house), "it ran to its end, and `no` says that this is all");
    }

    @Test
    void renamedRoleGoesOnlyWhenTheNewOneIsReady() throws Exception {
        House house = running(WEB);
        Set<String> before = atWork(house);
        house.want(TestRoles.proxied("app", "shop:2"));
        house.pass();
        String made = made(house, "app", 1);
        house.starting(made);
        assertEquals("no changes\n", house.pass());
        assertTrue(atWork(house).containsAll(before));
        house.failing(made, "GET /up: 500");
        house.settle();
        assertEquals(before, atWork(house));
        house.want(TestRoles.proxied("app", "shop:3")).settle();
        assertEquals(Set.of(made(house, "app", 1)), atWork(house));
        assertTrue(house.runtime.names().containsAll(Set.of(made(house, "app", 1))));
        assertFalse(house.runtime.names().containsAll(before), "the role is gone");
    }

    @Test
    void fewerReplicasGoOnlyWhenTheNewVersionIsReady() throws Exception {
        House house = running(TestRoles.replicas(WEB, 3));
        Set<String> before = atWork(house);
        house.want(NEW_WEB);
        house.pass();
        String made = made(house, "web", 1);
        house.failing(made, "GET /up: 500");
        house.settle();
        assertEquals("ROLLED_BACK", house.outcome());
        assertEquals(before, atWork(house));
        house.want(WEB).settle();
        assertEquals(1, atWork(house).size(), "of the same version they go at once");
    }

    @Test
    void pausedRolloutRemovesNothing() throws Exception {
        House house = running(TestRoles.rollout(TestRoles.replicas(WEB, 2), null, 1, OnFailure.PAUSE), BOT);
        Set<String> before = atWork(house);
        house.want(TestRoles.rollout(NEW_WEB, null, 1, OnFailure.PAUSE));
        house.pass();
        house.failing(made(house, "web", 1), "GET /up: 500");
        for (int i = 0; i < 5; i++) {
            house.pass();
        }
        assertEquals("PAUSED", house.outcome());
        assertTrue(atWork(house).containsAll(before));
    }

    /// A revision is known once all its images are; made earlier, a container would carry another one's name.
    @Test
    void nothingIsMadeBeforeAllImagesAreKnown() throws Exception {
        House house = running(WEB, BOT);
        Set<String> before = atWork(house);
        house.runtime.addRemoteImage("registry.test/bot:1", false);
        house.want(NEW_WEB, TestRoles.plain("bot", "registry.test/bot:1"));
        String plan = house.pass();
        assertTrue(plan.contains("pull registry.test/bot:1") && !plan.contains("create"), plan);
        assertEquals(before, atWork(house));
        house.settle();
        assertTrue(house.runtime.names().contains(made(house, "web", 1)), "the revision that is in force");
    }

    /// Unknown is never treated as bad: after the agent's start, what serves is not known to be ready yet.
    @Test
    void oneThatStartsDoesNotOustOneThatNobodyAskedYet() throws Exception {
        House house = running(WEB);
        String serving = atWork(house).iterator().next();
        for (String image : List.of("shop:2", "shop:3")) {
            house.want(TestRoles.proxied("web", image));
            house.pass();
            house.starting(made(house, "web", 1));
            house.verdicts.put(house.runtime.id(serving), Verdict.NOT_CHECKED);
            house.pass();
            assertTrue(atWork(house).contains(serving), image);
        }
        house.verdicts.values().removeIf(v -> v.health() == Health.UNKNOWN);
    }

    @Test
    void heldServiceIsNotRemovedWithItsFile() throws Exception {
        House house = running(WEB);
        house.ask(new Request.Hold());
        house.desired = new Desired.Removed("shop");
        assertEquals("no changes\n", house.pass());
        assertTrue(
                house.plan().waits().stream().anyMatch(w -> w.message().contains("dhow unhold")),
                house.plan().waits().toString());
        house.chronicle = house.chronicle.withHeld(false);
        assertTrue(house.pass().contains("its file is gone"));
    }

    @Test
    void whatServesAndWhatIsHeldIsNeverForgotten() throws Exception {
        House house = running(WEB);
        String first = house.revision();
        house.want(NEW_WEB).settle();
        house.ask(new Request.Rollback(first));
        house.settle();
        for (int i = 0; i < 30; i++) {
            house.ask(new Request.Restart());
            house.settle();
        }
        assertEquals(
                first,
                house.chronicle.back() == null ? "" : house.chronicle.back().revision());
        assertTrue(house.chronicle.of(first).isPresent());
        house.want(TestRoles.proxied("web", "shop:3"));
        Set<String> before = atWork(house);
        for (int i = 0; i < 30; i++) {
            house.want(PlannerTest.environment(NEW_WEB, "BUILD", String.valueOf(i)));
            house.pass();
            house.failing(made(house, "web", 1), "exited with 7");
            house.settle();
        }
        assertEquals(before, atWork(house));
        assertTrue(house.chronicle.entries().stream().anyMatch(Chronicle.Entry::available));
    }

    /// A start that fails for no fault of the revision leaves nobody serving, unless the one before stands in.
    @Test
    void stoppedOneStandsInWhileTheNewOneCannotStart() throws Exception {
        RoleSpec first = TestRoles.stopFirst(BOT);
        House house = running(first);
        Set<String> before = atWork(house);
        house.want(TestRoles.stopFirst(TestRoles.plain("bot", "shop:2")));
        String made = made(house, "bot", 1);
        house.runtime.failAlways("start", made, RuntimeFailure.Kind.DISK_FULL);
        house.pass();
        house.pass();
        assertEquals(before, atWork(house));
        house.runtime.heal();
        house.advance(Duration.ofMinutes(10));
        house.settle();
        assertEquals(Set.of(made), atWork(house));
    }

    /// What is gone back to, and still starts, is not given up for what failed when a newer file comes.
    @Test
    void newerFileDuringAWayBackLeavesNothingToTheFailedRevision() throws Exception {
        RoleSpec next = TestRoles.plain("bot", "registry.test/bot:3");
        for (RoleSpec newer : List.of(next, TestRoles.plain("bot", "shop:2"))) {
            House house = failedWhileWatched();
            Set<String> bad = new HashSet<>(atWork(house));
            Set<String> good = good(house);
            house.pass();
            good.forEach(house::starting);
            house.runtime.addRemoteImage("registry.test/bot:3", false);
            house.runtime.addRemoteImage("registry.test/web:3", false);
            house.runtime.failAlways("pull", "registry.test/bot:3", RuntimeFailure.Kind.UNAVAILABLE);
            house.runtime.failAlways("pull", "registry.test/web:3", RuntimeFailure.Kind.UNAVAILABLE);
            // The second one wants the failed bot as it is.
            house.want(TestRoles.proxied("web", "registry.test/web:3"), newer);
            for (int i = 0; i < 3; i++) {
                house.pass();
                assertTrue(atWork(house).containsAll(good), newer.image());
                assertTrue(atWork(house).containsAll(bad), "it serves until the good one does");
            }
            good.forEach(house::ready);
            for (int i = 0; i < 5; i++) {
                house.pass();
            }
            assertTrue(atWork(house).containsAll(good), newer.image());
            assertFalse(atWork(house).contains(failedWeb(bad)), "the good one serves");
        }
    }

    /// Its requests go back as well, and only then does what failed lose them.
    @Test
    void requestsGoBackWhileANewerFileWaitsForItsImage() throws Exception {
        House house = new House(WEB);
        house.traffic.install();
        house.runtime.addImage("shop:2");
        house.settle();
        String good = made(house, "web", 1);
        house.want(NEW_WEB);
        for (int i = 0; i < 3; i++) {
            house.pass();
        }
        String bad = made(house, "web", 1);
        house.unhealthy(bad, "GET /up: 500");
        house.pass();
        assertEquals("ROLLED_BACK", house.outcome());
        house.starting(good);
        house.ready(bad);
        house.runtime.addRemoteImage("registry.test/web:3", false);
        house.runtime.failAlways("pull", "registry.test/web:3", RuntimeFailure.Kind.UNAVAILABLE);
        house.want(TestRoles.proxied("web", "registry.test/web:3"));
        house.pass();
        house.restartAgent();
        house.pass();
        assertEquals(Set.of(good, bad), atWork(house));
        house.ready(good);
        house.advance(Duration.ofSeconds(1));
        String plan = house.pass();
        assertTrue(plan.contains("route " + good) && !plan.contains("unroute"), plan);
        plan = house.pass();
        assertTrue(plan.contains("unroute " + bad), plan);
        assertEquals(Set.of(good), atWork(house));
    }

    /// Also where what served before was stopped already, and was not started again yet.
    @Test
    void newerFileBeforeAWayBackBeganStartsWhatServedBefore() throws Exception {
        for (boolean stopFirst : new boolean[] {false, true}) {
            RoleSpec role = TestRoles.replicas(BOT, 2);
            RoleSpec first = stopFirst ? TestRoles.stopFirst(role) : role;
            House house = running(first);
            Set<String> good = atWork(house);
            RoleSpec second = TestRoles.replicas(TestRoles.plain("bot", "shop:2"), 2);
            house.want(stopFirst ? TestRoles.stopFirst(second) : second);
            for (int i = 0; i < 10 && !Collections.disjoint(atWork(house), good); i++) {
                house.pass();
            }
            house.pass();
            Set<String> bad = atWork(house);
            bad.forEach(name -> house.unhealthy(name, "exited with 7"));
            house.chronicle = house.input().chronicle();
            assertEquals("ROLLED_BACK", house.outcome());
            bad.forEach(house::ready);
            house.runtime.addRemoteImage("registry.test/bot:3", false);
            house.runtime.failAlways("pull", "registry.test/bot:3", RuntimeFailure.Kind.UNAVAILABLE);
            RoleSpec third = TestRoles.replicas(TestRoles.plain("bot", "registry.test/bot:3"), 2);
            house.want(stopFirst ? TestRoles.stopFirst(third) : third);
            for (int i = 0; i < 10; i++) {
                house.pass();
                assertTrue(atWork(house).size() >= (stopFirst ? 1 : 2), "one after the other");
            }
            assertEquals(good, atWork(house));
        }
    }

    /// Both roles on the second version, of which the web failed while it was watched.
    private static House failedWhileWatched() throws Exception {
        House house = running(WEB, BOT);
        Set<String> good = atWork(house);
        house.want(NEW_WEB, TestRoles.plain("bot", "shop:2"));
        for (int i = 0; i < 10 && !Collections.disjoint(atWork(house), good); i++) {
            house.pass();
        }
        house.pass();
        String web = made(house, "web", 1);
        house.unhealthy(web, "GET /up: 500");
        house.chronicle = house.input().chronicle();
        assertEquals("ROLLED_BACK", house.outcome());
        house.ready(web);
        return house;
    }

    private static String failedWeb(Set<String> bad) {
        return bad.stream().filter(name -> name.contains("-web-")).findFirst().orElseThrow();
    }

    /// The containers of the revision in force.
    private static Set<String> good(House house) throws Exception {
        String revision = house.chronicle.availableBeside("").orElseThrow().revision();
        return house.input().containers().stream()
                .filter(c -> c.owner().revision().equals(revision))
                .map(ObservedContainer::name)
                .collect(Collectors.toSet());
    }

    /// A new role that needs the port of a dropped one gets it, and the dropped one is kept until that is proven.
    @Test
    void droppedRoleGivesItsPortToTheNewOne() throws Exception {
        RoleSpec first = publishing(TestRoles.plain("bot", "shop:1"));
        House house = running(first);
        Set<String> before = atWork(house);
        house.want(publishing(TestRoles.plain("app", "shop:2")));
        for (int i = 0; i < 3; i++) {
            house.pass();
        }
        String made = made(house, "app", 1);
        assertEquals(Set.of(made), atWork(house));
        house.failing(made, "exited with 7");
        house.settle();
        assertEquals(before, atWork(house));
        assertEquals("ROLLED_BACK", house.outcome());
    }

    private static RoleSpec publishing(RoleSpec role) {
        ContainerSpec c = role.container();
        NetworkSpec n = c.network();
        NetworkSpec published = new NetworkSpec(
                n.networks(),
                n.mode(),
                n.hostname(),
                n.extraHosts(),
                n.dns(),
                n.dnsSearch(),
                List.of(new Port("127.0.0.1", 8080, 80, "tcp")));
        return TestRoles.with(
                role,
                new ContainerSpec(
                        c.process(),
                        published,
                        c.storage(),
                        c.limits(),
                        c.labels(),
                        c.logging(),
                        c.restart(),
                        c.pullPolicy(),
                        c.platform()));
    }
}
