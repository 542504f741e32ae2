package dev.dhow.agent.reconcile;

import dev.dhow.agent.health.Checks;
import dev.dhow.agent.plan.Checked;
import dev.dhow.agent.plan.PassInput;
import dev.dhow.agent.runtime.Traffic.Backend;
import dev.dhow.agent.runtime.Traffic.Sight;
import dev.dhow.agent.state.Desired;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.api.spec.RoleSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the proxy is told of a service: its routes are those of the goal, and each container is dialled by the words of
/// its
/// own revision, as it is checked.
final class Sights {
    private Sights() {}

    /// Empty: nothing usable is known of the service, which changes nothing.
    static Optional<Sight> of(PassInput input) {
        Optional<List<RoleSpec>> roles = input.desired() instanceof Desired.Removed
                ? Optional.of(List.of())
                : input.goal()
                        .map(goal -> goal.spec().roles().stream()
                                .filter(RoleSpec::proxied)
                                .toList());
        return roles.map(proxied -> new Sight(proxied, backends(input)));
    }

    private static Map<String, Backend> backends(PassInput input) {
        Map<String, RoleSpec> words = Checked.of(input);
        Map<String, Backend> backends = new HashMap<>();
        for (ObservedContainer container : input.containers()) {
            RoleSpec role = words.get(container.id());
            if (container.alive() && role != null && role.proxied()) {
                backends.put(
                        container.id(),
                        new Backend(
                                role.name(),
                                container.name(),
                                Checks.address(role, container),
                                Checks.appPort(
                                        role, input.world().observed().images().get(container.imageId())),
                                input.verdict(container).ready(),
                                container.owner().replica(),
                                container.owner().revision()));
            }
        }
        return backends;
    }
}
