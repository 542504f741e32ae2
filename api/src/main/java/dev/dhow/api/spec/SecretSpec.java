package dev.dhow.api.spec;

import org.jspecify.annotations.Nullable;

/// One entry of `secrets`: a value from the agent's store.
///
/// @param name its name in the store, and of the environment variable where it is one
/// @param file where it is mounted in the container, read only and byte for byte; null: an environment variable
/// @param value of an environment variable without the newline at its end; empty where nobody read it (`dhow validate`)
public record SecretSpec(String name, @Nullable String file, Content value) {}
