package dev.dhow.agent.plan;

import static dev.dhow.agent.plan.RolloutTest.atWork;
import static dev.dhow.agent.plan.RolloutTest.made;
import static dev.dhow.agent.plan.RolloutTest.running;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.testing.TestRoles;
import dev.dhow.api.spec.ContainerSpec.Restart.Mode;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.RolloutSpec.OnFailure;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What decides a rollout, and what does not.
class TrialTest {
    private static final RoleSpec WEB = TestRoles.proxied("web", "shop:1");
    private static final RoleSpec NEW_WEB = TestRoles.proxied("web", "shop:2");
    private static final RoleSpec BOT = TestRoles.plain("bot", "shop:1");
    private static final RoleSpec NEW_BOT = TestRoles.plain("bot", "shop:2");

    @Test
    void startThatFailsForWhatIsNotItsFaultIsTriedAgain() throws Exception {
        House house = running(WEB);
        house.want(NEW_WEB);
        String made = made(house, "web", 1);
        house.runtime.startFails(made, Kind.DISK_FULL, "no space left on device");
        for (int i = 0; i < 20; i++) {
            house.pass();
            assertEquals("PROGRESSING", house.outcome());
            house.advance(Duration.ofSeconds(30));
        }
        house.runtime.heal();
        house.advance(Duration.ofMinutes(5));
        house.settle();
        assertEquals(Set.of(made), atWork(house));
    }

    @Test
    void startThatFailsForATakenPortFailsTheRolloutTheSecondTime() throws Exception {
        House house = running(WEB);
        Set<String> before = atWork(house);
        house.want(NEW_WEB);
        house.runtime.startFails(made(house, "web", 1), Kind.PORT_TAKEN, "port is already allocated");
        house.pass();
        house.pass();
        assertEquals("PROGRESSING", house.outcome());
        house.advance(Duration.ofSeconds(10));
        house.pass();
        house.pass();
        assertEquals("ROLLED_BACK", house.outcome());
        assertEquals(before, atWork(house));
    }

    @Test
    void whatStoppedFirstServesAgainWhileTheNewOneCannotStart() throws Exception {
        House house = running(TestRoles.stopFirst(BOT));
        Set<String> before = atWork(house);
        house.want(TestRoles.stopFirst(NEW_BOT));
        String made = made(house, "bot", 1);
        house.runtime.startFails(made, Kind.UNAVAILABLE, "context deadline exceeded");
        house.pass();
        assertEquals(Set.of(), atWork(house));
        house.pass();
        assertEquals(before, atWork(house), "while the next try waits");
        assertEquals("PROGRESSING", house.outcome());
        for (int i = 0; i < 6; i++) {
            house.advance(Duration.ofSeconds(5));
            house.pass();
            house.pass();
            assertEquals(before, atWork(house));
        }
        house.runtime.heal();
        house.advance(Duration.ofMinutes(5));
        house.settle();
        assertEquals(Set.of(made), atWork(house));
        assertEquals("AVAILABLE", house.outcome());
    }

    @Test
    void failedContentIsNotTriedAgainUntilAskedTo() throws Exception {
        House house = running(WEB);
        Set<String> before = atWork(house);
        house.want(NEW_WEB);
        house.pass();
        String made = made(house, "web", 1);
        house.failing(made, "exited with 7");
        house.settle();
        assertEquals(before, atWork(house));
        for (int i = 0; i < 5; i++) {
            house.want(WEB).settle();
            house.want(NEW_WEB).settle();
            assertEquals(before, atWork(house), "dropped again");
        }
        house.ask(new Request.Retry());
        assertEquals("PROGRESSING", tried(house), "what failed before says nothing of another try");
        house.settle();
        assertEquals("AVAILABLE", house.outcome());
        assertFalse(atWork(house).equals(before));
    }

    /// How it stands after a pass that starts a container.
    private static String tried(House house) throws Exception {
        String plan = house.pass();
        assertTrue(plan.contains(" start "), plan);
        return house.outcome();
    }

    @Test
    void retryOfAPausedRolloutMakesWhatFailedAnew() throws Exception {
        House house = running(TestRoles.rollout(WEB, null, 1, OnFailure.PAUSE));
        house.want(TestRoles.rollout(NEW_WEB, null, 1, OnFailure.PAUSE));
        house.pass();
        String made = made(house, "web", 1);
        house.failing(made, "GET /up: 500");
        house.settle();
        assertEquals("PAUSED", house.outcome());
        house.ask(new Request.Retry());
        assertEquals("PROGRESSING", tried(house));
        house.settle();
        assertEquals(Set.of(made(house, "web", 2)), atWork(house));
        assertEquals("AVAILABLE", house.outcome());
    }

    @Test
    void contentThatWasOvertakenWhileItStartedIsTriedWhenItComesBack() throws Exception {
        House house = running(WEB);
        house.want(NEW_WEB);
        String made = made(house, "web", 1);
        house.pass();
        house.starting(made);
        house.pass();
        house.want(TestRoles.proxied("web", "shop:3")).settle();
        house.ready(made);
        house.want(NEW_WEB);
        assertEquals("PROGRESSING", tried(house));
        house.settle();
        assertEquals("AVAILABLE", house.outcome());
        assertEquals(
                NEW_WEB.image(),
                house.input().containers().stream()
                        .filter(ObservedContainer::running)
                        .findFirst()
                        .orElseThrow()
                        .owner()
                        .image());
    }

    @Test
    void endOfAKeptContainerIsNoFailureOfGoingBackToIt() throws Exception {
        House house = running(TestRoles.restarted(BOT, Mode.NO));
        Set<String> before = atWork(house);
        house.want(TestRoles.restarted(NEW_BOT, Mode.NO)).settle();
        house.ask(new Request.Rollback(null));
        assertEquals("PROGRESSING", tried(house));
        house.settle();
        assertEquals("AVAILABLE", house.outcome());
        assertEquals(before, atWork(house));
        house.want(TestRoles.restarted(BOT, Mode.NO)).settle();
        house.want(TestRoles.restarted(NEW_BOT, Mode.NO));
        assertEquals("PROGRESSING", tried(house), "nor of its coming back");
        String again = atWork(house).stream()
                .filter(name -> !before.contains(name))
                .findFirst()
                .orElseThrow();
        house.advance(Duration.ofSeconds(1));
        house.runtime.docker().exit(house.runtime.id(again), 1);
        house.pass();
        assertEquals("ROLLED_BACK", house.outcome(), "this end is one");
    }

    @Test
    void newOnesAreCheckedOftenUntilTheWatchIsOver() throws Exception {
        House house = running(WEB, BOT);
        assertEquals(Set.of(), Rollouts.proving(house.input()));
        house.want(NEW_WEB, BOT);
        house.pass();
        String made = house.runtime.id(made(house, "web", 1));
        house.pass();
        house.pass();
        assertEquals(Set.of(made), Rollouts.proving(house.input()), "it is watched, and nothing else is");
        house.settle();
        assertEquals(Set.of(), Rollouts.proving(house.input()));
    }

    @Test
    void rolesThatDoNotChangeHoldNothingUp() throws Exception {
        House house = running(WEB, BOT, TestRoles.restarted(TestRoles.plain("job", "shop:1"), Mode.NO));
        String bot = made(house, "bot", 1);
        house.runtime.docker().exit(house.runtime.id(made(house, "job", 1)), 0);
        house.unhealthy(bot, "exit code 1");
        house.hostSuspected = true;
        house.want(NEW_WEB, BOT, TestRoles.restarted(TestRoles.plain("job", "shop:1"), Mode.NO));
        String made = made(house, "web", 1);
        house.pass();
        house.starting(made);
        house.hostSuspected = false;
        assertTrue(house.pass().contains("restart " + bot), "it has nothing to do with the rollout");
        house.ready(made);
        for (int i = 0; i < 30; i++) {
            house.pass();
            house.advance(Duration.ofSeconds(1));
        }
        assertEquals("AVAILABLE", house.outcome());
    }

    @Test
    void contentThatComesBackIsNotHeldUpByWhatItNeverTouched() throws Exception {
        House house = running(WEB, BOT);
        String bot = made(house, "bot", 1);
        house.want(NEW_WEB, BOT).settle();
        house.unhealthy(bot, "exit code 1");
        house.advance(Duration.ofSeconds(1));
        house.want(WEB, BOT);
        for (int i = 0; i < 30; i++) {
            house.pass();
            house.advance(Duration.ofSeconds(1));
        }
        assertEquals("AVAILABLE", house.outcome());
    }

    @Test
    void firstRolloutIsOverWhenAProcessThatMayEndHasEnded() throws Exception {
        House house = new House(TestRoles.restarted(BOT, Mode.NO));
        house.pass();
        house.runtime.docker().exit(house.runtime.id(made(house, "bot", 1)), 0);
        house.settle();
        assertEquals("AVAILABLE", house.outcome());
    }

    /// It may have ended since Docker was asked.
    @Test
    void slowReadingFromBeforeItsEndEndsNoWatch() throws Exception {
        House house = running(BOT);
        house.want(NEW_BOT);
        String made = made(house, "bot", 1);
        while (house.memory.watch() == null) {
            house.pass();
        }
        house.advance(Duration.ofSeconds(9));
        house.reading = Duration.ofSeconds(3);
        house.pass();
        assertEquals("PROGRESSING", house.outcome());
        house.reading = Duration.ZERO;
        house.failing(made, "exited with 7");
        house.settle();
        assertEquals("ROLLED_BACK", house.outcome());
    }

    @Test
    void engineThatRestartsUnderAWatchFailsNothing() throws Exception {
        House house = running(WEB);
        house.want(NEW_WEB);
        String made = made(house, "web", 1);
        house.pass();
        house.pass();
        house.pass();
        house.advance(Duration.ofSeconds(8));
        house.runtime.docker().restartEngine();
        house.starting(made);
        house.pass();
        assertEquals("PROGRESSING", house.outcome());
        house.ready(made);
        house.pass();
        house.advance(Duration.ofSeconds(8));
        house.pass();
        assertEquals("PROGRESSING", house.outcome(), "the watch began anew");
        house.settle();
        assertEquals("AVAILABLE", house.outcome());
        assertEquals(Set.of(made), atWork(house));
    }

    @Test
    void whatTheEngineTookWithItIsMadeAnewWhereNobodyStartsIt() throws Exception {
        for (Mode mode : List.of(Mode.NO, Mode.ON_FAILURE, Mode.UNLESS_STOPPED)) {
            House house = running(TestRoles.restarted(BOT, mode));
            house.want(TestRoles.restarted(NEW_BOT, mode));
            String made = made(house, "bot", 1);
            house.pass();
            house.starting(made);
            house.pass();
            house.advance(Duration.ofSeconds(1));
            house.ready(made);
            house.runtime.docker().restartEngine();
            house.settle();
            assertEquals("AVAILABLE", house.outcome(), mode.toString());
            assertEquals(1, atWork(house).size());
        }
    }

    @Test
    void restartOfWhatWasGoneBackToIsJudgedAsAnyOther() throws Exception {
        House house = running(WEB);
        house.want(NEW_WEB);
        String failed = made(house, "web", 1);
        house.pass();
        house.failing(failed, "exited with 7");
        house.settle();
        Set<String> before = atWork(house);
        for (boolean good : List.of(false, true)) {
            house.ask(new Request.Restart());
            house.pass();
            assertEquals("restart PROGRESSING", reasonAndOutcome(house));
            if (!good) {
                house.runtime.names().stream()
                        .filter(name -> !before.contains(name) && !name.equals(failed))
                        .forEach(name -> house.failing(name, "exited with 7"));
            }
            house.settle();
            assertEquals(good ? "restart AVAILABLE" : "restart ROLLED_BACK", reasonAndOutcome(house));
            assertEquals(!good, before.equals(atWork(house)), atWork(house).toString());
        }
    }

    private static String reasonAndOutcome(House house) {
        return house.chronicle.last().orElseThrow().rollout().reason() + " " + house.outcome();
    }

    @Test
    void restartOfAPausedRolloutIsRefused() throws Exception {
        House house = running(TestRoles.rollout(WEB, null, 1, OnFailure.PAUSE));
        house.want(TestRoles.rollout(NEW_WEB, null, 1, OnFailure.PAUSE));
        house.pass();
        house.failing(made(house, "web", 1), "GET /up: 500");
        house.settle();
        assertTrue(house.ask(new Request.Restart()).contains("`dhow retry shop`"));
        assertEquals("PAUSED", house.outcome());
    }

    /// R28, U13
    @Test
    void missingImageFailsTheRolloutAfterAFewTriesAndTouchesNothing() throws Exception {
        House house = running(WEB);
        Set<String> before = atWork(house);
        house.want(TestRoles.proxied("web", "registry.test/none:1"));
        untilRolledBack(house);
        assertEquals(before, atWork(house));
        assertEquals("no changes\n", house.pass());
    }

    private static House untilRolledBack(House house) throws Exception {
        for (int i = 0; i < 40 && !house.outcomeIs("ROLLED_BACK"); i++) {
            house.pass();
            house.advance(Duration.ofSeconds(5));
        }
        assertEquals("ROLLED_BACK", house.outcome());
        return house;
    }

    @Test
    void imageThatIsThereByNowIsPulledWhereAnotherFileNamesIt() throws Exception {
        RoleSpec late = TestRoles.proxied("web", "registry.test/late:1");
        House house = running(WEB).want(late);
        untilRolledBack(house);
        house.runtime.addRemoteImage("registry.test/late:1", false);
        house.want(PlannerTest.environment(late, "A", "1"));
        assertTrue(house.pass().contains("pull registry.test/late:1"));
        house.settle();
        assertEquals("AVAILABLE", house.outcome());
    }

    @Test
    void updateOfATagThatIsGoneCondemnsNothingAndEnds() throws Exception {
        House house = running(WEB);
        house.ask(new Request.Update());
        for (int i = 0; i < 40; i++) {
            house.pass();
            house.advance(Duration.ofSeconds(5));
        }
        assertEquals(Set.of(), house.chronicle.updating(), "asked for three times");
        assertEquals(
                3, house.runtime.calls().stream().filter("pull shop:1"::equals).count());
        String told = ImageUpdates.givenUp(house.input()).orElseThrow();
        assertTrue(told.contains("the update was given up"), told);
        assertEquals(List.of(), house.plan().waits(), "nothing is missing for that");
        house.want(PlannerTest.environment(WEB, "A", "1")).settle();
        assertEquals("AVAILABLE", house.outcome(), "its image is here");
        house.ask(new Request.Update());
        assertTrue(house.pass().contains("pull shop:1"), "another one is tried at once");
        house.want(PlannerTest.environment(WEB, "A", "2")).settle();
        assertEquals("AVAILABLE", house.outcome());
        house.ask(new Request.Retry());
        assertEquals(Set.of(), house.chronicle.updating());
    }
}
