package dev.dhow.agent.plan;

import dev.dhow.agent.runtime.ContainerRequest;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Owner;
import dev.dhow.agent.state.RunState;
import dev.dhow.api.spec.RoleSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a container comes: it is asked for with the labels that say what it is made from, and asked for again where its
/// making may have broken off.
final class Making {
    private final PassInput input;
    private final Goal goal;
    private final RoleSpec role;

    /// @param role what its container says
    Making(PassInput input, Goal goal, RoleSpec role) {
        this.input = input;
        this.goal = goal;
        this.role = role;
    }

    /// One of the role's replicas.
    ContainerRequest replica(int replica, String name, String imageId) {
        return request(replica, name, imageId, null);
    }

    /// One for a task.
    ContainerRequest task(String task, String name, String imageId) {
        return request(1, name, imageId, task);
    }

    private ContainerRequest request(int replica, String name, String imageId, @Nullable String task) {
        HmacKey key = input.key();
        Owner owner = new Owner(
                input.host(),
                input.service(),
                role.name(),
                replica,
                goal.revision(),
                SpecHash.of(role, imageId, key),
                role.image(),
                SpecHash.keyed(role) && key != null ? key.id() : null,
                task);
        return new ContainerRequest(name, owner, imageId, role);
    }

    /// What a container needs before it is started. Made and perhaps not joined to every network: asking for the same
    /// one again completes it.
    List<Step> complete(ObservedContainer container, String cause) {
        if (container.state() != RunState.CREATED || Ground.networks(role).size() < 2) {
            return List.of();
        }
        ContainerRequest same = new ContainerRequest(container.name(), container.owner(), container.imageId(), role);
        return List.of(new Step.Create(container.subject(), same, cause));
    }
}
