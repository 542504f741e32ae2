package dev.dhow.agent.health;

import static dev.dhow.agent.health.Watching.check;
import static dev.dhow.agent.health.Watching.says;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.state.DockerHealth;
import dev.dhow.agent.state.DockerHealth.Status;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.RunState;
import dev.dhow.agent.state.Verdict;
import dev.dhow.api.spec.ContainerSpec.Restart;
import dev.dhow.api.spec.HealthSpec;
import dev.dhow.api.spec.HealthSpec.OnFailure;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.status.ReplicaStatus.Health;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// HTTP, TCP and Docker's checks over time; see [JudgeTest] for processes.
class JudgeChecksTest {
    private static final RoleSpec WEB = Given.proxied(HealthSpec.UNSET, "shop.example.com");
    private static final RoleSpec API = Given.role(null, Given.http("/ok", 80, null, Map.of()));
    private static final RoleSpec WORKER = Given.role(null, Given.test("CMD", "bin/alive"));
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void oneSuccessMakesAProxiedContainerReady() {
        Watching web = new Watching(WEB);
        Verdict verdict = web.see(Given.container());
        says(verdict, Health.STARTING, "Starting", "no result yet of http://10.0.0.2:3000/up");
        assertEquals(web.clock.now().plusSeconds(30), verdict.changesAt());
        assertNull(web.sample(0));
        assertEquals(
                "GET http://10.0.0.2:3000/up: connection refused",
                web.one().verdict().message());
        assertNotNull(web.sample(200));
        assertTrue(web.one().verdict().ready());
    }

    /// U6
    @Test
    void itFailsAtItsDeadlineAndIsReadyWhenItAnswersLater() {
        Watching web = new Watching(WEB);
        web.see(Given.container());
        web.sample(404);
        web.clock.pass(Duration.ofSeconds(30));
        Verdict verdict = web.see(Given.container());
        says(verdict, Health.UNREADY, "NotReadyInTime", "not ready within 30s: GET http://10.0.0.2:3000/up: 404");
        assertTrue(verdict.failed());
        assertFalse(verdict.wantsRestart());
        web.sample(200);
        assertTrue(web.one().verdict().ready());
    }

    @Test
    void aContainerThatNeverAnsweredFailsAtItsDeadlineToo() {
        Watching web = new Watching(WEB);
        web.see(Given.container());
        web.clock.pass(Duration.ofSeconds(30));
        assertEquals("NotReadyInTime", web.see(Given.container()).reason());
    }

    @Test
    void aProbeThatCouldNotBeSentFailsNothing() {
        Watching web = new Watching(WEB);
        web.see(Given.container());
        web.lose();
        web.clock.pass(Duration.ofSeconds(60));
        Verdict verdict = web.see(Given.container());
        assertEquals(Health.UNKNOWN, verdict.health());
        assertEquals("NotChecked", verdict.reason());
        assertFalse(verdict.failed() || verdict.wantsRestart());
    }

    @Test
    void asManyFailuresInARowAsRetriesMakeAReadyContainerUnready() {
        Watching web = ready(WEB);
        assertNull(web.sample(500));
        assertNull(web.sample(500));
        assertEquals(500, check(web.one().verdict()).status());
        Watched.Change change = web.sample(500);
        assertNotNull(change);
        says(change.after(), Health.UNREADY, "ChecksFail", "check fails: GET http://10.0.0.2:3000/up: 500");
        assertFalse(change.after().failed() || change.after().wantsRestart());
        assertNull(web.sample(500));
        assertNotNull(web.sample(204));
    }

    /// W1
    @Test
    void aFailingCheckRestartsWhatIsNotProxiedUnlessTheFileSaysNo() {
        RoleSpec left = Given.role(null, Given.with(API.health(), null, OnFailure.NONE));
        RoleSpec proxied = Given.proxied(Given.with(HealthSpec.UNSET, null, OnFailure.RESTART));
        assertTrue(failing(API).wantsRestart());
        assertFalse(failing(left).wantsRestart());
        assertFalse(failing(WEB).wantsRestart());
        assertTrue(failing(proxied).wantsRestart());
    }

    /// W5
    @Test
    void aCheckThatFlapsRestartsNothingUntilItStaysBad() {
        Watching api = ready(API);
        for (int i = 0; i < 10; i++) {
            assertNull(api.sample(500));
            assertNull(api.sample(500));
            assertFalse(api.one().verdict().wantsRestart());
            assertNull(api.sample(200));
            assertEquals(Health.READY, api.one().verdict().health());
        }
        api.sample(500);
        api.sample(500);
        assertFalse(api.one().verdict().wantsRestart());
        api.sample(500);
        assertTrue(api.one().verdict().wantsRestart());
    }

    @Test
    void duringTheStartNoFailureAsksForARestart() {
        Watching api = new Watching(API);
        api.see(Given.container());
        for (int i = 0; i < 20; i++) {
            api.sample(0);
        }
        assertEquals(Health.STARTING, api.one().verdict().health());
        api.clock.pass(Duration.ofSeconds(30));
        assertFalse(api.see(Given.container()).wantsRestart());
        api.sample(0);
        api.sample(0);
        assertFalse(api.one().verdict().wantsRestart());
        api.sample(0);
        assertTrue(api.one().verdict().wantsRestart());
        assertEquals("NotReadyInTime", api.one().verdict().reason());
    }

    /// U9
    @Test
    void anExitBeforeTheFirstSuccessFailsAndOneAfterItDoesNot() {
        Watching web = new Watching(WEB);
        web.clock.pass(Duration.ofSeconds(20));
        web.see(Given.container());
        ObservedContainer exited = Given.container(
                RunState.EXITED, null, Given.STARTED, null, 1, 0, new Restart(Restart.Mode.ON_FAILURE, 0), Map.of());
        assertEquals("ExitedBeforeReady", web.see(exited).reason());
        Verdict after = ready(WEB).see(exited);
        assertEquals("Exited", after.reason());
        assertFalse(after.failed());
    }

    @Test
    void anAgentThatRestartsKnowsNothingOfAnOldContainerUntilItAnswers() {
        Watching web = new Watching(WEB);
        web.agentRestartsAfter(HOUR);
        Verdict verdict = web.see(Given.container());
        says(verdict, Health.UNKNOWN, "NotChecked", "not checked yet: no result yet of http://10.0.0.2:3000/up");
        assertNull(verdict.changesAt());
        web.sample(200);
        assertTrue(web.one().verdict().ready());
    }

    @Test
    void anAgentThatRestartsNeedsFreshFailuresAndFindsTheUnreadyUnready() {
        Watching web = new Watching(WEB);
        web.agentRestartsAfter(HOUR);
        web.see(Given.container());
        web.sample(500);
        web.sample(500);
        assertEquals(Health.UNKNOWN, web.one().verdict().health());
        web.sample(500);
        says(web.one().verdict(), Health.UNREADY, "ChecksFail", "check fails: GET http://10.0.0.2:3000/up: 500");
    }

    @Test
    void anAgentThatRestartsDuringAStartDoesNotFindItReady() {
        Watching web = new Watching(WEB);
        web.agentRestartsAfter(SECOND);
        assertEquals(Health.STARTING, web.see(Given.container()).health());
        web.sample(0);
        web.sample(0);
        web.sample(0);
        web.clock.pass(Duration.ofSeconds(29));
        assertEquals("NotReadyInTime", web.see(Given.container()).reason());
    }

    /// W11
    @Test
    void anotherPathIsAskedWithoutTakingAReadyContainerOut() {
        Watching web = ready(WEB);
        web.clock.pass(HOUR);
        web.fileNowSays(Given.proxied(Given.http("/health", null, null, Map.of())));
        assertEquals(Health.UNKNOWN, web.see(Given.container()).health());
        web.sample(404);
        web.sample(404);
        assertEquals(Health.UNKNOWN, web.one().verdict().health());
        web.sample(404);
        assertEquals("ChecksFail", web.one().verdict().reason());
        web.sample(200);
        assertTrue(web.one().verdict().ready());
    }

    @Test
    void anotherPaceChangesNoVerdict() {
        Watching web = ready(WEB);
        web.sample(500);
        web.fileNowSays(Given.proxied(
                new HealthSpec(null, null, null, false, HOUR, null, 1, null, null, null), "shop.example.com"));
        assertEquals("ChecksFail", web.see(Given.container()).reason());
    }

    @Test
    void anotherStartAsksAgainAndAPausedContainerIsNotAsked() {
        Watching web = ready(WEB);
        web.see(Given.in(RunState.PAUSED));
        assertTrue(web.loops.isEmpty());
        assertTrue(web.see(Given.container()).ready());
        assertEquals(1, web.loops.size());
        Instant again = web.clock.wall().plusSeconds(1);
        assertEquals(Health.STARTING, web.see(Given.started(again, 0)).health());
    }

    /// W7
    @Test
    void allChecksMustPass() {
        HealthSpec both = Given.with(API.health(), List.of("CMD", "x"), null);
        Watching role = new Watching(Given.role(null, both));
        role.see(health(Status.HEALTHY, role.clock.wall(), 0));
        assertEquals(Health.STARTING, role.one().verdict().health());
        role.sample(200);
        assertTrue(role.one().verdict().ready());
        Verdict verdict = role.see(health(Status.UNHEALTHY, role.clock.wall(), 1));
        assertEquals("Unhealthy", verdict.reason());
        assertTrue(verdict.wantsRestart());
    }

    @Test
    void dockersWordDecidesForARoleWithATest() {
        Watching worker = new Watching(WORKER);
        Verdict starting = worker.see(health(Status.STARTING, null, 0));
        assertEquals(Health.STARTING, starting.health());
        // Two intervals, a timeout and some patience come before the deadline of two minutes: then the log is stale.
        assertEquals(worker.clock.now().plusSeconds(100), starting.changesAt());
        assertTrue(worker.see(health(Status.HEALTHY, worker.clock.wall(), 0)).ready());
        Verdict unhealthy = worker.see(health(Status.UNHEALTHY, worker.clock.wall(), 1));
        says(unhealthy, Health.UNREADY, "Unhealthy", "Docker's health check: exit code 1");
        assertEquals("out [31m", Objects.requireNonNull(unhealthy.lastCheck()).body());
        assertTrue(unhealthy.wantsRestart());
        assertFalse(unhealthy.failed());
    }

    @Test
    void unhealthyBeforeReadyFailsAtOnce() {
        Watching worker = new Watching(WORKER);
        worker.see(health(Status.STARTING, null, 0));
        worker.clock.pass(SECOND);
        assertTrue(worker.see(health(Status.UNHEALTHY, worker.clock.wall(), 1)).failed());
    }

    @Test
    void unhealthyBeforeReadyIsRestartedAtItsDeadlineOnly() {
        Watching worker = new Watching(WORKER);
        Duration deadline = worker.clock.now().plusSeconds(120);
        worker.see(health(Status.STARTING, null, 0));
        worker.clock.pass(Duration.ofSeconds(119));
        Verdict early = worker.see(health(Status.UNHEALTHY, worker.clock.wall(), 1));
        assertEquals(Health.UNREADY, early.health());
        assertFalse(early.wantsRestart());
        assertEquals(deadline, early.changesAt());
        worker.clock.pass(SECOND);
        assertTrue(worker.see(health(Status.UNHEALTHY, worker.clock.wall(), 1)).wantsRestart());
    }

    @Test
    void unhealthyBeforeReadyIsLookedAtAgainWhenItsLogMayBeStaleBeforeItsDeadline() {
        Watching worker = new Watching(WORKER);
        Verdict early = worker.see(health(Status.UNHEALTHY, worker.clock.wall(), 1));
        assertEquals(worker.clock.now().plusSeconds(100), early.changesAt());
    }

    @Test
    void aReadingFromBeforeTheDeadlineDoesNotMakeItFail() {
        Watching worker = new Watching(WORKER);
        worker.see(health(Status.STARTING, null, 0));
        worker.clock.pass(Duration.ofSeconds(121));
        var starting = health(Status.STARTING, worker.clock.wall(), 1);
        assertEquals(
                Health.STARTING, worker.seeLate(starting, Duration.ofSeconds(2)).health());
        assertEquals("NotReadyInTime", worker.seeLate(starting, SECOND).reason());
    }

    @Test
    void aSlowReadingDoesNotMakeALogStale() {
        Watching worker = new Watching(WORKER);
        worker.see(health(Status.STARTING, null, 0));
        worker.clock.pass(Duration.ofSeconds(130));
        var reported = health(Status.HEALTHY, worker.clock.wall(), 0);
        worker.clock.pass(Duration.ofSeconds(101));
        Verdict late = worker.seeLate(reported, Duration.ofSeconds(5));
        assertEquals("UNKNOWN StaleHealthLog", late.health() + " " + late.reason());
        assertTrue(worker.seeLate(reported, SECOND).failed(), "it was silent when it was read");
    }

    @Test
    void dockersCheckThatDoesNotDecideFailsAtItsOwnDeadline() {
        Watching worker = new Watching(WORKER);
        worker.see(health(Status.STARTING, null, 0));
        worker.clock.pass(Duration.ofSeconds(119));
        assertEquals(
                Health.STARTING,
                worker.see(health(Status.STARTING, worker.clock.wall(), 1)).health());
        worker.clock.pass(SECOND);
        Verdict verdict = worker.see(health(Status.STARTING, worker.clock.wall(), 1));
        assertEquals("NotReadyInTime", verdict.reason());
        assertTrue(verdict.message().startsWith("not ready within 2m: "), verdict.message());
        assertTrue(verdict.failed() && verdict.wantsRestart());
    }

    @Test
    void aHealthLogThatStopsIsUnknownWhateverItSaidLast() {
        for (Status status : Status.values()) {
            Watching worker = new Watching(WORKER);
            Instant last = worker.clock.wall();
            worker.see(health(Status.HEALTHY, last, 0));
            worker.clock.pass(Duration.ofSeconds(99));
            worker.see(health(status, last, 1));
            worker.clock.pass(SECOND);
            Verdict verdict = worker.see(health(status, last, 1));
            assertEquals("UNKNOWN StaleHealthLog", verdict.health() + " " + verdict.reason());
            assertFalse(verdict.wantsRestart() || verdict.failed());
        }
    }

    @Test
    void aHealthLogThatNeverBeganCannotProveAContainerButRestartsNothing() {
        Watching worker = new Watching(WORKER);
        worker.see(health(Status.STARTING, null, 0));
        worker.clock.pass(Duration.ofSeconds(100));
        Verdict verdict = worker.see(health(Status.STARTING, null, 0));
        assertEquals("StaleHealthLog", verdict.reason());
        worker.clock.pass(Duration.ofSeconds(20));
        verdict = worker.see(health(Status.STARTING, null, 0));
        assertEquals("NotReadyInTime", verdict.reason());
        assertTrue(verdict.failed());
        assertFalse(verdict.wantsRestart());
    }

    @Test
    void aDaemonThatRestartsUnderAHealthyContainerMakesItUnknownOnly() {
        Watching worker = new Watching(WORKER);
        worker.see(health(Status.HEALTHY, worker.clock.wall(), 0));
        worker.clock.pass(SECOND);
        assertEquals(
                "StaleHealthLog",
                worker.see(health(Status.STARTING, worker.clock.wall(), 0)).reason());
        worker.agentRestartsAfter(HOUR);
        Verdict both = worker.see(health(Status.STARTING, worker.clock.wall(), 0));
        assertEquals("UNKNOWN NotChecked", both.health() + " " + both.reason());
        assertEquals(worker.clock.now().plusSeconds(100), both.changesAt());
    }

    @Test
    void aWallClockThatJumpsMakesHealthUnknownNeverUnready() {
        Watching worker = new Watching(WORKER);
        Instant last = worker.clock.wall();
        worker.see(health(Status.HEALTHY, last, 0));
        worker.clock.jump(HOUR);
        assertEquals(Health.UNKNOWN, worker.see(health(Status.HEALTHY, last, 0)).health());
        worker.clock.jump(HOUR.multipliedBy(-3));
        assertEquals(Health.READY, worker.see(health(Status.HEALTHY, last, 0)).health());
    }

    private static Watching ready(RoleSpec role) {
        Watching watching = new Watching(role);
        watching.see(Given.container());
        watching.sample(200);
        assertTrue(watching.one().verdict().ready());
        return watching;
    }

    private static Verdict failing(RoleSpec role) {
        Watching watching = ready(role);
        for (int i = 0; i < 3; i++) {
            watching.sample(0);
        }
        assertEquals(Health.UNREADY, watching.one().verdict().health());
        return watching.one().verdict();
    }

    private static ObservedContainer health(Status status, @Nullable Instant lastEnd, int code) {
        DockerHealth health = Given.health(status, lastEnd, code);
        return Given.withHealth(health);
    }
}
