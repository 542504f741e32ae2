package dev.dhow.api.spec;

import org.jspecify.annotations.Nullable;

/// One entry of `files`: a file that is mounted into the container, read only.
///
/// @param target where, an absolute path
/// @param mode its permissions, such as `0444` in octal
/// @param source the file of the host that it was read from; null: the service's file says it
public record FileSpec(
        String target, Content content, int mode, @Nullable String source) {
    /// The mode where nothing is written.
    public static final int DEFAULT_MODE = 0444;
}
