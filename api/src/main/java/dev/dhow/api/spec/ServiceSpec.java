package dev.dhow.api.spec;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One service as its file describes it: the desired state of its containers.
///
/// @param name the service's name, equal to its file's name without the extension
/// @param roles in the order of the file, which has at least one; none: nothing is wanted on this host
/// @param releaseCommand null: nothing runs before a rollout
/// @param hold leave this service alone
/// @param imageUpdate null: tags are looked at only when somebody asks
public record ServiceSpec(
        String name,
        List<RoleSpec> roles,
        @Nullable ReleaseCommand releaseCommand,
        boolean hold,
        @Nullable ImageUpdate imageUpdate) {
    /// Copies the list.
    /// @throws IllegalArgumentException when the name is no valid name
    public ServiceSpec {
        Names.require(name);
        roles = List.copyOf(roles);
    }

    /// One that says nothing but its roles.
    public ServiceSpec(String name, List<RoleSpec> roles) {
        this(name, roles, null, false, null);
    }

    /// The role of that name.
    public Optional<RoleSpec> role(String role) {
        return roles.stream().filter(r -> r.name().equals(role)).findFirst();
    }

    /// What it wants on one host: the roles whose `on_hosts` take it. What those depend on elsewhere is not
    /// waited for, and the release command runs where its role does.
    ///
    /// @param labels the host's
    public ServiceSpec on(String host, Map<String, String> labels) {
        List<RoleSpec> here = roles.stream()
                .filter(role -> HostPattern.any(role.onHosts(), host, labels))
                .toList();
        if (here.size() == roles.size() && releaseCommand == null) {
            return this;
        }
        Set<String> names = here.stream().map(RoleSpec::name).collect(Collectors.toSet());
        boolean released = releaseCommand != null
                && names.contains(releaseCommand.role())
                && HostPattern.any(releaseCommand.onHosts(), host, labels);
        return new ServiceSpec(
                name,
                here.stream().map(role -> role.dependingOnly(name, names)).toList(),
                released ? releaseCommand : null,
                hold,
                imageUpdate);
    }
}
