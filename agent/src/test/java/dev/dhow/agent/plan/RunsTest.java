package dev.dhow.agent.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import dev.dhow.agent.state.Chronicle;
import dev.dhow.agent.state.Desired;
import dev.dhow.agent.testing.TestRoles;
import dev.dhow.api.spec.Dependency;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.ServiceSpec;
import dev.dhow.api.status.RunStatus;
import dev.dhow.api.status.RunStatus.Outcome;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A role with a schedule has a container for each of its times, and none between them.
class RunsTest {
    private static final RoleSpec HOURLY = TestRoles.scheduled(TestRoles.plain("job", "shop:1"), "0 * * * *");
    private static final RoleSpec WEB = TestRoles.proxied("web", "shop:1");

    private static House house(RoleSpec... roles) throws Exception {
        House house = new House(roles);
        house.runtime.addImage("shop:2");
        return house.settle();
    }

    private static String run(House house, int number) throws Exception {
        return "shop-job-%s-%d".formatted(house.revision(), number);
    }

    private static void exit(House house, String name, int code) {
        house.runtime.docker().exit(house.runtime.id(name), code);
    }

    private static String runs(House house) {
        return String.join(
                " ",
                house.chronicle.runs().stream()
                        .map(RunStatus::outcome)
                        .map(Outcome::label)
                        .toList());
    }

    /// To the next full hour, or a few seconds after it.
    private static void nextHour(House house) {
        long second = house.ticker.wall().getEpochSecond() % 3600;
        house.advance(Duration.ofSeconds(3600 - second));
    }

    @Test
    void runsOnceAtEachTimeAndIsToldByItsExit() throws Exception {
        House house = house(HOURLY);
        assertEquals(List.of(), house.runtime.names());
        assertEquals("AVAILABLE", house.outcome());
        assertEquals(
                house.ticker.now().plus(Duration.ofHours(1)),
                Occasions.wakeAt(house.input()).orElseThrow());
        house.advance(Duration.ofMinutes(59));
        assertEquals("no changes\n", house.pass());
        house.advance(Duration.ofMinutes(1));
        assertEquals("""
            shop create-network dhow: no network
            shop/job/run create shop-job-REV-1: its time has come
            shop/job/run start shop-job-REV-1: its time has come
            3 changes
            """, house.pass());
        assertEquals("no changes\n", house.pass());
        assertEquals(List.of(), house.chronicle.runs());
        house.advance(Duration.ofMinutes(2));
        exit(house, run(house, 1), 0);
        assertEquals("no changes\n", house.pass());
        RunStatus first = house.chronicle.runs().getFirst();
        assertEquals(
                new RunStatus(
                        "job",
                        house.revision(),
                        run(house, 1),
                        house.ticker.wall().minus(Duration.ofMinutes(2)),
                        house.ticker.wall(),
                        0,
                        Outcome.SUCCEEDED),
                first);
        nextHour(house);
        assertTrue(house.pass().contains("create shop-job-REV-2"));
        exit(house, run(house, 2), 4);
        house.settle();
        assertEquals("succeeded failed", runs(house));
        assertEquals(4, house.chronicle.runs().getLast().exitCode());
        assertEquals("AVAILABLE", house.outcome(), "a failed run says nothing of the rollout");
    }

    @Test
    void newestRunsAreKeptAndNumbersNeverComeAgain() throws Exception {
        House house = house(HOURLY);
        for (int i = 1; i <= 5; i++) {
            nextHour(house);
            house.pass();
            exit(house, run(house, i), 0);
            house.settle();
        }
        assertEquals(List.of(run(house, 3), run(house, 4), run(house, 5)), house.runtime.names());
        house.chronicle = Chronicle.EMPTY;
        house.restartAgent();
        house.settle();
        assertEquals("succeeded succeeded succeeded", runs(house), "its containers tell, where history is lost");
        assertEquals(List.of(run(house, 3), run(house, 4), run(house, 5)), house.runtime.names());
    }

    @Test
    void historyIsBoundedAndTellsNothingTwice() throws Exception {
        RoleSpec often = TestRoles.scheduled(TestRoles.plain("often", "shop:1"), "* * * * *");
        House house = house(HOURLY, often);
        nextHour(house);
        house.pass();
        exit(house, run(house, 1), 0);
        for (int i = 1; i <= 30; i++) {
            exit(house, "shop-often-%s-%d".formatted(house.revision(), i), 0);
            house.pass();
            house.advance(Duration.ofMinutes(1));
            house.pass();
        }
        assertEquals(21, house.chronicle.runs().size());
        assertEquals("job", house.chronicle.runs().getFirst().role(), "its container is still here");
    }

    @Test
    void overlapIsSkippedAndRecorded() throws Exception {
        House house = house(HOURLY);
        nextHour(house);
        house.pass();
        house.pass();
        nextHour(house);
        assertEquals("no changes\n", house.pass());
        assertEquals("no changes\n", house.pass());
        assertEquals("skipped", runs(house));
        assertEquals(house.ticker.wall(), house.chronicle.runs().getFirst().startedAt());
        exit(house, run(house, 1), 0);
        assertEquals("no changes\n", house.pass(), "what was skipped is not made up for");
        nextHour(house);
        assertTrue(house.pass().contains("create shop-job-REV-2"));
    }

    @Test
    void missedTimesAreSkippedAndAClockThatJumpsBackRepeatsNoTimeSoon() throws Exception {
        House house = house(HOURLY);
        house.restartAgent();
        house.advance(Duration.ofHours(5).plusMinutes(1));
        assertEquals("no changes\n", house.pass(), "the agent was away");
        nextHour(house);
        assertTrue(house.pass().contains("create"));
        exit(house, run(house, 1), 0);
        house.pass();
        house.ticker.jumpWall(Duration.ofSeconds(-2));
        house.pass();
        house.ticker.jumpWall(Duration.ofSeconds(3));
        assertEquals("no changes\n", house.pass(), "a correction of the clock");
        house.ticker.jumpWall(Duration.ofDays(-30));
        assertEquals("no changes\n", house.pass());
        nextHour(house);
        assertTrue(house.pass().contains("create"), "not thirty days later");
    }

    @Test
    void changeTakesEffectWithTheNextRunAndLeavesTheOneThatRuns() throws Exception {
        House house = house(HOURLY);
        nextHour(house);
        house.pass();
        String before = run(house, 1);
        house.want(TestRoles.scheduled(TestRoles.plain("job", "shop:2"), "0 * * * *"))
                .settle();
        assertEquals("AVAILABLE", house.outcome());
        assertEquals(List.of(before), house.runtime.names());
        exit(house, before, 0);
        nextHour(house);
        assertTrue(house.pass().contains("create shop-job-REV-1"));
        assertEquals(2, house.runtime.names().size());
        assertEquals("succeeded", runs(house));
    }

    @Test
    void otherTimesCountFromNowOn() throws Exception {
        House house = house(HOURLY);
        house.want(TestRoles.scheduled(HOURLY, "30 12 * * *")).settle();
        nextHour(house);
        assertEquals("no changes\n", house.pass());
        house.advance(Duration.ofHours(11).plusMinutes(30));
        assertTrue(house.pass().contains("create shop-job-REV-1"));
    }

    @Test
    void roleThatLosesItsScheduleRunsAllTheTimeAndTheOtherWay() throws Exception {
        House house = house(HOURLY);
        nextHour(house);
        house.pass();
        String run = run(house, 1);
        house.want(TestRoles.plain("job", "shop:1"));
        house.settle();
        assertEquals(2, house.runtime.names().size());
        exit(house, run, 0);
        house.settle();
        assertEquals(1, house.runtime.names().size());
        house.want(HOURLY);
        assertTrue(house.pass().contains("stop shop-job-"));
        house.settle();
        assertEquals(List.of(), house.runtime.names());
    }

    @Test
    void nothingRunsWhileHeldAndNothingIsMadeUpFor() throws Exception {
        House house = house(HOURLY);
        house.ask(new Request.Hold());
        nextHour(house);
        assertEquals("no changes\n", house.pass());
        house.ask(new Request.Unhold());
        assertEquals("no changes\n", house.pass());
        assertEquals("", runs(house));
    }

    @Test
    void runWaitsForWhatItDependsOnAndForTheReleaseCommand() throws Exception {
        House house = house(TestRoles.after(HOURLY, new Dependency(null, "web")), WEB);
        house.starting("shop-web-%s-1".formatted(house.revision()));
        nextHour(house);
        assertEquals("no changes\n", house.pass());
        house.ready("shop-web-%s-1".formatted(house.revision()));
        assertTrue(house.pass().contains("shop/job/run create"));
        exit(house, run(house, 1), 0);
        ServiceSpec released = ReleaseTest.released(
                TestRoles.proxied("web", "shop:2"), TestRoles.scheduled(TestRoles.plain("job", "shop:2"), "0 * * * *"));
        house.want(released);
        assertTrue(house.pass().contains("shop/web/release create"));
        nextHour(house);
        assertEquals("no changes\n", house.pass());
        exit(house, "shop-web-%s-release".formatted(house.revision()), 0);
        assertTrue(house.pass().contains("shop/job/run create"));
    }

    @Test
    void releaseCommandRunsAlsoWhereOnlyRunsChange() throws Exception {
        RoleSpec next = TestRoles.scheduled(TestRoles.plain("job", "shop:2"), "0 * * * *");
        House house = house(HOURLY).want(ReleaseTest.released(HOURLY)).settle();
        assertEquals("AVAILABLE", house.outcome(), "its run is the same");
        house.want(ReleaseTest.released(next));
        assertTrue(house.pass().contains("shop/job/release create"));
        house.pass();
        assertEquals("PROGRESSING", house.outcome());
        exit(house, "shop-job-%s-release".formatted(house.revision()), 0);
        house.settle();
        assertEquals("AVAILABLE", house.outcome());
    }

    @Test
    void imageIsFetchedBeforeItsTime() throws Exception {
        House house = house(WEB);
        house.runtime.addRemoteImage("registry.test/job:1", false);
        house.want(WEB, TestRoles.scheduled(TestRoles.plain("job", "registry.test/job:1"), "0 * * * *"));
        assertTrue(house.pass().contains("shop/job pull registry.test/job:1"));
        assertEquals("PROGRESSING", house.outcome());
        house.settle();
        assertEquals("AVAILABLE", house.outcome());
    }

    @Test
    void failedCreateIsTriedAgainAndAKilledAgentStartsWhatItMade() throws Exception {
        House house = house(HOURLY);
        nextHour(house);
        house.runtime.failNext("create", Kind.TIMEOUT);
        house.pass();
        assertEquals("no changes\n", house.pass());
        house.advance(Duration.ofSeconds(2));
        assertTrue(house.pass().contains("create shop-job-REV-1"));
        exit(house, run(house, 1), 0);
        house.pass();
        nextHour(house);
        house.pass();
        exit(house, run(house, 2), 0);
        house.pass();
        nextHour(house);
        house.chronicle = house.input().chronicle();
        house.execute(List.of(), List.of(house.plan().lanes().getFirst().subList(0, 1)));
        house.restartAgent();
        assertEquals("shop/job/run start shop-job-REV-3: its time has come\n1 change\n", house.pass());
    }

    @Test
    void removalOfTheServiceTakesItsRuns() throws Exception {
        House house = house(HOURLY);
        nextHour(house);
        house.pass();
        house.desired = new Desired.Removed("shop");
        house.settle();
        assertEquals(List.of(), house.runtime.names());
    }

    @Test
    void pausedRunIsThawed() throws Exception {
        House house = house(HOURLY);
        nextHour(house);
        house.pass();
        house.runtime.docker().pause(house.runtime.id(run(house, 1)));
        assertEquals("shop/job/run unpause shop-job-REV-1: paused\n1 change\n", house.pass());
        assertFalse(house.pass().contains("run"));
    }
}
