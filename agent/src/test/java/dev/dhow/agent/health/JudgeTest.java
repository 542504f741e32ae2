package dev.dhow.agent.health;

import static dev.dhow.agent.health.Watching.check;
import static dev.dhow.agent.health.Watching.hint;
import static dev.dhow.agent.health.Watching.says;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.RunState;
import dev.dhow.agent.state.Verdict;
import dev.dhow.api.spec.ContainerSpec.Restart;
import dev.dhow.api.spec.Defaults;
import dev.dhow.api.spec.HealthSpec;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.status.ReplicaStatus.Health;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Processes: what is judged without any check. See [JudgeChecksTest] for the rest.
class JudgeTest {
    private static final RoleSpec BOT = Given.role(null, HealthSpec.UNSET);

    /// W9
    @ParameterizedTest
    @CsvSource({"0, STARTING, 7", "6, STARTING, 1", "7, READY, ", "8, READY, ", "90000, READY, "})
    void aProcessIsReadyWhenItHasRunForItsReadinessDelay(int age, Health health, @Nullable Integer changesIn) {
        Watching watching = new Watching(BOT);
        watching.clock.pass(Duration.ofSeconds(age));
        Verdict verdict = watching.see(Given.container());
        assertEquals(health, verdict.health());
        assertEquals(changesIn == null ? null : watching.clock.now().plusSeconds(changesIn), verdict.changesAt());
        assertFalse(verdict.failed() || verdict.wantsRestart());
    }

    /// The process may have ended since.
    @Test
    void aReadingFromBeforeTheReadinessDelayDoesNotMakeItReady() {
        Watching watching = new Watching(BOT);
        watching.see(Given.container());
        watching.clock.pass(Duration.ofSeconds(8));
        Verdict early = watching.seeLate(Given.container(), Duration.ofSeconds(2));
        assertEquals(Health.STARTING, early.health());
        assertEquals(watching.clock.now().minusSeconds(1), early.changesAt(), "it is due to be read again");
        assertTrue(watching.seeLate(Given.container(), Duration.ofSeconds(1)).ready());
    }

    @Test
    void theAgeIsMeasuredByTheMonotonicClock() {
        Watching watching = new Watching(BOT);
        watching.see(Given.container());
        watching.clock.jump(Duration.ofHours(1));
        assertEquals(Health.STARTING, watching.see(Given.container()).health());
        watching.clock.jump(Duration.ofHours(-5));
        watching.clock.pass(Duration.ofSeconds(7));
        assertEquals(Health.READY, watching.see(Given.container()).health());
    }

    @Test
    void aStartInTheFutureCountsAsNow() {
        Watching watching = new Watching(BOT);
        ObservedContainer future = Given.started(Given.STARTED.plusSeconds(3600), 0);
        assertEquals(Health.STARTING, watching.see(future).health());
        watching.clock.pass(Duration.ofSeconds(7));
        assertEquals(Health.READY, watching.see(future).health());
    }

    @Test
    void anotherStartBeginsAnew() {
        Watching watching = new Watching(BOT);
        watching.see(Given.container());
        watching.clock.pass(Duration.ofSeconds(60));
        assertTrue(watching.see(Given.container()).ready());
        assertEquals(
                Health.STARTING,
                watching.see(Given.started(watching.clock.wall(), 0)).health());
    }

    @Test
    void anAgentThatRestartsFindsLongRunningProcessesReadyAtOnce() {
        Watching watching = new Watching(BOT);
        watching.agentRestartsAfter(Duration.ofSeconds(8));
        assertEquals(Health.READY, watching.see(Given.container()).health());
    }

    @Test
    void anAgentThatRestartsDuringAStartDoesNotFindItReady() {
        Watching watching = new Watching(BOT);
        watching.agentRestartsAfter(Duration.ofSeconds(3));
        Verdict verdict = watching.see(Given.container());
        assertEquals(Health.STARTING, verdict.health());
        assertEquals(watching.clock.now().plusSeconds(4), verdict.changesAt());
    }

    /// U9
    @Test
    void anExitBeforeReadyFailsAtOnce() {
        Watching watching = new Watching(BOT);
        watching.see(Given.in(RunState.CREATED));
        Verdict verdict = watching.see(exitedAfter(1, 7, Restart.Mode.ON_FAILURE));
        says(verdict, Health.UNREADY, "ExitedBeforeReady", "exited with code 7 before it was ready");
        assertTrue(verdict.failed());
        assertFalse(check(verdict).ok());
    }

    @Test
    void anExitSoonAfterAStartUnderOurEyesFailsEvenIfItNeverWasSeenRunning() {
        Watching watching = new Watching(BOT);
        Verdict verdict = watching.see(exitedAfter(1, 127, Restart.Mode.ON_FAILURE));
        assertTrue(verdict.failed());
        assertTrue(hint(verdict).contains("command"));
    }

    @Test
    void whatDockerKeepsUpAndLeavesDownWasStoppedAndDidNotFail() {
        for (Restart.Mode mode : List.of(Restart.Mode.UNLESS_STOPPED, Restart.Mode.ALWAYS)) {
            Watching watching = new Watching(BOT);
            watching.see(Given.in(RunState.CREATED));
            Verdict verdict = watching.see(exitedAfter(1, 143, mode));
            says(verdict, Health.UNREADY, "Exited", "exited with code 143 before it was ready");
            assertFalse(verdict.failed());
        }
    }

    @Test
    void anExitAfterReadyIsAnExit() {
        Watching watching = new Watching(BOT);
        watching.clock.pass(Duration.ofSeconds(8));
        assertTrue(watching.see(Given.container()).ready());
        Verdict verdict = watching.see(exitedAfter(8, 1, Restart.Mode.UNLESS_STOPPED));
        says(verdict, Health.UNREADY, "Exited", "exited with code 1");
        assertFalse(verdict.failed());
    }

    @Test
    void anExitThatNobodyWatchedIsNoFailedStart() {
        Watching watching = new Watching(BOT);
        watching.agentRestartsAfter(Duration.ofSeconds(60));
        Verdict verdict = watching.see(exitedAfter(1, 1, Restart.Mode.UNLESS_STOPPED));
        says(verdict, Health.UNREADY, "Exited", "exited with code 1");
        assertFalse(verdict.failed());
    }

    @Test
    void aStartThatWasNotReadAtFirstIsNotTakenForANewOne() {
        Watching watching = new Watching(BOT);
        watching.agentRestartsAfter(Duration.ofSeconds(60));
        watching.see(Given.container(RunState.RUNNING, null, null, null, 0, 0, Defaults.RESTART, Map.of()));
        assertFalse(watching.see(exitedAfter(1, 1, Restart.Mode.UNLESS_STOPPED)).failed());
    }

    /// W15
    @Test
    void anEndWithoutErrorCompletesARoleThatRestartsOnFailureOnly() {
        Verdict verdict = new Watching(BOT).see(exitedAfter(1, 0, Restart.Mode.ON_FAILURE));
        says(verdict, Health.READY, "Completed", "ran to its end");
        assertTrue(check(verdict).ok());
        assertEquals(
                "ExitedBeforeReady",
                new Watching(BOT)
                        .see(exitedAfter(1, 1, Restart.Mode.ON_FAILURE))
                        .reason());
    }

    /// W16
    @Test
    void aRoleThatIsNeverRestartedIsShownAsExited() {
        Verdict verdict = new Watching(BOT).see(exitedAfter(1, 0, Restart.Mode.NO));
        says(verdict, Health.UNREADY, "Exited", "exited with code 0 before it was ready");
        assertTrue(verdict.failed());
    }

    @Test
    void outOfMemoryIsNamed() {
        Watching watching = new Watching(BOT);
        watching.agentRestartsAfter(Duration.ofSeconds(60));
        Verdict verdict = watching.see(new ObservedContainer(
                "id1",
                "n",
                Given.owner("web"),
                "sha256:1",
                RunState.EXITED,
                null,
                Given.STARTED,
                Given.STARTED.plusSeconds(9),
                137,
                true,
                "",
                0,
                Defaults.RESTART,
                Map.of(),
                Set.of(),
                Defaults.STOP_GRACE_PROXIED));
        assertEquals("exited with code 137 (out of memory)", verdict.message());
        assertTrue(hint(verdict).contains("mem_limit"));
    }

    @Test
    void aStartThatDockerRefusedIsForWhoeverStartedItToJudge() {
        Verdict verdict = new Watching(BOT)
                .see(new ObservedContainer(
                        "id1",
                        "n",
                        Given.owner("web"),
                        "sha256:1",
                        RunState.CREATED,
                        null,
                        null,
                        null,
                        127,
                        false,
                        "exec: \"nope\": not found",
                        0,
                        Defaults.RESTART,
                        Map.of(),
                        Set.of(),
                        Defaults.STOP_GRACE_PROXIED));
        says(verdict, Health.UNREADY, "ExitedBeforeReady", "could not be started: exec: \"nope\": not found");
        assertFalse(verdict.failed());
    }

    @Test
    void aContainerThatIsMadeAndNotStartedIsStarting() {
        Verdict verdict = new Watching(BOT).see(Given.in(RunState.CREATED));
        assertEquals(Health.STARTING, verdict.health());
        assertNull(verdict.changesAt());
    }

    @ParameterizedTest
    @EnumSource(
            value = RunState.class,
            names = {"PAUSED", "REMOVING", "DEAD"})
    void whatDoesNotRunIsUnreadyWithoutHavingFailed(RunState state) {
        Watching watching = new Watching(BOT);
        watching.clock.pass(Duration.ofSeconds(60));
        watching.see(Given.container());
        Verdict verdict = watching.see(Given.in(state));
        assertEquals(Health.UNREADY, verdict.health());
        assertFalse(verdict.failed() || verdict.wantsRestart());
        assertEquals(state == RunState.PAUSED ? "Paused" : "Exited", verdict.reason());
    }

    @Test
    void ofAStateThatIsNotKnownNothingIsConcluded() {
        Watching watching = new Watching(BOT);
        watching.clock.pass(Duration.ofSeconds(60));
        watching.see(Given.container());
        Verdict verdict = watching.see(Given.in(RunState.UNKNOWN));
        assertEquals(Health.UNKNOWN, verdict.health());
        assertEquals("NotChecked", verdict.reason());
        assertFalse(verdict.failed() || verdict.wantsRestart());
        assertTrue(watching.see(Given.container()).ready());
    }

    @Test
    void dockersRestartOfARunThatNeverWasReadyFailsAtOnce() {
        Watching watching = new Watching(BOT);
        watching.see(Given.container());
        Verdict between = watching.see(restarting(Given.STARTED, 1));
        assertEquals("ExitedBeforeReady", between.reason());
        assertTrue(between.failed());
        ObservedContainer forgotten =
                Given.started(Given.STARTED.plusSeconds(1), 1).ended(ObservedContainer.FORGOTTEN, false);
        Verdict again = watching.see(forgotten);
        says(
                again,
                Health.UNREADY,
                "ExitedBeforeReady",
                "ended before it was ready; Docker started it again (1 restart so far)");
        assertTrue(again.failed());
        says(
                watching.see(forgotten.ended(7, false)),
                Health.UNREADY,
                "ExitedBeforeReady",
                "exited with code 7 before it was ready; Docker started it again (1 restart so far)");
        watching.clock.pass(Duration.ofSeconds(9));
        assertTrue(watching.see(forgotten).ready());
    }

    @Test
    void dockersFirstRestartOfARunThatWasReadyIsNoLoop() {
        Watching watching = new Watching(BOT);
        watching.clock.pass(Duration.ofSeconds(20));
        watching.see(Given.container());
        Verdict between = watching.see(restarting(Given.STARTED, 1));
        assertEquals("Exited", between.reason());
        assertFalse(between.failed());
        assertEquals(
                Health.STARTING,
                watching.see(Given.started(watching.clock.wall(), 1)).health());
    }

    @Test
    void threeRestartsWithoutAStableRunAreALoopUntilOneIsStable() {
        Watching watching = new Watching(BOT);
        Instant start = Given.STARTED;
        for (int restarts = 0; restarts < 3; restarts++) {
            watching.clock.pass(Duration.ofSeconds(10));
            assertTrue(watching.see(Given.started(start, restarts)).ready());
            start = watching.clock.wall();
            watching.see(Given.started(start, restarts + 1));
        }
        watching.clock.pass(Duration.ofSeconds(59));
        Verdict verdict = watching.see(Given.started(start, 3));
        assertEquals("CrashLoop", verdict.reason());
        assertEquals(Health.UNREADY, verdict.health());
        assertTrue(verdict.failed());
        assertEquals(watching.clock.now().plusSeconds(1), verdict.changesAt());
        watching.clock.pass(Duration.ofSeconds(1));
        assertTrue(watching.see(Given.started(start, 3)).ready());
    }

    @Test
    void restartsOfAContainerThatIsStableBetweenThemAreNoLoop() {
        Watching watching = new Watching(BOT);
        Instant start = Given.STARTED;
        for (int restarts = 1; restarts < 6; restarts++) {
            watching.see(Given.started(start, restarts - 1));
            watching.clock.pass(Duration.ofSeconds(90));
            watching.see(Given.started(start, restarts - 1));
            start = watching.clock.wall();
            assertEquals(
                    "Starting", watching.see(Given.started(start, restarts)).reason());
        }
    }

    @Test
    void startsByHandOfAReadyContainerAreNoLoop() {
        Watching watching = new Watching(BOT);
        for (int i = 0; i < 5; i++) {
            Instant start = watching.clock.wall();
            assertEquals("Starting", watching.see(Given.started(start, 0)).reason());
            watching.clock.pass(Duration.ofSeconds(8));
            assertTrue(watching.see(Given.started(start, 0)).ready());
        }
    }

    @Test
    void startsThatNeverBecomeReadyAreALoop() {
        Watching watching = new Watching(BOT);
        for (int i = 0; i < 3; i++) {
            assertEquals(
                    "Starting",
                    watching.see(Given.started(watching.clock.wall(), 0)).reason());
            watching.clock.pass(Duration.ofSeconds(2));
        }
        assertEquals(
                "CrashLoop",
                watching.see(Given.started(watching.clock.wall(), 0)).reason());
    }

    @Test
    void anAgentThatRestartsDoesNotTakeOldRestartsForALoop() {
        Watching watching = new Watching(BOT);
        watching.agentRestartsAfter(Duration.ofSeconds(8));
        assertTrue(watching.see(Given.started(Given.STARTED, 40)).ready());
        assertEquals("CrashLoop", watching.see(restarting(Given.STARTED, 41)).reason());
    }

    private static ObservedContainer exitedAfter(int seconds, int code, Restart.Mode mode) {
        return Given.exited(Given.STARTED, Given.STARTED.plusSeconds(seconds), code, mode);
    }

    private static ObservedContainer restarting(Instant startedAt, int restarts) {
        return Given.container(RunState.RESTARTING, null, startedAt, null, 1, restarts, Defaults.RESTART, Map.of());
    }
}
