package dev.dhow.agent.reconcile;

import dev.dhow.agent.plan.PassInput;
import dev.dhow.agent.plan.Rollouts;
import dev.dhow.agent.runtime.Needs;
import dev.dhow.agent.state.Chronicle;
import dev.dhow.agent.state.Desired;
import dev.dhow.agent.state.DockerHealth;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.ServiceSpec;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What the next reading of Docker must answer for a service, beside the list of its containers.
final class Lookups {
    private Lookups() {}

    /// @param before what the last pass saw; null: there was none
    /// @param wall now
    static Needs of(Desired desired, Chronicle chronicle, @Nullable PassInput before, Instant wall) {
        Set<String> images = desired.inForce().map(ServiceSpec::roles).orElse(List.of()).stream()
                .map(RoleSpec::image)
                .collect(Collectors.toSet());
        if (before == null) {
            return new Needs(images, Set.of());
        }
        before.with(desired).with(chronicle).goal().ifPresent(goal -> {
            goal.spec().roles().forEach(role -> images.add(role.image()));
            images.addAll(goal.images().values());
            // What may be gone back to within this very pass.
            chronicle
                    .availableBeside(goal.revision())
                    .ifPresent(e -> images.addAll(e.images().values()));
        });
        return new Needs(images, stale(before, wall));
    }

    /// What may be otherwise by now though no event told of it.
    private static Set<String> stale(PassInput before, Instant wall) {
        Set<String> deciding = before.memory().watch() == null ? Set.of() : Rollouts.proving(before);
        return before.containers().stream()
                .filter(ObservedContainer::running)
                // It is ready, or proven, by what Docker says of it then, not because no event spoke against it.
                .filter(c -> !before.verdict(c).ready() || deciding.contains(c.id()) || healthMayBeOlder(c, wall))
                .map(ObservedContainer::id)
                .collect(Collectors.toSet());
    }

    /// Docker tells of a change of health only, not of each check: to know whether checks still run, look.
    private static boolean healthMayBeOlder(ObservedContainer container, Instant wall) {
        DockerHealth health = container.health();
        return health != null
                && (health.lastEnd() == null
                        || health.lastEnd().plus(health.interval()).isBefore(wall));
    }
}
