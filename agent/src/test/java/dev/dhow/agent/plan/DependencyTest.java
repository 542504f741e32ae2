package dev.dhow.agent.plan;

import static dev.dhow.agent.plan.RolloutTest.atWork;
import static dev.dhow.agent.plan.RolloutTest.made;
import static dev.dhow.agent.plan.RolloutTest.running;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.testing.TestRoles;
import dev.dhow.api.spec.Dependency;
import dev.dhow.api.spec.RoleSpec;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What a role depends on comes first, and takes nobody along.
class DependencyTest {
    private static final RoleSpec WEB = TestRoles.proxied("web", "shop:1");
    private static final RoleSpec NEW_WEB = TestRoles.proxied("web", "shop:2");
    private static final RoleSpec BOT = TestRoles.plain("bot", "shop:1");
    private static final RoleSpec AFTER_WEB = TestRoles.after(BOT, new Dependency(null, "web"));

    /// R8
    @Test
    void dependenciesComeFirst() throws Exception {
        House house = new House(
                TestRoles.after(WEB, new Dependency(null, "bot")), TestRoles.after(BOT, new Dependency("db", "main")));
        assertFalse(house.pass().contains("create "), "db/main is not ready");
        house.readyElsewhere.add("db/main");
        String plan = house.pass();
        assertTrue(plan.contains("shop/bot/1 create") && !plan.contains("shop/web"), plan);
        assertTrue(house.pass().contains("shop/web/1 create"));
    }

    /// R9
    @Test
    void dependencyScaledToNothingHoldsNobodyUp() throws Exception {
        House house = new House(TestRoles.replicas(WEB, 0), AFTER_WEB);
        assertTrue(house.pass().contains("shop/bot/1 start"));
        house.settle();
        house.want(WEB, AFTER_WEB);
        assertFalse(house.pass().contains("shop/bot"), "and its coming back changes nothing");
    }

    /// R13
    @Test
    void newVersionOfADependencyLeavesWhatDependsOnIt() throws Exception {
        House house = running(WEB, AFTER_WEB);
        String kept = made(house, "bot", 1);
        house.want(NEW_WEB, AFTER_WEB).settle();
        assertEquals(Set.of(made(house, "web", 1), kept), atWork(house));
        assertFalse(house.runtime.calls().toString().contains("stop " + kept));
    }
}
