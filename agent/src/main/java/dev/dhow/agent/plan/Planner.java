package dev.dhow.agent.plan;

import dev.dhow.agent.state.Desired;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.RunState;
import dev.dhow.agent.state.Verdict;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.ServiceSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Works out the next pass over one service.
///
/// No step waits for health: a plan holds what can be done now, and the next pass, after a verdict, holds the rest.
public final class Planner {
    private Planner() {}

    /// The plan.
    public static Plan plan(PassInput input) {
        Desired desired = input.desired();
        if (desired instanceof Desired.Removed) {
            return removal(input);
        }
        Optional<ServiceSpec> inForce = desired.inForce();
        // Nothing good is known of the service, so nothing is done to it.
        return inForce.map(spec -> service(input, spec)).orElseGet(() -> Plan.nothing(input.service(), null));
    }

    /// The revision of what is wanted.
    public static String revision(PassInput input, ServiceSpec spec) {
        Map<String, String> imageIds = new HashMap<>();
        for (RoleSpec role : spec.roles()) {
            Resolution.imageId(role, ofRole(input, role.name()), input.observed())
                    .ifPresent(id -> imageIds.put(role.name(), id));
        }
        return Revision.of(spec, imageIds, input.key());
    }

    /// What is remembered, without what has been good for long enough.
    public static Memory refreshed(PassInput input) {
        Set<String> ready = input.containers().stream()
                .filter(c -> input.verdict(c).ready())
                .map(ObservedContainer::subject)
                .collect(Collectors.toSet());
        return input.memory().refreshed(ready, input.now());
    }

    private static Plan service(PassInput input, ServiceSpec spec) {
        String revision = revision(input, spec);
        Draft draft = new Draft(input);
        for (RoleSpec role : spec.roles()) {
            new RolePlanner(input, draft, role, revision).plan();
        }
        Set<String> known = spec.roles().stream().map(RoleSpec::name).collect(Collectors.toSet());
        input.containers().stream()
                .filter(c -> !known.contains(c.owner().role()))
                .sorted(Comparator.comparing(ObservedContainer::subject))
                .forEach(c -> {
                    draft.leaving(c);
                    draft.lane(discard(
                            c,
                            c.stopGrace(),
                            "role %s is no longer wanted".formatted(c.owner().role())));
                });
        return draft.plan(input.service(), revision);
    }

    private static Plan removal(PassInput input) {
        Draft draft = new Draft(input);
        input.containers().stream()
                .sorted(Comparator.comparing(ObservedContainer::subject).thenComparing(ObservedContainer::name))
                .forEach(c -> draft.lane(discard(c, c.stopGrace(), "its file is gone")));
        return draft.plan(input.service(), null);
    }

    /// Stop, where it runs, and remove. What Docker is already removing, and what nobody can tell, is left.
    static List<Step> discard(ObservedContainer container, Duration grace, String cause) {
        List<Step> steps = new ArrayList<>();
        RunState state = container.state();
        if (state == RunState.REMOVING || state == RunState.UNKNOWN) {
            return steps;
        }
        String subject = container.subject();
        if (state == RunState.PAUSED) {
            // A frozen process hears no signal.
            steps.add(new Step.Unpause(subject, container.name(), container.id(), cause));
        }
        if (state == RunState.RUNNING || state == RunState.PAUSED || state == RunState.RESTARTING) {
            steps.add(new Step.Stop(subject, container.name(), container.id(), grace, cause));
        }
        steps.add(new Step.Remove(subject, container.name(), container.id(), cause));
        return steps;
    }

    static List<ObservedContainer> ofRole(PassInput input, String role) {
        return input.containers().stream()
                .filter(c -> c.owner().role().equals(role))
                .toList();
    }

    /// Whether nothing says that the container fails: unknown is never treated as bad.
    static boolean notBad(Verdict verdict) {
        return switch (verdict.health()) {
            case READY, UNKNOWN -> true;
            case STARTING, UNREADY -> false;
        };
    }
}
