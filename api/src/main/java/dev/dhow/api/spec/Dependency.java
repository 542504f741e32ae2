package dev.dhow.api.spec;

import org.jspecify.annotations.Nullable;

/// A role that comes first.
///
/// @param service null: the same service
public record Dependency(@Nullable String service, String role) {
    @Override
    public String toString() {
        return service == null ? role : service + "/" + role;
    }
}
