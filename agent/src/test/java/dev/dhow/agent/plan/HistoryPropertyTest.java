package dev.dhow.agent.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import dev.dhow.agent.state.Chronicle;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Owner;
import dev.dhow.agent.state.RunState;
import dev.dhow.agent.testing.TestRoles;
import dev.dhow.api.spec.ContainerSpec.Restart.Mode;
import dev.dhow.api.spec.ReleaseCommand;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.RolloutSpec.OnFailure;
import dev.dhow.api.spec.RolloutSpec.Order;
import dev.dhow.api.spec.ServiceSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A thousand generated histories with simulated time: files change, versions are broken, hands meddle, calls fail, the
/// agent dies between any two effects and may lose its state. Whatever happened, the passes after it come to rest with
/// exactly what is wanted, or with what served before, and nothing foreign was ever named. On the way no place of a
/// start-first role loses its last ready container ([Readiness]), and what failed is not made again.
class HistoryPropertyTest {
    private static final List<String> OPERATIONS =
            List.of("create", "start", "stop", "remove", "restart", "unpause", "pull", "create_network");
    private static final Kind[] KINDS = {Kind.TIMEOUT, Kind.UNAVAILABLE, Kind.CONFLICT, Kind.OTHER, Kind.PORT_TAKEN};

    private static final Mode[] MODES = {Mode.UNLESS_STOPPED, Mode.UNLESS_STOPPED, Mode.ALWAYS, Mode.ON_FAILURE, Mode.NO
    };

    /// R22, R23, R25, R26, R28
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void everyHistoryComesToRest(long seed) throws Exception {
        for (int i = 0; i < 50; i++) {
            history(new Random(seed * 1000 + i));
        }
    }

    private void history(Random random) throws Exception {
        House house = new House(TestRoles.plain("bot", "shop:1"));
        house.runtime.addImage("shop:2");
        house.runtime.addImage("broken:1");
        if (random.nextBoolean()) {
            house.traffic.install();
        }
        Set<String> foreign = foreign(house);
        List<String> story = new ArrayList<>();
        // The revisions that failed since somebody asked for anything else than that.
        Set<String> failed = new HashSet<>();
        for (int event = 0; event < 12; event++) {
            story.add(happen(house, random, foreign, failed));
            partialPass(house, random, foreign, failed);
            house.advance(Duration.ofSeconds(random.nextInt(20)));
        }
        house.runtime.heal();
        house.advance(Duration.ofMinutes(6));
        try {
            breakAll(house);
            settle(house);
            assertAtRest(house);
        } catch (AssertionError e) {
            throw new AssertionError(String.join("\n", story) + "\n" + end(house) + "\n" + e.getMessage(), e);
        }
        assertTrue(house.runtime.names().containsAll(Set.of("neighbour", "theirs")), story.toString());
    }

    private static String end(House house) throws Exception {
        List<String> lines = new ArrayList<>();
        house.chronicle
                .entries()
                .forEach(e -> lines.add("%s %s %s"
                        .formatted(
                                e.revision(), e.rollout().outcome(), e.rollout().cause())));
        lines.add(String.valueOf(house.input().goal().map(Goal::way).orElse(null)));
        lines.add(House.text(house.plan()));
        house.plan().waits().forEach(wait -> lines.add(wait.toString()));
        for (ObservedContainer c : house.input().world().containers()) {
            lines.add("%s %s %d".formatted(c.name(), c.state(), c.exitCode()));
        }
        return String.join("\n", lines);
    }

    /// Ten minutes. What is quiet for one of them with nothing to wait for is asked again at the end of the others
    /// only:
    /// most of the time of a thousand histories would go there.
    private static void settle(House house) throws Exception {
        int quiet = 0;
        for (int left = 60; left > 0; ) {
            quiet = house.pass().equals("no changes\n") ? quiet + 1 : 0;
            breakAll(house);
            endTasks(house);
            boolean atRest =
                    quiet >= 6 && !scheduled(house) && house.plan().waits().isEmpty();
            int steps = atRest ? left : 1;
            house.advance(Duration.ofSeconds(10L * steps));
            left -= steps;
        }
        house.settle();
    }

    private static boolean scheduled(House house) {
        return house.desired.inForce().orElseThrow().roles().stream().anyMatch(role -> role.schedule() != null);
    }

    /// What was made for a task ends well.
    private static void endTasks(House house) throws Exception {
        for (ObservedContainer container : house.containers()) {
            if (container.owner().task() != null && container.running()) {
                house.runtime.docker().exit(container.id(), 0);
            }
        }
    }

    /// What was made from the broken image never becomes ready; of the others most do only some time after their start.
    private static void breakAll(House house) throws Exception {
        for (ObservedContainer container : house.containers()) {
            if (container.owner().task() != null) {
                continue;
            }
            house.ready(container.name());
            if (container.running() && house.ticker.wall().isBefore(readyAt(container))) {
                house.starting(container.name());
            }
            if (container.owner().image().equals("broken:1")) {
                house.failing(container.name(), "exited with 7");
            }
        }
    }

    private static Instant readyAt(ObservedContainer container) {
        Instant started = Objects.requireNonNull(container.startedAt());
        int dice = Math.floorMod((container.id() + started).hashCode(), 25);
        return started.plusSeconds(Math.max(0, dice - 5));
    }

    private static Set<String> foreign(House house) {
        Set<String> ids = new HashSet<>();
        ids.add(house.runtime.addForeign("neighbour", null));
        ids.add(house.runtime.addForeign(
                "theirs", new Owner("web-2", "shop", "bot", 1, "0badcafe", "1:0", "shop:1", null)));
        return ids;
    }

    private static String happen(House house, Random random, Set<String> foreign, Set<String> failed) throws Exception {
        List<String> ours = house.containers().stream()
                .map(ObservedContainer::id)
                .filter(id -> !foreign.contains(id))
                .toList();
        int what = random.nextInt(10);
        if (what < 3 || ours.isEmpty()) {
            ServiceSpec spec = spec(random);
            if (!house.desired.inForce().equals(Optional.of(spec))) {
                failed.clear();
            }
            house.want(spec);
            return "want " + words(spec);
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
            case 7 -> {
                failed.clear();
                return "rollback: " + house.ask(new Request.Rollback(null));
            }
            case 8 -> {
                failed.clear();
                return random.nextBoolean()
                        ? "restart: " + house.ask(new Request.Restart())
                        : "retry: " + house.ask(new Request.Retry());
            }
            default -> {
                if (house.containers().stream().anyMatch(c -> c.id().equals(id) && c.running())) {
                    house.runtime.docker().pause(id);
                }
            }
        }
        return "hand " + what + " on " + id;
    }

    private static String words(ServiceSpec spec) {
        return spec.roles().stream()
                        .map(role -> "%s %s x%d %s %s %s"
                                .formatted(
                                        role.name(),
                                        role.image(),
                                        role.replicas(),
                                        role.container().process().environment(),
                                        role.container().restart(),
                                        role.rollout()))
                        .collect(Collectors.joining("\n     "))
                + (spec.releaseCommand() == null ? "" : "\n     " + spec.releaseCommand());
    }

    private static ServiceSpec spec(Random random) {
        List<RoleSpec> roles = new ArrayList<>(List.of(roles(random)));
        ReleaseCommand release = random.nextInt(3) > 0
                ? null
                : new ReleaseCommand(
                        List.of("migrate", "" + random.nextInt(2)),
                        roles.getFirst().name(),
                        Duration.ofSeconds(30),
                        List.of());
        if (random.nextInt(3) == 0) {
            RoleSpec job = TestRoles.plain("nightly", "shop:" + (1 + random.nextInt(2)));
            roles.add(TestRoles.scheduled(job, "*/%d * * * *".formatted(1 + random.nextInt(2))));
        }
        return new ServiceSpec("shop", roles, release, false, null);
    }

    private static RoleSpec[] roles(Random random) {
        List<RoleSpec> roles = new ArrayList<>();
        for (String name : List.of("bot", "job", "web")) {
            if (roles.isEmpty() || random.nextBoolean()) {
                String image = random.nextInt(5) == 0 ? "broken:1" : "shop:" + (1 + random.nextInt(2));
                RoleSpec role = name.equals("web") ? TestRoles.proxied(name, image) : TestRoles.plain(name, image);
                role = random.nextBoolean() ? PlannerTest.environment(role, "A", "" + random.nextInt(3)) : role;
                role = TestRoles.replicas(role, random.nextInt(4));
                role = TestRoles.restarted(role, MODES[random.nextInt(MODES.length)]);
                Order order = random.nextInt(3) == 0 ? Order.STOP_FIRST : null;
                roles.add(TestRoles.rollout(role, order, 1 + random.nextInt(2), OnFailure.ROLLBACK));
            }
        }
        return roles.toArray(RoleSpec[]::new);
    }

    /// Carries out a random prefix of the plan and then, sometimes, forgets everything, as a killed agent does.
    private static void partialPass(House house, Random random, Set<String> foreign, Set<String> failed)
            throws Exception {
        breakAll(house);
        PassInput input = house.input();
        house.chronicle = input.chronicle();
        Plan plan = Planner.plan(input);
        plan.steps()
                .forEach(step -> assertTrue(
                        !foreign.contains(target(step)) && !step.object().equals("neighbour"),
                        () -> step.body().line()));
        assertTasksInOrder(input, plan);
        assertPromised(input, plan, failed);
        List<List<Step>> lanes = new ArrayList<>();
        for (List<Step> lane : plan.lanes()) {
            lanes.add(lane.subList(0, random.nextInt(lane.size() + 1)));
        }
        boolean groundToo = random.nextInt(4) > 0;
        List<Outcome> outcomes = house.execute(groundToo ? plan.first() : List.of(), groundToo ? lanes : List.of());
        house.memory = input.memory().after(outcomes, house.ticker.now(), random.nextDouble());
        if (random.nextInt(3) == 0) {
            house.restartAgent();
            if (random.nextBoolean()) {
                house.traffic.forget();
            }
        }
        if (random.nextInt(20) == 0) {
            house.chronicle = Chronicle.EMPTY;
            failed.clear();
        }
    }

    private static void assertPromised(PassInput input, Plan plan, Set<String> failed) {
        assertEquals(
                Goal.of(input.desired(), input.world(), input.past(), input.key()),
                input.goal(),
                "the goal that is carried along is another than what follows from the rest");
        Readiness.assertHeld(input, plan);
        assertNotTriedAgain(plan, failed);
        input.chronicle().last().filter(e -> e.rollout().outcome().failed()).ifPresent(e -> failed.add(e.revision()));
    }

    /// What failed is not made again: its content must change first, or a person ask for it.
    private static void assertNotTriedAgain(Plan plan, Set<String> failed) {
        for (Step step : plan.steps()) {
            assertFalse(
                    step instanceof Step.Create create
                            && failed.contains(create.request().owner().revision()),
                    () -> "is tried again: " + step.body().line());
        }
    }

    /// No replica is made while a release command has to run; never are there two of one task.
    private static void assertTasksInOrder(PassInput input, Plan plan) {
        Goal goal = input.goal().orElseThrow();
        TreeMap<String, Integer> tasks = new TreeMap<>();
        for (ObservedContainer container : input.world().containers()) {
            if (container.owner().task() != null && container.alive()) {
                tasks.merge(taskOf(container.owner()), 1, Integer::sum);
            }
        }
        boolean makes = plan.steps().stream().anyMatch(Step.Create.class::isInstance);
        boolean due = makes && Release.due(input, goal, Crew.of(input, goal)).isPresent();
        for (Step step : plan.steps()) {
            if (step instanceof Step.Create create) {
                Owner owner = create.request().owner();
                assertTrue(
                        !due || Owner.RELEASE.equals(owner.task()),
                        () -> "before the release command: " + step.body().line());
                if (owner.task() != null) {
                    tasks.merge(taskOf(owner), 1, Integer::sum);
                }
            }
        }
        assertTrue(
                tasks.values().stream().allMatch(count -> count == 1),
                () -> tasks + " by\n" + plan.body().text());
    }

    private static String taskOf(Owner owner) {
        return Owner.RELEASE.equals(owner.task()) ? Owner.RELEASE : owner.role() + " " + owner.task();
    }

    /// The container that a step is for; empty: none that is there.
    static String target(Step step) {
        return switch (step) {
            case Step.Start s -> String.valueOf(s.id());
            case Step.Stop s -> s.id();
            case Step.Restart s -> s.id();
            case Step.Unpause s -> s.id();
            case Step.Remove s -> s.id();
            case Step.Route s -> s.id();
            case Step.Unroute s -> s.id();
            case Step.Drain s -> s.id();
            case Step.Pull _, Step.CreateNetwork _, Step.CreateVolume _, Step.Create _ -> "";
        };
    }

    /// Each place has exactly one container at work, made from the goal; others are stopped, and no more than are kept.
    private static void assertAtRest(House house) throws Exception {
        PassInput input = house.input();
        Goal goal = input.goal().orElseThrow();
        boolean memoryLess =
                goal.way() == Goal.Way.CONDEMNED || broken(goal.spec().roles());
        TreeMap<String, Integer> atWork = new TreeMap<>();
        for (ObservedContainer container : input.containers()) {
            if (container.running()) {
                atWork.merge(container.subject(), 1, Integer::sum);
                boolean same = goal.spec()
                        .role(container.owner().role())
                        .filter(role ->
                                SpecHash.match(container, role, container.imageId(), house.key) == SpecHash.Match.SAME)
                        .isPresent();
                assertTrue(same || memoryLess, container.toString());
            }
        }
        if (memoryLess) {
            return;
        }
        TreeMap<String, Integer> wanted = new TreeMap<>();
        for (RoleSpec role : goal.spec().roles()) {
            for (int i = 1; i <= role.places(); i++) {
                wanted.put("shop/%s/%d".formatted(role.name(), i), 1);
            }
        }
        // What its policy leaves where it ended needs nothing at work.
        for (ObservedContainer container : input.containers()) {
            if (leftAtItsEnd(container)) {
                atWork.putIfAbsent(container.subject(), 1);
            }
        }
        atWork.keySet().retainAll(wanted.keySet());
        assertEquals(wanted, atWork);
        // A first version whose process failed for good waits for a person.
        boolean failedForGood = input.chronicle().availableBeside("").isEmpty()
                && input.containers().stream().anyMatch(c -> leftAtItsEnd(c) && c.exitCode() != 0);
        assertFalse(
                input.chronicle()
                        .last()
                        .filter(e -> e.progressing() && !failedForGood)
                        .isPresent(),
                input.chronicle().last().toString());
        for (ObservedContainer container : input.world().containers()) {
            boolean look = input.chronicle().failed(container.owner().revision());
            assertTrue(look || !container.isFor(Owner.RELEASE), "is left: " + container);
        }
        assertTrue(input.tasks(Owner.RUN).size() <= 3 + 1, "runs are left: " + input.tasks(Owner.RUN));
        long kept = input.containers().stream().filter(c -> !c.alive()).count();
        assertTrue(kept <= 4L * wanted.size(), "too many are kept: " + input.containers());
    }

    private static boolean leftAtItsEnd(ObservedContainer container) {
        return container.state() == RunState.EXITED
                && switch (container.restart().mode()) {
                    case NO -> true;
                    case ON_FAILURE -> container.exitCode() == 0;
                    case ALWAYS, UNLESS_STOPPED -> false;
                };
    }

    private static boolean broken(List<RoleSpec> roles) {
        return roles.stream().anyMatch(role -> role.image().equals("broken:1") && role.replicas() > 0);
    }
}
