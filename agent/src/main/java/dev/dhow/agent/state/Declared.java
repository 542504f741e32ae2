package dev.dhow.agent.state;

import dev.dhow.api.spec.ServiceSpec;
import org.jspecify.annotations.Nullable;

/// What a usable service file says.
///
/// @param text the file itself; null: nobody kept it, so it cannot be gone back to later
public record Declared(ServiceSpec spec, @Nullable ServiceText text) {
    /// One whose text nobody kept.
    public static Declared of(ServiceSpec spec) {
        return new Declared(spec, null);
    }
}
