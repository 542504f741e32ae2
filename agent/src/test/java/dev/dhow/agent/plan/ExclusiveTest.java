package dev.dhow.agent.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import dev.dhow.agent.state.Chronicle;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.testing.TestRoles;
import dev.dhow.api.spec.ContainerSpec;
import dev.dhow.api.spec.ContainerSpec.Mount;
import dev.dhow.api.spec.ContainerSpec.StorageSpec;
import dev.dhow.api.spec.RoleSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// An exclusive volume is never with two running containers at once, whatever happens.
class ExclusiveTest {
    /// The fourth version never becomes ready.
    private static RoleSpec database(int version) {
        ContainerSpec c = ContainerSpec.EMPTY;
        Mount data = new Mount.Named("shop_data", "/data", false, false, true, false);
        StorageSpec storage = new StorageSpec(List.of(data), List.of(), null, null);
        ContainerSpec exclusive =
                new ContainerSpec(c.process(), c.network(), storage, c.limits(), c.labels(), null, null, null, null);
        RoleSpec role = TestRoles.with(TestRoles.plain("db", version == 4 ? "broken:1" : "shop:1"), exclusive);
        return PlannerTest.environment(role, "VERSION", Integer.toString(version));
    }

    private static List<String> holders(House house) throws Exception {
        return house.input().containers().stream()
                .filter(ObservedContainer::alive)
                .map(ObservedContainer::name)
                .toList();
    }

    /// R24
    @Test
    void itsHolderStopsFirstAndThatIsSaid() throws Exception {
        House house = new House(database(1)).settle();
        String plan = house.want(database(2)).pass();
        assertTrue(plan.contains("(stop_first, because volume shop_data is exclusive)"), plan);
        assertTrue(plan.indexOf(" stop ") < plan.indexOf(" start "), plan);
    }

    /// R24
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void noHistoryGivesItToTwo(long seed) throws Exception {
        for (int i = 0; i < 25; i++) {
            history(new Random(seed * 1000 + i));
        }
    }

    private static void history(Random random) throws Exception {
        House house = new House(database(1)).settle();
        house.runtime.addImage("broken:1");
        List<String> story = new ArrayList<>();
        for (int event = 0; event < 12; event++) {
            story.add(happen(house, random));
            prefix(house, random);
            List<String> holders = holders(house);
            assertTrue(holders.size() <= 1, () -> String.join("\n", story) + "\n" + holders);
            house.advance(Duration.ofSeconds(random.nextInt(20)));
        }
        house.runtime.heal();
        house.want(database(1));
        house.ask(new Request.Retry());
        house.advance(Duration.ofMinutes(6));
        house.settle();
        assertEquals(1, holders(house).size(), story.toString());
    }

    private static String happen(House house, Random random) throws Exception {
        String operation = List.of("create", "start", "stop").get(random.nextInt(3));
        switch (random.nextInt(6)) {
            case 0 -> house.runtime.failNext(operation, Kind.OTHER);
            case 1 -> house.runtime.loseAnswer(operation, Kind.TIMEOUT);
            case 2 -> house.ask(new Request.Rollback(null));
            case 3 -> house.ask(new Request.Restart());
            default -> {
                int version = 1 + random.nextInt(4);
                house.want(database(version));
                return "version " + version;
            }
        }
        return "fault or request at " + operation;
    }

    /// Carries out some of the plan, as an agent does that dies then.
    private static void prefix(House house, Random random) throws Exception {
        for (ObservedContainer container : house.input().containers()) {
            if (container.owner().image().equals("broken:1")) {
                house.failing(container.name(), "exited with 7");
            }
        }
        PassInput input = house.input();
        house.chronicle = random.nextInt(20) == 0 ? Chronicle.EMPTY : input.chronicle();
        Plan plan = Planner.plan(input);
        List<List<Step>> lanes = new ArrayList<>();
        for (List<Step> lane : plan.lanes()) {
            lanes.add(lane.subList(0, random.nextInt(lane.size() + 1)));
        }
        List<Outcome> outcomes = house.execute(plan.first(), lanes);
        house.memory = random.nextInt(3) == 0 ? Memory.NONE : input.memory().after(outcomes, house.ticker.now(), 0);
    }
}
