package dev.dhow.agent.plan;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.testing.TestRoles;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.status.ReplicaStatus.Health;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Generated histories in which files come while others fail and are gone back from: whatever comes when, what failed
/// never has the place of what is in force.
class FailedRevisionPropertyTest {
    private static final String AWAY = "registry.test/away:1";
    private static final String FLAKY = "flaky:1";

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whatFailedNeverHasThePlaceOfWhatIsInForce(long seed) throws Exception {
        for (int i = 0; i < 4; i++) {
            history(new Random(seed * 1000 + i));
        }
    }

    private static void history(Random random) throws Exception {
        House house = new House(TestRoles.proxied("web", "shop:1"), TestRoles.plain("bot", "shop:1"));
        house.runtime.addImage("shop:2");
        house.runtime.addImage(FLAKY);
        house.runtime.addRemoteImage(AWAY, false);
        house.runtime.failAlways("pull", AWAY, Kind.UNAVAILABLE);
        if (random.nextBoolean()) {
            house.traffic.install();
        }
        house.settle();
        List<String> story = new ArrayList<>();
        try {
            for (int event = 0; event < 30; event++) {
                if (random.nextInt(4) == 0) {
                    RoleSpec[] roles = roles(random);
                    house.want(roles);
                    story.add("want "
                            + List.of(roles).stream().map(RoleSpec::image).toList());
                }
                story.add(check(house, random));
                pass(house, random);
                house.advance(Duration.ofSeconds(random.nextInt(8)));
            }
            assertGoneBack(house);
        } catch (AssertionError e) {
            throw new AssertionError(String.join("\n", story) + "\n" + e.getMessage(), e);
        }
    }

    private static RoleSpec[] roles(Random random) {
        RoleSpec web = TestRoles.proxied("web", image(random));
        RoleSpec bot = TestRoles.plain("bot", image(random));
        if (random.nextInt(3) == 0) {
            bot = TestRoles.stopFirst(bot);
        }
        return new RoleSpec[] {
            TestRoles.replicas(web, 1 + random.nextInt(2)), TestRoles.replicas(bot, 1 + random.nextInt(2))
        };
    }

    private static String image(Random random) {
        return List.of("shop:1", "shop:2", FLAKY, FLAKY, AWAY).get(random.nextInt(5));
    }

    /// What starts is ready at once or later; the flaky version fails now and then, and looks well after it.
    private static String check(House house, Random random) throws Exception {
        List<String> said = new ArrayList<>();
        PassInput input = house.input();
        for (ObservedContainer container : input.containers()) {
            boolean flaky = container.owner().image().equals(FLAKY);
            boolean starting = input.verdict(container).health() == Health.STARTING;
            if (!container.running() || starting && random.nextBoolean()) {
                continue;
            }
            boolean fresh = house.ticker.wall().minusSeconds(10).isBefore(container.startedAt());
            if (flaky && random.nextInt(4) == 0) {
                house.unhealthy(container.name(), "GET /up: 500");
                said.add(container.name() + " fails");
            } else if (!flaky && fresh && random.nextInt(3) == 0) {
                house.starting(container.name());
                said.add(container.name() + " starts");
            } else {
                house.ready(container.name());
            }
        }
        return String.join(", ", said);
    }

    /// Does as much of the next plan as an agent that may be killed does.
    private static void pass(House house, Random random) throws Exception {
        PassInput input = house.input();
        house.chronicle = input.chronicle();
        Plan plan = Planner.plan(input);
        assertFailedGivesWay(input, plan);
        List<List<Step>> lanes = new ArrayList<>();
        for (List<Step> lane : plan.lanes()) {
            lanes.add(random.nextInt(5) > 0 ? lane : lane.subList(0, random.nextInt(lane.size() + 1)));
        }
        List<Outcome> outcomes = house.execute(plan.first(), lanes);
        house.memory = input.memory().after(outcomes, house.ticker.now(), random.nextDouble());
        if (random.nextInt(6) == 0) {
            house.restartAgent();
        }
    }

    /// What is in force, and works or starts, does not stop where what failed goes on in its place.
    private static void assertFailedGivesWay(PassInput input, Plan plan) {
        Set<String> stopped = plan.steps().stream()
                .map(step -> step instanceof Step.Stop stop ? stop.id() : "")
                .collect(Collectors.toSet());
        Goal goal = input.goal().orElseThrow();
        for (Crew crew : Crew.of(input, goal)) {
            for (Slot slot : crew.slots()) {
                List<ObservedContainer> goesOn = of(input, slot).stream()
                        .filter(c -> c.alive() && !stopped.contains(c.id()) && failed(input, c))
                        .filter(c -> !c.equals(slot.current()))
                        .toList();
                boolean goodStops = of(input, slot).stream()
                        .anyMatch(c -> stopped.contains(c.id())
                                && inForce(input, c)
                                && input.verdict(c).health() != Health.UNREADY);
                assertTrue(
                        goesOn.isEmpty() || !goodStops,
                        () -> goesOn + " goes on by\n" + plan.body().text());
            }
        }
    }

    /// Once all is well that can be, nothing is left to what failed where a newer file cannot be had.
    private static void assertGoneBack(House house) throws Exception {
        house.advance(Duration.ofMinutes(6));
        for (int i = 0; i < 30; i++) {
            for (ObservedContainer container : house.input().containers()) {
                house.ready(container.name());
            }
            house.pass();
            house.advance(Duration.ofSeconds(5));
        }
        PassInput input = house.input();
        for (Crew crew : Crew.of(input, input.goal().orElseThrow())) {
            for (Slot slot : crew.slots()) {
                boolean good = of(input, slot).stream().anyMatch(c -> c.startedAt() != null && inForce(input, c));
                boolean bad = of(input, slot).stream()
                        .anyMatch(c -> c.running() && failed(input, c) && !c.equals(slot.current()));
                assertTrue(!good || !bad, () -> "what failed is at work: " + of(input, slot));
            }
        }
    }

    private static List<ObservedContainer> of(PassInput input, Slot slot) {
        return input.containers().stream()
                .filter(c -> c.subject().equals(slot.subject()))
                .toList();
    }

    private static boolean inForce(PassInput input, ObservedContainer container) {
        return Proven.of(input.chronicle(), container.owner().role()).inForce(container);
    }

    private static boolean failed(PassInput input, ObservedContainer container) {
        return Proven.of(input.chronicle(), container.owner().role()).goneBackFrom(container);
    }
}
