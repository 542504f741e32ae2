package dev.dhow.api.spec;

import java.util.List;
import java.util.Optional;

/// One service as its file describes it: the desired state of its containers on this host.
///
/// @param name the service's name, equal to its file's name without the extension
/// @param roles at least one, in the order of the file
public record ServiceSpec(String name, List<RoleSpec> roles) {
    /// Copies the list.
    /// @throws IllegalArgumentException when the name is no valid name or there is no role
    public ServiceSpec {
        Names.require(name);
        roles = List.copyOf(roles);
        if (roles.isEmpty()) {
            throw new IllegalArgumentException("service %s has no roles".formatted(name));
        }
    }

    /// The role of that name.
    public Optional<RoleSpec> role(String role) {
        return roles.stream().filter(r -> r.name().equals(role)).findFirst();
    }
}
