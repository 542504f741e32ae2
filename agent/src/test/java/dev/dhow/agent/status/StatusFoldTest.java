package dev.dhow.agent.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.plan.House;
import dev.dhow.agent.plan.Outcome;
import dev.dhow.agent.plan.PassInput;
import dev.dhow.agent.plan.Plan;
import dev.dhow.agent.plan.Planner;
import dev.dhow.agent.plan.Request;
import dev.dhow.agent.plan.Step;
import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import dev.dhow.agent.state.Declared;
import dev.dhow.agent.state.Desired;
import dev.dhow.agent.testing.TestRoles;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.ServiceSpec;
import dev.dhow.api.status.Condition;
import dev.dhow.api.status.Condition.Status;
import dev.dhow.api.status.Condition.Type;
import dev.dhow.api.status.Phase;
import dev.dhow.api.status.Problem;
import dev.dhow.api.status.ReplicaStatus;
import dev.dhow.api.status.RoleStatus;
import dev.dhow.api.status.ServiceStatus;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StatusFoldTest {
    private static final RoleSpec WEB = TestRoles.proxied("web", "shop:1");
    private final House house = new House(WEB);
    private @Nullable ServiceStatus previous;

    private ServiceStatus status() throws Exception {
        PassInput input = house.input();
        ServiceStatus now = StatusFold.fold(
                new StatusInput(input, Planner.plan(input), Map.of(), drained(), previous, house.ticker.wall()));
        previous = now;
        return now;
    }

    private Drained drained() {
        return Drained.NONE.after(house.outcomes);
    }

    private static String line(ServiceStatus status, Type type) {
        Condition condition = status.condition(type).orElseThrow();
        return "%s %s: %s".formatted(condition.status(), condition.reason(), condition.message());
    }

    @Test
    void serviceGoesFromPendingToRunning() throws Exception {
        ServiceStatus pending = status();
        assertEquals(Phase.Pending, pending.phase());
        assertEquals("False NotAllReady: 0 of 1 replicas ready", line(pending, Type.Available));
        assertTrue(line(pending, Type.Progressing).startsWith("True Steps: shop create-network dhow"));
        house.settle();
        String container = "shop-web-" + house.revision() + "-1";
        house.starting(container);
        ServiceStatus starting = status();
        assertEquals(Phase.Progressing, starting.phase());
        assertEquals("True Starting: shop/web/1: not ready yet", line(starting, Type.Progressing));
        house.ready(container);
        ServiceStatus running = status();
        assertEquals(Phase.Running, running.phase());
        assertEquals("True AllReady: 1 of 1 replicas ready", line(running, Type.Available));
        assertEquals("True AsWanted: exactly the wanted containers are there", line(running, Type.UpToDate));
        assertEquals("False Idle: nothing is open", line(running, Type.Progressing));
        assertEquals("False AsExpected: nothing fails", line(running, Type.Degraded));
        assertEquals(
                running.revision(),
                running.roles().getFirst().replicas().getFirst().revision());
    }

    @Test
    void sinceIsWhenTheStatusChangedAndNotTheMessage() throws Exception {
        house.settle();
        ServiceStatus first = status();
        house.advance(Duration.ofMinutes(1));
        ServiceStatus second = status();
        assertEquals(
                first.condition(Type.Available).orElseThrow().since(),
                second.condition(Type.Available).orElseThrow().since());
        house.unhealthy("shop-web-" + house.revision() + "-1", "GET /up: 500");
        ServiceStatus third = status();
        assertEquals(
                house.ticker.wall(),
                third.condition(Type.Available).orElseThrow().since());
        assertEquals(Phase.Degraded, third.phase());
        assertEquals("True Unhealthy: shop/web/1: GET /up: 500", line(third, Type.Degraded));
    }

    @Test
    void invalidFileIsHeldAndSaysWhere() throws Exception {
        house.settle();
        ServiceSpec good = house.desired.inForce().orElseThrow();
        Problem problem = new Problem(
                Problem.Severity.ERROR, "shop.yaml", 3, 5, "roles.web.imagee", "unknown key", "    imagee: x");
        house.desired = new Desired.Invalid(
                "shop", Declared.of(good), true, List.of(problem, Problem.ofFile("z.yaml", "more")));
        ServiceStatus held = status();
        assertEquals(Phase.Held, held.phase());
        assertEquals(
                "False Invalid: shop.yaml:3:5: roles.web.imagee: unknown key (and 1 more)",
                line(held, Type.SourceValid));
        assertTrue(held.is(Type.Available), "what runs still runs");
        house.desired = new Desired.Invalid(
                "shop", Declared.of(good), false, List.of(Problem.ofFile("shop.yaml", "no access")));
        assertEquals("Unknown Unreadable: shop.yaml: no access", line(status(), Type.SourceValid));
        house.desired = new Desired.Missing("shop", Declared.of(good), "the directory is gone");
        ServiceStatus missing = status();
        assertEquals("Unknown Missing: the directory is gone", line(missing, Type.SourceValid));
        assertEquals(Phase.Held, missing.phase());
    }

    @Test
    void serviceThatNeverWasValidIsListed() throws Exception {
        house.desired = new Desired.Invalid("shop", null, true, List.of(Problem.ofFile("shop.yaml", "empty file")));
        ServiceStatus never = status();
        assertEquals(Phase.Held, never.phase());
        assertEquals(
                Status.Unknown, never.condition(Type.Available).orElseThrow().status());
        assertEquals(null, never.revision());
    }

    @Test
    void whatWasPulledIsNamedWhenItIsHere() throws Exception {
        house.settle();
        assertEquals("True OnThisHost: every image is here", line(status(), Type.ImageAvailable));
        house.runtime.addRemoteImage("registry.test/bot:1", false);
        house.want(TestRoles.plain("bot", "registry.test/bot:1"));
        house.settle();
        assertEquals("True Pulled: pulled registry.test/bot:1", line(status(), Type.ImageAvailable));
    }

    @Test
    void failingPullIsToldAsImageNotAvailable() throws Exception {
        house.want(TestRoles.plain("bot", "registry.test/none:1"));
        assertEquals("False Pulling: pulls registry.test/none:1", line(status(), Type.ImageAvailable));
        house.pass();
        ServiceStatus failing = status();
        assertEquals("False PullFails: pull registry.test/none:1: no such image", line(failing, Type.ImageAvailable));
        assertTrue(failing.is(Type.Degraded));
    }

    @Test
    void failingStepIsDegradedWithItsMessage() throws Exception {
        house.runtime.failNext("start", Kind.PORT_TAKEN);
        house.pass();
        ServiceStatus failing = status();
        assertEquals(Phase.Degraded, failing.phase());
        assertTrue(line(failing, Type.Degraded).startsWith("True StepFails: shop/web/1: start"));
        assertEquals("created", failing.roles().getFirst().replicas().getFirst().state());
    }

    @Test
    void unwantedContainersAreToldUntilTheyAreGone() throws Exception {
        house.settle();
        house.desired = new Desired.Removed("shop");
        ServiceStatus removing = status();
        assertEquals(Phase.Removing, removing.phase());
        assertEquals(0, removing.roles().getFirst().desired());
        assertEquals(1, removing.roles().getFirst().running());
    }

    @Test
    void goodReplacementIsProgressingAndNotDegraded() throws Exception {
        house.settle();
        house.runtime.addImage("shop:2");
        house.want(TestRoles.proxied("web", "shop:2"));
        house.pass();
        house.starting("shop-web-" + house.revision() + "-1");
        ServiceStatus replacing = status();
        assertEquals("False AsExpected: nothing fails", line(replacing, Type.Degraded));
        assertEquals(Phase.Progressing, replacing.phase());
        assertEquals(2, replacing.roles().getFirst().replicas().size(), "the old one is still told");
    }

    @Test
    void whatNobodyCanCompareIsNotCalledUpToDate() throws Exception {
        house.settle();
        PassInput input = house.input();
        Plan plan = new Plan(
                "shop",
                "0badcafe",
                List.of(),
                List.of(),
                List.of(),
                new Plan.Notes(
                        null,
                        Set.of(),
                        Set.of(),
                        Set.of(input.containers().getFirst().id())));
        ServiceStatus folded =
                StatusFold.fold(new StatusInput(input, plan, Map.of(), Drained.NONE, null, house.ticker.wall()));
        assertTrue(line(folded, Type.UpToDate).startsWith("Unknown CannotCompare: shop-web-"));
    }

    @Test
    void heldServiceSaysWhoHoldsItAndDoesNothing() throws Exception {
        ServiceSpec held = new ServiceSpec("shop", List.of(WEB), null, true, null);
        house.want(held);
        assertEquals("no changes\n", house.pass());
        assertEquals(Phase.Held, status().phase());
        assertEquals("False Held: its file says `hold: true`", line(status(), Type.Progressing));
        assertEquals("True NotAllReady: 0 of 1 replicas ready", line(status(), Type.Degraded));
        house.ask(new Request.Hold());
        assertEquals(
                "False Held: its file says `hold: true`, and somebody asked to leave it alone; end that with `dhow"
                        + " unhold shop`",
                line(status(), Type.Progressing));
        String said = house.ask(new Request.Unhold());
        assertTrue(said.contains("still says `hold: true`"), said);
        house.ask(new Request.Hold());
        house.want(WEB);
        assertEquals(
                "False Held: somebody asked to leave it alone; end that with `dhow unhold shop`",
                line(status(), Type.Progressing));
        house.ask(new Request.Unhold());
        house.settle();
        assertEquals(Phase.Running, status().phase());
    }

    @Test
    void onASuspectedHostNothingIsRestartedForItsChecks() throws Exception {
        house.want(TestRoles.plain("bot", "shop:1"));
        house.settle();
        String bot = "shop-bot-" + house.revision() + "-1";
        house.unhealthy(bot, "unhealthy");
        assertEquals("shop/bot/1 restart shop-bot-REV-1: unhealthy\n1 change\n", House.text(house.plan()));
        house.hostSuspected = true;
        assertEquals("no changes\n", house.pass());
        assertTrue(
                line(status(), Type.Degraded).startsWith("True HostSuspected: shop/bot/1: unhealthy; many services"));
        house.runtime.docker().stop(house.runtime.id(bot));
        house.verdicts.clear();
        assertTrue(house.pass().contains("start"), "what is down is started all the same");
    }

    @Test
    void awayDockerMakesUnknownWhatRestsOnItAndKeepsTheFile() throws Exception {
        house.settle();
        ServiceStatus folded = status();
        ServiceStatus away = DockerAway.of(folded, folded, "no such socket", house.ticker.wall());
        assertEquals("Unknown DockerAway: no such socket", line(away, Type.Available));
        assertEquals("Unknown DockerAway: no such socket", line(away, Type.Degraded));
        assertEquals("True Valid: its file is in force", line(away, Type.SourceValid));
        assertEquals(folded.roles(), away.roles());
    }

    private void next(String image) throws Exception {
        house.runtime.addImage(image);
        house.want(TestRoles.proxied("web", image));
    }

    /// Each container with how it stands, the new one last and its revision written as NEW.
    private List<String> standings() throws Exception {
        ServiceStatus now = status();
        RoleStatus role = now.roles().getFirst();
        return Stream.concat(
                        role.replicas().stream().map(r -> "%s %s %s".formatted(r.container(), r.state(), r.traffic())),
                        role.kept().stream().map(k -> "%s kept %s".formatted(k.container(), k.traffic())))
                .map(line -> line.replace(String.valueOf(now.revision()), "NEW"))
                .sorted(Comparator.comparing(line -> line.contains("NEW")))
                .toList();
    }

    @Test
    void whoHasTheTrafficIsToldThroughoutAReplacementAndLastsWhenItIsOver() throws Exception {
        house.traffic.install();
        house.settle();
        assertEquals(List.of("shop-web-NEW-1 running SERVING"), standings());
        String old = "shop-web-" + house.revision() + "-1";
        next("shop:2");
        house.pass();
        assertEquals(List.of(old + " running SERVING", "shop-web-NEW-1 running NONE"), standings());

        List<Step> lane = house.plan().lanes().getFirst();
        assertEquals(
                List.of("route", "unroute", "drain", "stop"),
                lane.stream().map(Step::verb).toList());
        carryOut(lane, 1);
        assertEquals(
                List.of(old + " running SERVING", "shop-web-NEW-1 running SERVING"),
                standings(),
                "both, until the proxy has taken the old one out");
        carryOut(lane, 2);
        assertEquals(List.of(old + " running DRAINING", "shop-web-NEW-1 running SERVING"), standings());
        carryOut(lane, 3);
        assertEquals(List.of(old + " running DRAINED", "shop-web-NEW-1 running SERVING"), standings());
        house.runtime.docker().stop(house.runtime.id(old));
        assertEquals(
                List.of(old + " kept DRAINED", "shop-web-NEW-1 running SERVING"),
                standings(),
                "before the call that stopped it has returned");
        carryOut(lane, 4);
        assertEquals(List.of(old + " kept DRAINED", "shop-web-NEW-1 running SERVING"), standings());
        assertNotNull(status().roles().getFirst().kept().getFirst().stoppedAt());
        house.restartAgent();
        house.outcomes.clear();
        assertEquals(
                List.of(old + " kept NONE", "shop-web-NEW-1 running SERVING"),
                standings(),
                "an agent that did not see it says nothing of it");
    }

    /// Has the lane done up to that step; the others are under way.
    private void carryOut(List<Step> lane, int done) throws Exception {
        house.execute(List.of(), List.of(List.of(lane.get(done - 1))));
        house.underWay = lane.subList(done, lane.size());
    }

    @Test
    void aKeptContainerThatTakesOverAgainIsNotDrainedAnyMore() throws Exception {
        house.traffic.install();
        house.settle();
        next("shop:2");
        house.settle();
        String first = status().roles().getFirst().kept().getFirst().container();
        house.want(WEB);
        house.settle();
        assertEquals(first, status().roles().getFirst().replicas().getFirst().container());
        assertEquals(
                ReplicaStatus.Traffic.SERVING,
                status().roles().getFirst().replicas().getFirst().traffic());
        String id = house.runtime.id(first);
        assertFalse(drained().ids().contains(id));
        Outcome done =
                new Outcome.Done(new Step.Drain("shop/web/1", first, id, Duration.ZERO, "replaced"), Duration.ZERO);
        Outcome again = new Outcome.Done(new Step.Route("shop/web/1", first, id, WEB, "ready"), Duration.ZERO);
        assertEquals(Drained.NONE, Drained.NONE.after(List.of(done, again)), "without a start in between");
        assertEquals(Drained.NONE, Drained.NONE.after(List.of(done)).among(List.of()), "nobody is remembered for ever");
    }

    @Test
    void aRoleWithoutProxySaysNothingOfTraffic() throws Exception {
        house.traffic.install();
        house.want(TestRoles.plain("bot", "shop:1"));
        house.settle();
        house.runtime.addImage("shop:2");
        house.want(TestRoles.plain("bot", "shop:2"));
        house.settle();
        RoleStatus role = status().roles().getFirst();
        assertNull(role.replicas().getFirst().traffic());
        assertNull(role.kept().getFirst().traffic());
    }

    @Test
    void whatIsAboutToBeRemovedIsNotCalledKept() throws Exception {
        house.settle();
        next("shop:2");
        house.settle();
        String old = status().roles().getFirst().kept().getFirst().container();
        String id = house.runtime.id(old);
        house.underWay = List.of(new Step.Remove("shop/web/1", old, id, "no longer kept"));
        assertEquals(List.of(old + " exited null", "shop-web-NEW-1 running null"), standings());
    }
}
