package dev.dhow.agent.access;

import org.jspecify.annotations.Nullable;

/// What the bytes of a file mean.
///
/// @param <T> immutable
@FunctionalInterface
public interface Reading<T> {
    /// @throws UnfitFile when they mean nothing
    T of(byte[] bytes) throws UnfitFile;

    /// What it means that there is no file; null: that it is missing.
    default @Nullable T absent() {
        return null;
    }
}
