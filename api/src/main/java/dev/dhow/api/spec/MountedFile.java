package dev.dhow.api.spec;

/// A file that the agent puts into a container: a mounted secret, or an entry of `files`.
///
/// @param target the absolute path in the container
/// @param mode its permissions
public record MountedFile(String target, Content content, int mode) {}
