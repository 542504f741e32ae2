package dev.dhow.agent.plan;

import dev.dhow.agent.state.Observed;
import dev.dhow.api.spec.ContainerSpec.Attachment;
import dev.dhow.api.spec.ContainerSpec.Mount;
import dev.dhow.api.spec.ContainerSpec.NetworkSpec;
import dev.dhow.api.spec.Defaults;
import dev.dhow.api.spec.RoleSpec;
import java.util.List;
import java.util.Optional;

/// What a role's containers rest on: networks and volumes.
final class Ground {
    private Ground() {}

    /// The networks it joins, which are made where they are missing.
    static List<String> networks(RoleSpec role) {
        NetworkSpec network = role.container().network();
        if (!network.networks().isEmpty()) {
            return network.networks().stream().map(Attachment::name).toList();
        }
        return network.mode() == null ? List.of(Defaults.NETWORK) : List.of();
    }

    /// The volumes it brings, which are made where they are missing.
    static List<String> volumes(RoleSpec role) {
        return named(role).stream()
                .filter(volume -> !volume.external())
                .map(Mount.Named::name)
                .toList();
    }

    /// What only a person can bring: the key for secret values, or an external volume.
    static Optional<Wait> wait(PassInput input, RoleSpec role, String subject) {
        if (SpecHash.keyed(role) && input.key() == null) {
            String message = "secret values need the key in the secrets directory: see the agent's log";
            return Optional.of(new Wait(subject, Wait.Kind.PERSON, Wait.CREATE, message, null));
        }
        return missing(role, input.observed())
                .map(volume -> new Wait(
                        subject,
                        Wait.Kind.PERSON,
                        Wait.CREATE,
                        ("volume %1$s does not exist and is external: make it (`docker volume create %1$s`), or leave"
                                        + " out `external`")
                                .formatted(volume),
                        null));
    }

    /// An external volume that is not there.
    private static Optional<String> missing(RoleSpec role, Observed observed) {
        return named(role).stream()
                .filter(volume -> volume.external() && !observed.volumes().contains(volume.name()))
                .map(Mount.Named::name)
                .findFirst();
    }

    private static List<Mount.Named> named(RoleSpec role) {
        return role.container().storage().volumes().stream()
                .filter(Mount.Named.class::isInstance)
                .map(Mount.Named.class::cast)
                .toList();
    }
}
