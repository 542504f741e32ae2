package dev.dhow.agent.plan;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.api.spec.RoleSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// What a plan must leave as it is at each of its prefixes: a place of a start-first role that has a ready container
/// keeps one, and one that gets its requests keeps such a one, whatever the cause of a step.
///
/// Lanes run side by side, so every prefix of one is tried with every prefix of the others. Nothing becomes ready while
/// steps run.
final class Readiness {
    private final PassInput input;
    private final Plan plan;

    private Readiness(PassInput input, Plan plan) {
        this.input = input;
        this.plan = plan;
    }

    static void assertHeld(PassInput input, Plan plan) {
        input.goal()
                .ifPresent(goal -> goal.spec().roles().stream()
                        .filter(role ->
                                role.schedule() == null && !Order.of(role).stopFirst())
                        .forEach(role -> new Readiness(input, plan).assertHeld(role)));
    }

    private void assertHeld(RoleSpec role) {
        for (int place = 1; place <= role.places(); place++) {
            int replica = place;
            List<ObservedContainer> ready = input.containers().stream()
                    .filter(c ->
                            c.owner().role().equals(role.name()) && c.owner().replica() == replica)
                    .filter(c -> c.running() && input.verdict(c).ready())
                    .toList();
            if (!ready.isEmpty()) {
                assertHeld(ready, Set.of(), "ready");
            }
            boolean routed = role.proxied() && input.world().traffic();
            if (routed && ready.stream().anyMatch(c -> input.world().routed().contains(c.id()))) {
                assertHeld(ready, input.world().routed(), "ready with requests");
            }
        }
    }

    /// @param routed who gets requests; empty: nobody cares
    private void assertHeld(List<ObservedContainer> ready, Set<String> routed, String what) {
        Set<String> ids = ready.stream().map(ObservedContainer::id).collect(Collectors.toSet());
        List<List<Step>> touching = plan.lanes().stream()
                .filter(lane -> lane.stream().anyMatch(step -> ids.contains(HistoryPropertyTest.target(step))))
                .toList();
        assertTrue(
                heldByAll(touching, new State(ids, routed)),
                () -> "none of %s stays %s with\n%s"
                        .formatted(
                                ready.stream().map(ObservedContainer::name).toList(),
                                what,
                                plan.body().text()));
    }

    private static boolean heldByAll(List<List<Step>> lanes, State before) {
        if (lanes.isEmpty()) {
            return before.holds();
        }
        List<List<Step>> others = lanes.subList(1, lanes.size());
        State state = before;
        boolean held = heldByAll(others, state);
        for (Step step : lanes.getFirst()) {
            state = state.after(step);
            held &= heldByAll(others, state);
        }
        return held;
    }

    /// What is so between two steps.
    ///
    /// @param up the ready containers of the place that are still up
    /// @param routed who gets requests; empty from the beginning: nobody cares
    private record State(Set<String> up, Set<String> routed, boolean cares) {
        State(Set<String> up, Set<String> routed) {
            this(up, routed, !routed.isEmpty());
        }

        boolean holds() {
            return up.stream().anyMatch(id -> !cares || routed.contains(id));
        }

        State after(Step step) {
            return switch (step) {
                case Step.Stop stop -> new State(without(up, stop.id()), routed, cares);
                case Step.Restart restart -> new State(without(up, restart.id()), routed, cares);
                case Step.Remove remove -> new State(without(up, remove.id()), routed, cares);
                case Step.Unroute unroute -> new State(up, without(routed, unroute.id()), cares);
                case Step.Route route -> new State(up, with(routed, route.id()), cares);
                case Step.Start _, Step.Unpause _, Step.Drain _, Step.Pull _, Step.Create _ -> this;
                case Step.CreateNetwork _, Step.CreateVolume _ -> this;
            };
        }

        private static Set<String> without(Set<String> ids, String id) {
            Set<String> fewer = new HashSet<>(ids);
            fewer.remove(id);
            return fewer;
        }

        private static Set<String> with(Set<String> ids, String id) {
            Set<String> more = new HashSet<>(ids);
            more.add(id);
            return more;
        }
    }
}
