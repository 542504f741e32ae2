package dev.dhow.agent.mounts;

import dev.dhow.agent.history.MountStore;
import dev.dhow.agent.plan.HmacKey;
import dev.dhow.agent.plan.HmacKeys;
import dev.dhow.agent.plan.SpecHash;
import dev.dhow.agent.state.Desired;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.api.spec.MountedFile;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.ServiceSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What containers have mounted, by what service files say now: the way to know it after the agent's own restart, or
/// where the state directory was lost. Used by several threads.
public final class WantedFiles {
    private final HmacKeys keys;
    private volatile Map<String, ServiceSpec> specs = Map.of();

    /// @param keys what secret values are hashed with
    public WantedFiles(HmacKeys keys) {
        this.keys = keys;
    }

    /// Takes what the source says.
    public void source(Map<String, Desired> services) {
        Map<String, ServiceSpec> now = new HashMap<>();
        services.forEach((service, desired) -> desired.inForce().ifPresent(spec -> now.put(service, spec)));
        specs = Map.copyOf(now);
    }

    private Optional<RoleSpec> role(ObservedContainer container) {
        ServiceSpec spec = specs.get(container.owner().service());
        return spec == null ? Optional.empty() : spec.role(container.owner().role());
    }

    /// Whether a container was made from just this: only then are its files what the role says now.
    private boolean madeFrom(ObservedContainer container, RoleSpec role) {
        HmacKey key = keys.now();
        return (key != null
                        || role.secrets().isEmpty() && role.secretEnvironment().isEmpty())
                && container.owner().spec().equals(SpecHash.of(role, container.imageId(), key));
    }

    /// The files that a container must have and does not.
    ///
    /// @param name the one it was made with
    /// @param store where they would be
    Optional<List<MountedFile>> lacking(ObservedContainer container, String name, MountStore store) {
        return role(container)
                .filter(role -> !role.mountedFiles().isEmpty())
                .filter(role -> store.missing(name, role.mountedFiles().size()))
                .filter(role -> madeFrom(container, role))
                .map(RoleSpec::mountedFiles);
    }
}
