package dev.dhow.agent.plan;

import static dev.dhow.agent.plan.RolloutTest.atWork;
import static dev.dhow.agent.plan.RolloutTest.made;
import static dev.dhow.agent.plan.RolloutTest.running;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.state.Chronicle;
import dev.dhow.agent.testing.TestRoles;
import dev.dhow.api.spec.RoleSpec;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What fails in a rollout is gone back from, all of it and once; what is not its failing is not.
class GoingBackTest {
    private static final RoleSpec WEB = TestRoles.proxied("web", "shop:1");
    private static final RoleSpec NEW_WEB = TestRoles.proxied("web", "shop:2");

    @Test
    void theSameBadFileDroppedOnceASecondForAMinuteIsTriedOnce() throws Exception {
        House house = running(WEB);
        Set<String> before = atWork(house);
        house.want(NEW_WEB);
        String made = made(house, "web", 1);
        StringBuilder done = new StringBuilder();
        for (int second = 0; second < 60; second++) {
            done.append(house.want(NEW_WEB).pass());
            house.failing(made, "exited with 7");
            if (second == 30) {
                // Another start of the agent remembers it as well.
                house.memory = Memory.NONE;
            }
            house.advance(Duration.ofSeconds(1));
        }
        assertEquals(1, done.toString().split(" create ", -1).length - 1, done.toString());
        assertEquals(1, done.toString().split(" start ", -1).length - 1, done.toString());
        assertEquals(before, atWork(house));
        assertEquals("ROLLED_BACK", house.outcome());
    }

    /// U10
    @Test
    void replicaThatHadSwitchedGoesBackWithTheOneThatFails() throws Exception {
        House house = running(TestRoles.replicas(WEB, 2));
        Set<String> before = atWork(house);
        house.want(TestRoles.replicas(NEW_WEB, 2));
        String second = made(house, "web", 2);
        for (int i = 0; i < 10 && !house.runtime.names().contains(second); i++) {
            house.pass();
        }
        assertFalse(atWork(house).containsAll(before), "the first has switched");
        house.failing(second, "exited with 7");
        house.settle();
        assertEquals("ROLLED_BACK", house.outcome());
        assertEquals(before, atWork(house));
    }

    /// U5
    @Test
    void whatWasGoneBackToIsNotGoneBackFrom() throws Exception {
        House house = running(WEB);
        house.want(TestRoles.proxied("web", "shop:3")).settle();
        Set<String> before = atWork(house);
        house.want(NEW_WEB);
        house.pass();
        house.failing(made(house, "web", 1), "exited with 7");
        house.settle();
        Chronicle after = house.chronicle;
        house.failing(before.iterator().next(), "GET /up: 500");
        for (int i = 0; i < 10; i++) {
            house.pass();
            house.advance(Duration.ofSeconds(10));
        }
        assertEquals(after, house.chronicle);
        assertEquals(before, atWork(house));
    }

    /// What a rollback would start again is worth more than what failed.
    @Test
    void failedContainersDoNotUseUpWhatIsKept() throws Exception {
        House house = running(WEB);
        for (String value : List.of("a", "b", "c")) {
            house.want(PlannerTest.environment(WEB, "A", value)).settle();
        }
        List<String> good = house.runtime.names();
        assertEquals(4, good.size(), "one at work and three kept");
        for (String value : List.of("d", "e", "f")) {
            house.want(PlannerTest.environment(WEB, "A", value));
            house.pass();
            String made = made(house, "web", 1);
            house.failing(made, "exited with 7");
            house.settle();
            assertEquals("ROLLED_BACK", house.outcome());
            assertTrue(house.runtime.names().containsAll(good), value);
            assertTrue(house.runtime.names().contains(made), "kept for a look at it");
            assertEquals(5, house.runtime.names().size(), "only the last one that failed");
        }
        house.want(PlannerTest.environment(WEB, "A", "g")).settle();
        assertEquals(4, house.runtime.names().size());
        assertTrue(house.runtime.names().containsAll(good.subList(1, 4)), "the newest good ones");
    }

    /// Passes until one plans a stop; that line.
    private static String nextStop(House house) throws Exception {
        for (int i = 0; i < 20; i++) {
            List<String> stops = house.plan().steps().stream()
                    .filter(Step.Stop.class::isInstance)
                    .map(step -> step.body().line())
                    .toList();
            if (!stops.isEmpty()) {
                return stops.getFirst();
            }
            house.pass();
            house.advance(Duration.ofSeconds(1));
        }
        throw new AssertionError("nothing is stopped");
    }

    /// An operator who reads the log sees which way it went.
    @Test
    void theStepsOfAWayBackSayThatTheyAre() throws Exception {
        House house = running(WEB);
        String first = atWork(house).iterator().next();
        house.want(NEW_WEB);
        String failed = house.revision();
        String second = made(house, "web", 1);
        house.pass();
        house.failing(second, "exited with 7");
        assertEquals(
                "shop/web/1 stop %s: replaced by %s, the way back from %s, which failed"
                        .formatted(second, first, failed),
                nextStop(house));

        House asked = running(WEB);
        asked.want(NEW_WEB).settle();
        String newer = atWork(asked).iterator().next();
        asked.ask(new Request.Rollback(null));
        assertEquals(
                "shop/web/1 stop %s: replaced by %s, the way back from %s, which somebody asked for"
                        .formatted(newer, first, failed),
                nextStop(asked));
    }

    @Test
    void aWayBackWithNoRoomForTwoSaysBoth() throws Exception {
        RoleSpec role = TestRoles.stopFirst(WEB);
        House house = running(role);
        String first = atWork(house).iterator().next();
        house.want(TestRoles.stopFirst(NEW_WEB));
        String failed = house.revision();
        String second = made(house, "web", 1);
        house.pass();
        house.failing(second, "exited with 7");
        assertEquals(
                "shop/web/1 stop %s: replaced by %s (stop_first), the way back from %s, which failed"
                        .formatted(second, first, failed),
                nextStop(house));
    }

    /// A proxy that was started anew has forgotten it, which is no reason to send it requests that it cannot answer.
    @Test
    void whatIsGoneBackFromWithNoRoomForTwoGetsNoRequestsMeanwhile() throws Exception {
        House house = running(TestRoles.stopFirst(WEB));
        house.want(TestRoles.stopFirst(NEW_WEB));
        String second = made(house, "web", 1);
        house.pass();
        house.failing(second, "exited with 7");
        house.chronicle = house.input().chronicle();
        house.ready(second);
        house.traffic.install();
        house.traffic.unroute("shop", house.runtime.id(second));
        house.want(TestRoles.stopFirst(TestRoles.proxied("web", "shop:missing")));
        List<Step> steps = house.plan().steps();
        assertTrue(
                steps.stream()
                        .anyMatch(s -> s instanceof Step.Stop && s.object().equals(second)),
                steps.toString());
        assertFalse(steps.stream().anyMatch(Step.Route.class::isInstance), steps.toString());
    }
}
