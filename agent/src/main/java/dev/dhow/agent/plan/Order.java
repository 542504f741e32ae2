package dev.dhow.agent.plan;

import dev.dhow.api.spec.ContainerSpec.Mount;
import dev.dhow.api.spec.ContainerSpec.Port;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.RolloutSpec;
import java.util.Optional;

/// Whether the old container of a role stops before the new one starts, and why.
///
/// @param why for people; empty where the new one comes first
record Order(boolean stopFirst, String why) {
    private static final Order START_FIRST = new Order(false, "");

    static Order of(RoleSpec role) {
        RolloutSpec.Order written = role.rollout().order();
        if (written == RolloutSpec.Order.START_FIRST) {
            return START_FIRST;
        }
        if (written == RolloutSpec.Order.STOP_FIRST) {
            return new Order(true, "stop_first");
        }
        return shared(role)
                .map(what -> new Order(true, "stop_first, because " + what))
                .orElse(START_FIRST);
    }

    /// What two containers of the role cannot have at once.
    private static Optional<String> shared(RoleSpec role) {
        if ("host".equals(role.container().network().mode())) {
            return Optional.of("it uses the host's network");
        }
        Optional<Port> port = role.container().network().ports().stream()
                .filter(p -> p.hostPort() != null)
                .findFirst();
        if (port.isPresent()) {
            return port.map(p -> "it publishes %s:%d/%s".formatted(p.hostIp(), p.hostPort(), p.protocol()));
        }
        return role.container().storage().volumes().stream()
                .filter(mount -> mount instanceof Mount.Named named && named.exclusive())
                .map(mount -> "volume %s is exclusive".formatted(((Mount.Named) mount).name()))
                .findFirst();
    }
}
