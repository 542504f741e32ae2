package dev.dhow.agent.runtime;

import dev.dhow.agent.state.Owner;
import dev.dhow.api.spec.RoleSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A container to be made.
///
/// @param image what to make it from: the id of an image; a reference does as well, and means what it means by then
/// @param mounts where the role's mounted files lie on this host, in the order of [RoleSpec#mountedFiles]
/// @param leading where paths of this host that the role mounts really lead, by path as written; the others are taken
///     as written
public record ContainerRequest(
        String name, Owner owner, String image, RoleSpec role, List<Path> mounts, Map<String, String> leading) {
    /// Copies the collections.
    public ContainerRequest {
        mounts = List.copyOf(mounts);
        leading = Map.copyOf(leading);
    }

    /// One whose mounted files have no place yet.
    public ContainerRequest(String name, Owner owner, String image, RoleSpec role) {
        this(name, owner, image, role, List.of(), Map.of());
    }

    /// The same, with the places of its mounted files.
    public ContainerRequest mounting(List<Path> files) {
        return new ContainerRequest(name, owner, image, role, files, leading);
    }

    /// The same, with where paths of this host lead.
    public ContainerRequest leading(Map<String, String> real) {
        return new ContainerRequest(name, owner, image, role, mounts, real);
    }
}
