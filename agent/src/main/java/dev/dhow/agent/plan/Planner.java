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
    /// Stops of a container whose role is no longer known: the field's usual grace.
    private static final Duration GRACE_OF_UNKNOWN = Duration.ofSeconds(30);

    private Planner() {}

    /// The plan.
    public static Plan plan(PassInput input) {
        Desired desired = input.desired();
        if (desired instanceof Desired.Removed) {
            return removal(input);
        }
        Optional<ServiceSpec> inForce = desired.inForce();
        // Nothing good is known of the service, so nothing is done to it.
        return inForce.map(spec -> service(input, spec)).orElseGet(() -> Plan.nothing(input.service()));
    }

    /// The revision of what is wanted, as far as every image is known.
    public static Optional<String> revision(PassInput input, ServiceSpec spec) {
        Map<String, String> imageIds = new HashMap<>();
        for (RoleSpec role : spec.roles()) {
            Resolution.imageId(role, ofRole(input, role.name()), input.observed())
                    .ifPresent(id -> imageIds.put(role.name(), id));
        }
        if (imageIds.size() < spec.roles().size() || (needsKey(spec) && input.key() == null)) {
            return Optional.empty();
        }
        return Optional.of(Revision.of(spec, imageIds, input.key()));
    }

    private static boolean needsKey(ServiceSpec spec) {
        return spec.roles().stream()
                .anyMatch(r -> !r.container().process().secretEnvironment().isEmpty());
    }

    private static Plan service(PassInput input, ServiceSpec spec) {
        PassInput refreshed = input.with(input.memory().refreshed(readySubjects(input), input.now()));
        String revision = revision(refreshed, spec).orElse(null);
        Draft draft = new Draft(refreshed);
        for (RoleSpec role : spec.roles()) {
            new RolePlanner(refreshed, draft, spec, role, revision).plan();
        }
        Set<String> known = spec.roles().stream().map(RoleSpec::name).collect(Collectors.toSet());
        refreshed.containers().stream()
                .filter(c -> !known.contains(c.owner().role()))
                .sorted(Comparator.comparing(ObservedContainer::subject))
                .forEach(c -> draft.lane(discard(
                        c,
                        GRACE_OF_UNKNOWN,
                        "role %s is no longer wanted".formatted(c.owner().role()))));
        return draft.plan(input.service(), revision);
    }

    private static Set<String> readySubjects(PassInput input) {
        return input.containers().stream()
                .filter(c -> input.verdict(c).ready())
                .map(ObservedContainer::subject)
                .collect(Collectors.toSet());
    }

    private static Plan removal(PassInput input) {
        Draft draft = new Draft(input);
        input.containers().stream()
                .sorted(Comparator.comparing(ObservedContainer::subject).thenComparing(ObservedContainer::name))
                .forEach(c -> draft.lane(discard(c, GRACE_OF_UNKNOWN, "its file is gone")));
        return draft.plan(input.service(), null);
    }

    /// Stop, where it runs, and remove. What Docker is already removing is left.
    static List<Step> discard(ObservedContainer container, Duration grace, String cause) {
        List<Step> steps = new ArrayList<>();
        RunState state = container.state();
        if (state == RunState.REMOVING) {
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
