package dev.dhow.agent.plan;

import static dev.dhow.agent.plan.RolloutTest.running;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.testing.TestRoles;
import dev.dhow.api.spec.RoleSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A container that a lane still makes is there for Docker before the lane is done with it. No other lane may take it
/// away meanwhile.
class UnderWayTest {
    private static final RoleSpec BOT = TestRoles.plain("bot", "shop:1");

    @Test
    void whatIsBeingMadeIsNotTakenAwayForOneThatComesBack() throws Exception {
        House house = running(BOT);
        String first = house.runtime.names().getFirst();
        house.underWay =
                List.of(new Step.Stop("shop/bot/1", first, house.runtime.id(first), BOT.drainTimeout(), "replaced"));
        makeHalf(house, "shop/bot/1");
        assertUntouched(house);
    }

    @Test
    void whatIsBeingMadeIsNotTakenAwayWhenFewerAreWanted() throws Exception {
        House house = running(BOT);
        house.want(TestRoles.replicas(BOT, 2));
        makeHalf(house, "shop/bot/2");
        house.want(BOT);
        assertUntouched(house);
    }

    @Test
    void aReleaseCommandThatIsBeingMadeIsNotTakenAwayForANewerFile() throws Exception {
        House house = running(BOT);
        house.want(ReleaseTest.released(TestRoles.plain("bot", "shop:2")));
        makeHalf(house, "shop/bot/release");
        house.want(BOT);
        assertUntouched(house);
    }

    @Test
    void aNameIsTakenBeforeDockerHasMadeItsContainer() throws Exception {
        House house = new House(TestRoles.replicas(BOT, 2));
        house.underWay = house.plan().steps().stream()
                .filter(step -> step.subject().equals("shop/bot/1"))
                .toList();
        String first = house.underWay.getFirst().object();
        assertTrue(house.plan().steps().stream().anyMatch(Step.Create.class::isInstance));
        assertTrue(house.plan().steps().stream().noneMatch(step -> step.object().equals(first)));
    }

    /// Docker has made the container; the rest of its lane is still to come.
    private static void makeHalf(House house, String subject) throws Exception {
        List<Step> lane = house.plan().lanes().stream()
                .filter(steps -> steps.getFirst() instanceof Step.Create
                        && steps.getFirst().subject().equals(subject))
                .findFirst()
                .orElseThrow();
        house.execute(List.of(), List.of(lane.subList(0, 1)));
        house.chronicle = house.input().chronicle();
        house.underWay = lane;
    }

    /// It goes once its lane is over, and not before.
    private static void assertUntouched(House house) throws Exception {
        String made = house.underWay.getFirst().object();
        house.settle();
        assertTrue(house.runtime.names().contains(made), "while it is made");
        house.underWay = List.of();
        house.settle();
        assertFalse(house.runtime.names().contains(made), "once that is over");
    }
}
