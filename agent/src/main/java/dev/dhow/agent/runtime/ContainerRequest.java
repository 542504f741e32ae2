package dev.dhow.agent.runtime;

import dev.dhow.agent.state.Owner;
import dev.dhow.api.spec.RoleSpec;

/// A container to be made.
///
/// @param image what to make it from: the reference as written, or an image id
public record ContainerRequest(String name, Owner owner, String image, RoleSpec role) {}
