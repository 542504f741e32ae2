package dev.dhow.agent.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.state.Chronicle;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.testing.TestRoles;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.RolloutSpec.OnFailure;
import dev.dhow.api.spec.RolloutSpec.Order;
import dev.dhow.api.spec.ServiceSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// A rollout as a sequence of plans: what each pass does, and what it must see before.
class RolloutTest {
    private static final RoleSpec WEB = TestRoles.proxied("web", "shop:1");
    private static final RoleSpec NEW_WEB = TestRoles.proxied("web", "shop:2");
    private static final RoleSpec BOT = TestRoles.plain("bot", "shop:1");
    private static final RoleSpec NEW_BOT = TestRoles.plain("bot", "shop:2");

    static House running(RoleSpec... roles) throws Exception {
        House house = new House(roles);
        house.runtime.addImage("shop:2");
        house.runtime.addImage("shop:3");
        return house.settle();
    }

    /// The revision of what is wanted, and the container of a role's replica in it.
    static String made(House house, String role, int number) throws Exception {
        return "shop-%s-%s-%d".formatted(role, house.revision(), number);
    }

    static Set<String> atWork(House house) throws Exception {
        return house.input().containers().stream()
                .filter(ObservedContainer::running)
                .map(ObservedContainer::name)
                .collect(Collectors.toSet());
    }

    /// R3, U1
    @Test
    void newOneIsReadyBeforeTheOldOneStopsAndTheOldOneIsKept() throws Exception {
        House house = running(WEB);
        String old = made(house, "web", 1);
        house.want(NEW_WEB);
        String made = made(house, "web", 1);
        assertEquals("""
            shop/web/1 create %1$s: image changed from shop:1 to shop:2
            shop/web/1 start %1$s: image changed from shop:1 to shop:2
            2 changes
            """.formatted(made), raw(house));
        house.starting(made);
        assertEquals("no changes\n", raw(house));
        house.ready(made);
        assertEquals("shop/web/1 stop %s: replaced by %s\n1 change\n".formatted(old, made), raw(house));
        assertEquals("no changes\n", raw(house));
        assertEquals("PROGRESSING", house.outcome(), "it is watched");
        house.settle();
        assertEquals("AVAILABLE", house.outcome());
        assertEquals(Set.of(made), atWork(house));
        assertTrue(house.runtime.names().contains(old));
    }

    /// One pass, with its names as they are.
    private static String raw(House house) throws Exception {
        String revision = house.revision();
        return house.pass().replace("REV", revision);
    }

    @Test
    void trafficMovesAndIsConfirmedBeforeTheOldOneDrains() throws Exception {
        House house = new House(WEB);
        house.traffic.install();
        house.runtime.addImage("shop:2");
        house.settle();
        String old = made(house, "web", 1);
        assertEquals(List.of("route " + old), house.traffic.asked());
        house.want(NEW_WEB);
        raw(house);
        String made = made(house, "web", 1);
        assertEquals("""
            shop/web/1 route %1$s: ready
            shop/web/1 unroute %2$s: replaced by %1$s
            shop/web/1 drain %2$s: replaced by %1$s
            shop/web/1 stop %2$s: replaced by %1$s
            4 changes
            """.formatted(made, old), raw(house));
    }

    /// U2
    @Test
    void whatTwoCannotShareStopsFirstAndSaysWhy() throws Exception {
        RoleSpec first = TestRoles.rollout(BOT, Order.STOP_FIRST, 1, OnFailure.ROLLBACK);
        House house = running(first);
        String old = made(house, "bot", 1);
        house.want(TestRoles.rollout(NEW_BOT, Order.STOP_FIRST, 1, OnFailure.ROLLBACK));
        String made = made(house, "bot", 1);
        assertEquals("""
            shop/bot/1 create %1$s: image changed from shop:1 to shop:2
            shop/bot/1 stop %2$s: replaced by %1$s (stop_first)
            shop/bot/1 start %1$s: image changed from shop:1 to shop:2
            3 changes
            """.formatted(made, old), raw(house));
        house.settle();
        assertEquals(Set.of(made), atWork(house));
    }

    @Test
    void replicasChangeOneAfterTheOtherOrAsManyAsAllowed() throws Exception {
        for (int parallelism : new int[] {1, 2}) {
            RoleSpec before = TestRoles.rollout(TestRoles.replicas(WEB, 3), null, parallelism, OnFailure.ROLLBACK);
            House house = running(before);
            house.want(TestRoles.rollout(TestRoles.replicas(NEW_WEB, 3), null, parallelism, OnFailure.ROLLBACK));
            String plan = house.pass();
            assertEquals(parallelism, plan.split("create", -1).length - 1, plan);
            house.starting(made(house, "web", 1));
            assertFalse(house.pass().contains("create"), "the first is not ready yet");
            house.ready(made(house, "web", 1));
            house.settle();
            assertEquals(3, atWork(house).size());
        }
    }

    @Test
    void proxiedRolesGoFirstAndOneThatFailsStopsThoseAfterIt() throws Exception {
        House house = running(BOT, WEB);
        Set<String> before = atWork(house);
        house.want(NEW_BOT, NEW_WEB);
        assertFalse(house.pass().contains("shop/bot"));
        String made = made(house, "web", 1);
        house.starting(made);
        house.pass();
        house.failing(made, "GET /up: 500");
        String back = raw(house);
        assertTrue(back.contains("stop " + made), back);
        house.settle();
        assertEquals(before, atWork(house));
        assertEquals("ROLLED_BACK", house.outcome());
        assertTrue(house.runtime.names().contains(made), "kept for a look at it");
    }

    /// U8
    @Test
    void whatFailsWhileWatchedGoesBackToTheKeptOne() throws Exception {
        House house = new House(WEB);
        house.traffic.install();
        house.runtime.addImage("shop:2");
        house.settle();
        String old = made(house, "web", 1);
        house.want(NEW_WEB);
        house.pass();
        house.pass();
        String made = made(house, "web", 1);
        assertEquals(Set.of(made), atWork(house));
        house.pass();
        house.unhealthy(made, "GET /up: 500");
        String back = raw(house);
        assertTrue(back.contains("shop/web/1 start " + old), back);
        assertFalse(back.contains("stop " + made), "not before the old one is ready: " + back);
        assertTrue(raw(house).startsWith("shop/web/1 route " + old));
        house.settle();
        assertEquals(Set.of(old), atWork(house));
        assertEquals("ROLLED_BACK", house.outcome());
    }

    /// U3
    @Test
    void pausedRolloutIsLeftAsItIs() throws Exception {
        House house = running(TestRoles.rollout(TestRoles.replicas(WEB, 2), null, 1, OnFailure.PAUSE));
        house.want(TestRoles.rollout(TestRoles.replicas(NEW_WEB, 2), null, 1, OnFailure.PAUSE));
        house.pass();
        String made = made(house, "web", 1);
        house.failing(made, "GET /up: 500");
        assertEquals("no changes\n", house.pass());
        assertEquals("PAUSED", house.outcome());
        assertEquals(3, atWork(house).size());
        house.ready(made);
        assertFalse(house.pass().contains("create"), "it does not go on by itself");
    }

    @Test
    void firstRolloutKeepsTrying() throws Exception {
        House house = new House(WEB);
        house.pass();
        house.failing(made(house, "web", 1), "exited with 7");
        house.pass();
        assertEquals("PROGRESSING", house.outcome());
        house.ready(made(house, "web", 1));
        house.settle();
        assertEquals("AVAILABLE", house.outcome());
    }

    /// U11
    @Test
    void newerFileOvertakes() throws Exception {
        House house = running(WEB);
        String first = made(house, "web", 1);
        house.want(NEW_WEB);
        house.pass();
        String second = made(house, "web", 1);
        house.starting(second);
        house.pass();
        house.want(TestRoles.proxied("web", "shop:3"));
        String plan = raw(house);
        assertTrue(plan.contains("create " + made(house, "web", 1)), plan);
        house.settle();
        assertEquals(Set.of(made(house, "web", 1)), atWork(house));
        assertEquals(
                List.of("AVAILABLE", "SUPERSEDED", "AVAILABLE"),
                house.chronicle.entries().stream()
                        .map(e -> e.rollout().outcome().name())
                        .toList());
        assertTrue(house.runtime.names().contains(first));
    }

    /// D30
    @Test
    void asManyAsAskedForAreKept() throws Exception {
        House house = running(WEB);
        for (String value : List.of("a", "b", "c", "d", "e")) {
            house.want(PlannerTest.environment(WEB, "A", value)).settle();
        }
        assertEquals(4, house.runtime.names().size(), "one at work and three kept");
    }

    /// U12
    @Test
    void rollbackStartsTheKeptContainerAndHoldsUntilTheContentChanges() throws Exception {
        House house = running(WEB);
        String first = made(house, "web", 1);
        String revision = house.revision();
        house.want(NEW_WEB).settle();
        assertTrue(house.ask(new Request.Rollback(null)).startsWith("goes back to " + revision));
        String plan = house.pass();
        assertTrue(plan.contains("shop/web/1 start " + first + ": as it was made before"), plan);
        assertFalse(plan.contains("create") || plan.contains("pull"), plan);
        house.settle();
        assertEquals(Set.of(first), atWork(house));
        house.want(NEW_WEB).settle();
        assertEquals(Set.of(first), atWork(house), "the same content dropped again");
        house.want(TestRoles.proxied("web", "shop:3")).settle();
        assertEquals(Set.of(made(house, "web", 1)), atWork(house));
        assertTrue(house.ask(new Request.Rollback("0badcafe")).contains("there are: "));
        assertTrue(house.ask(new Request.Rollback(house.revision())).endsWith(" already"), "the same one");
    }

    @Test
    void revisionThatIsGoneBackToAndCannotBeReadAnyMoreStaysAsItIs() throws Exception {
        House house = new House(TestRoles.replicas(WEB, 2), BOT);
        house.traffic.install();
        house.runtime.addImage("shop:2");
        house.settle();
        String revision = house.revision();
        Set<String> before = atWork(house);
        house.want(NEW_WEB).settle();
        house.ask(new Request.Rollback(null));
        house.settle();
        assertEquals(3, atWork(house).size());
        Set<String> held = atWork(house);
        Chronicle chronicle = house.chronicle;
        house.unreadable.add(revision);
        house.traffic.forget();
        house.restartAgent();
        house.runtime.docker().pause(house.runtime.id(made(house, "bot", 1).replace(house.revision(), revision)));
        String plan = house.pass();
        assertTrue(plan.contains("shop/bot/1 unpause") && plan.contains("shop/web/2 route"), plan);
        assertEquals(held, atWork(house));
        assertEquals("no changes\n", house.pass());
        assertEquals(chronicle, house.chronicle);
        Wait wait = house.plan().waits().getFirst();
        assertEquals(Wait.Kind.PERSON, wait.kind());
        assertTrue(
                wait.message().contains(revision)
                        && wait.message().contains("secret DATABASE_URL is missing")
                        && wait.message().contains("`dhow retry shop`"),
                wait.message());
        assertTrue(house.ask(new Request.Restart()).contains("cannot be read"));
        house.unreadable.clear();
        assertEquals("no changes\n", house.pass(), "it is held there again");
        house.unreadable.add(revision);
        house.ask(new Request.Retry());
        house.settle();
        assertEquals(1, atWork(house).size(), "what the file says: " + before);
    }

    /// R2
    @Test
    void lostStatePlansNothing() throws Exception {
        House house = running(TestRoles.replicas(WEB, 2), BOT);
        house.want(TestRoles.replicas(NEW_WEB, 2), NEW_BOT).settle();
        house.chronicle = Chronicle.EMPTY;
        house.restartAgent();
        assertEquals("no changes\n", house.pass());
        assertEquals("adopted", house.chronicle.last().orElseThrow().rollout().reason());
        assertEquals("AVAILABLE", house.outcome());
    }

    @Test
    void withoutAMemoryOfItTheOldOneIsStillGoneBackTo() throws Exception {
        House house = running(WEB);
        Set<String> before = atWork(house);
        house.chronicle = Chronicle.EMPTY;
        house.want(NEW_WEB);
        house.pass();
        house.failing(made(house, "web", 1), "exited with 7");
        house.settle();
        assertEquals("ROLLED_BACK", house.outcome());
        assertEquals(before, atWork(house));
        house.runtime.docker().stop(house.runtime.id(before.iterator().next()));
        house.settle();
        assertEquals(before, atWork(house), "and it is looked after");
    }

    /// R5
    @Test
    void restartMakesEveryContainerAnew() throws Exception {
        House house = running(TestRoles.replicas(WEB, 2));
        Set<String> before = atWork(house);
        house.ask(new Request.Restart());
        String plan = house.pass();
        assertTrue(plan.contains("a restart was asked for") && !plan.contains("shop/web/2"), plan);
        house.settle();
        Set<String> after = atWork(house);
        assertEquals(2, after.size());
        assertTrue(after.stream().noneMatch(before::contains), after.toString());
        assertEquals(2, house.runtime.names().size(), "the ones before are of no use");
    }

    @Test
    void failedRestartLeavesWhatRan() throws Exception {
        House house = running(WEB);
        Set<String> before = atWork(house);
        house.ask(new Request.Restart());
        house.pass();
        house.failing(made(house, "web", 2), "exited with 7");
        house.settle();
        assertEquals(before, atWork(house));
        assertFalse(house.chronicle.failed(house.revision()), "its content did not fail");
    }

    @Test
    void nothingBeginsWhileTheServiceIsHeld() throws Exception {
        House house = running(WEB);
        house.ask(new Request.Hold());
        house.want(NEW_WEB);
        house.pass();
        assertEquals("AVAILABLE", house.outcome());
        Instant unheld = house.ticker.wall().plusSeconds(3600);
        house.advance(Duration.ofHours(1));
        house.ask(new Request.Unhold());
        house.pass();
        assertEquals("PROGRESSING", house.outcome());
        assertEquals(unheld, house.chronicle.last().orElseThrow().rollout().startedAt());
    }

    @Test
    void whatIsHeldIsNotTriedAgainOrMadeAnew() throws Exception {
        House house = running(WEB);
        Chronicle before = house.chronicle;
        house.ask(new Request.Hold());
        assertTrue(house.ask(new Request.Restart()).contains("`dhow unhold shop`"));
        assertTrue(house.ask(new Request.Retry()).contains("`dhow unhold shop`"));
        assertEquals(before.withHeld(true), house.chronicle);
        house.want(new ServiceSpec("shop", List.of(WEB), null, true, null));
        assertTrue(house.ask(new Request.Restart()).contains("`hold: true`"));
    }

    /// D13
    @Test
    void updateTakesAMovedTagAndADigestThatFailedIsNotTriedAgain() throws Exception {
        RoleSpec role = TestRoles.proxied("web", "registry.test/shop:1");
        House house = new House(WEB).want(role);
        house.runtime.addRemoteImage("registry.test/shop:1", false);
        house.settle();
        Set<String> before = atWork(house);
        house.ask(new Request.Update());
        house.settle();
        assertEquals(before, atWork(house), "the tag did not move");
        house.runtime.addRemoteImage("registry.test/shop:1", true);
        house.settle();
        assertEquals(before, atWork(house), "nobody asked");
        house.ask(new Request.Update());
        assertTrue(house.pass().contains("pull registry.test/shop:1: an update was asked for"));
        house.pass();
        house.failing(made(house, "web", 1), "exited with 7");
        house.settle();
        assertEquals(before, atWork(house));
        house.ask(new Request.Update());
        house.settle();
        assertEquals(before, atWork(house), "the same digest");
        house.runtime.addRemoteImage("registry.test/shop:1", true, 80);
        house.ask(new Request.Update());
        house.settle();
        assertEquals("AVAILABLE", house.outcome());
        assertFalse(before.equals(atWork(house)));
    }

    /// R6
    @Test
    void heldServiceIsLeftAlone() throws Exception {
        House house = running(WEB);
        house.ask(new Request.Hold());
        house.want(NEW_WEB);
        assertEquals("no changes\n", house.pass());
        house.runtime.docker().stop(house.runtime.id(house.runtime.names().getFirst()));
        assertEquals("no changes\n", house.pass());
        house.ask(new Request.Unhold());
        house.settle();
        assertEquals(Set.of(made(house, "web", 1)), atWork(house));
    }

    @Test
    void replicasWithKeptContainersGoBackOneAfterTheOther() throws Exception {
        House house = running(TestRoles.replicas(BOT, 3));
        Set<String> first = atWork(house);
        house.want(TestRoles.replicas(NEW_BOT, 3)).settle();
        house.want(TestRoles.replicas(BOT, 3));
        String plan = house.pass();
        assertEquals(1, plan.split(" start ", -1).length - 1, plan);
        house.settle();
        assertEquals("AVAILABLE", house.outcome());
        assertEquals(first, atWork(house));
    }

    @Test
    void replicasThatWereMadeTogetherAndNotStartedGoOneAfterTheOther() throws Exception {
        House house = running(TestRoles.replicas(BOT, 2));
        house.want(TestRoles.rollout(TestRoles.replicas(NEW_BOT, 2), null, 2, OnFailure.ROLLBACK));
        house.chronicle = house.input().chronicle();
        for (List<Step> lane : house.plan().lanes()) {
            house.execute(List.of(), List.of(lane.subList(0, 1)));
        }
        house.want(TestRoles.replicas(NEW_BOT, 2));
        String plan = house.pass();
        assertEquals(1, plan.split(" start ", -1).length - 1, plan);
        house.settle();
        assertEquals(Set.of(2), Set.of(atWork(house).size()));
        assertEquals("AVAILABLE", house.outcome());
    }

    @Test
    void longStopOfTheOldOneHoldsNothingUp() throws Exception {
        House house = running(TestRoles.replicas(BOT, 2));
        house.want(TestRoles.replicas(NEW_BOT, 2));
        house.pass();
        Plan retiring = house.plan();
        assertEquals(1, retiring.steps().size());
        house.underWay = retiring.steps();
        assertTrue(house.pass().contains("shop/bot/2 create"), "while the first still stops");
    }

    @Test
    void failingChecksRestartOneReplicaAtATimeAndNoneDuringARollout() throws Exception {
        House house = running(TestRoles.replicas(BOT, 2));
        String first = made(house, "bot", 1);
        String second = made(house, "bot", 2);
        house.unhealthy(first, "unhealthy");
        house.unhealthy(second, "unhealthy");
        assertEquals(1, house.plan().steps().size());
        house.want(TestRoles.replicas(NEW_BOT, 2));
        assertFalse(house.pass().contains("restart"));
    }
}
