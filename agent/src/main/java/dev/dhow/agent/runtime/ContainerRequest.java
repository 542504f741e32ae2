package dev.dhow.agent.runtime;

import dev.dhow.agent.state.Owner;
import dev.dhow.api.spec.RoleSpec;

/// A container to be made.
///
/// @param image what to make it from: the id of an image; a reference does as well, and means what it means by then
public record ContainerRequest(String name, Owner owner, String image, RoleSpec role) {}
