package dev.dhow.agent.plan;

import org.jspecify.annotations.Nullable;

/// Gives the key that secret values are hashed with.
@FunctionalInterface
public interface HmacKeys {
    /// The key; null: there is none now, but there may be one later.
    @Nullable
    HmacKey now();
}
