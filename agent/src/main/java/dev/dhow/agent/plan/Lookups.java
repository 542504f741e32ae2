package dev.dhow.agent.plan;

import dev.dhow.agent.runtime.Needs;
import dev.dhow.agent.state.Chronicle;
import dev.dhow.agent.state.Desired;
import dev.dhow.agent.state.DockerHealth;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Owner;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.ServiceSpec;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What the next reading of Docker must answer for a service, beside the list of its containers.
public final class Lookups {
    private Lookups() {}

    /// References of images and ids of containers.
    ///
    /// @param before what the last pass saw; null: there was none
    /// @param wall now
    public static Needs of(Desired desired, Chronicle chronicle, @Nullable PassInput before, Instant wall) {
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
        // It is ready, or proven, by what Docker says of it then, not because no event spoke against it.
        Stream<ObservedContainer> checked = before.containers().stream()
                .filter(c -> deciding.contains(c.id())
                        || (c.running() && (!before.verdict(c).ready() || healthMayBeOlder(c, wall))));
        Stream<ObservedContainer> timed = before.tasks(Owner.RELEASE).stream().filter(ObservedContainer::alive);
        return Stream.concat(checked, timed).map(ObservedContainer::id).collect(Collectors.toSet());
    }

    /// Docker tells of a change of health only, not of each check: to know whether checks still run, look.
    private static boolean healthMayBeOlder(ObservedContainer container, Instant wall) {
        DockerHealth health = container.health();
        return health != null
                && (health.lastEnd() == null
                        || health.lastEnd().plus(health.interval()).isBefore(wall));
    }
}
