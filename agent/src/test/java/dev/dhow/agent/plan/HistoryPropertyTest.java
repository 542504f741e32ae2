package dev.dhow.agent.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Owner;
import dev.dhow.agent.testing.TestRoles;
import dev.dhow.api.spec.RoleSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Generated histories: files change, hands meddle, calls fail, the agent dies between any two effects. Whatever
/// happened, the passes after it come to rest with exactly what is wanted, and nothing foreign was ever named.
class HistoryPropertyTest {
    private static final List<String> OPERATIONS =
            List.of("create", "start", "stop", "remove", "restart", "unpause", "pull", "create_network");
    private static final Kind[] KINDS = {Kind.TIMEOUT, Kind.UNAVAILABLE, Kind.CONFLICT, Kind.OTHER, Kind.PORT_TAKEN};

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void everyHistoryComesToRest(long seed) throws Exception {
        for (int i = 0; i < 25; i++) {
            history(new Random(seed * 1000 + i));
        }
    }

    private void history(Random random) throws Exception {
        House house = new House(TestRoles.plain("bot", "shop:1"));
        house.runtime.addImage("shop:2");
        Set<String> foreign = foreign(house);
        List<String> story = new ArrayList<>();
        for (int event = 0; event < 12; event++) {
            story.add(happen(house, random, foreign));
            partialPass(house, random, foreign);
            house.advance(Duration.ofSeconds(random.nextInt(20)));
        }
        house.runtime.heal();
        house.advance(Duration.ofMinutes(6));
        try {
            house.settle();
        } catch (AssertionError e) {
            throw new AssertionError(String.join("\n", story) + "\n" + e.getMessage(), e);
        }
        assertWanted(house, story);
        assertTrue(house.runtime.names().containsAll(Set.of("neighbour", "theirs")), story.toString());
    }

    private static Set<String> foreign(House house) {
        Set<String> ids = new HashSet<>();
        ids.add(house.runtime.addForeign("neighbour", null));
        ids.add(house.runtime.addForeign(
                "theirs", new Owner("web-2", "shop", "bot", 1, "0badcafe", "1:0", "shop:1", null)));
        return ids;
    }

    private static String happen(House house, Random random, Set<String> foreign) throws Exception {
        List<String> ours = house.input().containers().stream()
                .map(ObservedContainer::id)
                .filter(id -> !foreign.contains(id))
                .toList();
        int what = random.nextInt(8);
        if (what < 3 || ours.isEmpty()) {
            RoleSpec[] roles = roles(random);
            house.want(roles);
            return "want " + List.of(roles);
        }
        String id = ours.get(random.nextInt(ours.size()));
        switch (what) {
            case 3 -> house.runtime.docker().removeByHand(id);
            case 4 -> house.runtime.docker().exit(id, random.nextInt(3));
            case 5 -> {
                String operation = OPERATIONS.get(random.nextInt(OPERATIONS.size()));
                house.runtime.failNext(operation, KINDS[random.nextInt(KINDS.length)]);
                return "fail " + operation;
            }
            case 6 -> {
                String operation = OPERATIONS.get(random.nextInt(OPERATIONS.size()));
                house.runtime.loseAnswer(operation, Kind.TIMEOUT);
                return "lose answer of " + operation;
            }
            default -> {
                if (house.input().containers().stream().anyMatch(c -> c.id().equals(id) && c.running())) {
                    house.runtime.docker().pause(id);
                }
            }
        }
        return "hand " + what + " on " + id;
    }

    private static RoleSpec[] roles(Random random) {
        List<RoleSpec> roles = new ArrayList<>();
        for (String name : List.of("bot", "job", "web")) {
            if (roles.isEmpty() || random.nextBoolean()) {
                RoleSpec role = TestRoles.plain(name, "shop:" + (1 + random.nextInt(2)));
                role = random.nextBoolean() ? PlannerTest.environment(role, "A", "" + random.nextInt(3)) : role;
                roles.add(PlannerTest.replicas(role, random.nextInt(4)));
            }
        }
        return roles.toArray(RoleSpec[]::new);
    }

    /// Carries out a random prefix of the plan and then, sometimes, forgets everything, as a killed agent does.
    private static void partialPass(House house, Random random, Set<String> foreign) throws Exception {
        Plan plan = house.plan();
        plan.steps()
                .forEach(step -> assertTrue(
                        !foreign.contains(target(step)) && !step.object().equals("neighbour"),
                        step.body().line()));
        List<List<Step>> lanes = new ArrayList<>();
        for (List<Step> lane : plan.lanes()) {
            lanes.add(lane.subList(0, random.nextInt(lane.size() + 1)));
        }
        boolean groundToo = random.nextInt(4) > 0;
        Plan part = new Plan(
                plan.service(),
                plan.revision(),
                groundToo ? plan.first() : List.of(),
                groundToo ? lanes : List.of(),
                plan.waits(),
                plan.leaving(),
                plan.undecided());
        List<Outcome> outcomes = house.executor.execute(part, _ -> {});
        house.memory = random.nextInt(3) == 0
                ? Memory.NONE
                : house.memory.after(outcomes, house.ticker.now(), random.nextDouble());
    }

    private static String target(Step step) {
        return switch (step) {
            case Step.Start s -> String.valueOf(s.id());
            case Step.Stop s -> s.id();
            case Step.Restart s -> s.id();
            case Step.Unpause s -> s.id();
            case Step.Remove s -> s.id();
            case Step.Pull _, Step.CreateNetwork _, Step.CreateVolume _, Step.Create _ -> "";
        };
    }

    private static void assertWanted(House house, List<String> story) throws Exception {
        PassInput input = house.input();
        int wanted = house.desired.inForce().orElseThrow().roles().stream()
                .mapToInt(RoleSpec::replicas)
                .sum();
        assertEquals(wanted, input.containers().size(), story.toString());
        for (ObservedContainer container : input.containers()) {
            RoleSpec role = house.desired
                    .inForce()
                    .orElseThrow()
                    .role(container.owner().role())
                    .orElseThrow();
            assertTrue(container.running(), story + "\n" + container);
            assertEquals(
                    SpecHash.Match.SAME,
                    SpecHash.match(container, role, container.imageId(), house.key),
                    story.toString());
        }
    }
}
