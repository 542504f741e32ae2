package dev.dhow.agent.state;

import dev.dhow.api.spec.ServiceSpec;
import org.jspecify.annotations.Nullable;

/// A service file that was kept with its revision, read again.
///
/// @param spec what it says, with the secrets of now; null: it cannot be used any more
/// @param problem why not, for people; empty: it can
public record KeptFile(@Nullable ServiceSpec spec, String problem) {
    /// One that nobody kept.
    public static final KeptFile NONE = new KeptFile(null, "it was not kept");
}
