package dev.dhow.agent.manifest;

import dev.dhow.api.spec.ServiceSpec;
import dev.dhow.api.status.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One service file after reading: what it wants, or why it cannot be used.
///
/// @param service the service it is about: its file's name without the extension, else what the file says; empty where
///     neither is known
/// @param spec null where a problem is an error
/// @param problems errors and warnings, in the order of the file
/// @param claims what it asks of the host that no other service can have beside it; none where it cannot be used
/// @param effective for [Render]; null where it cannot be used
public record Manifest(
        String service,
        @Nullable ServiceSpec spec,
        List<Problem> problems,
        List<Claim> claims,
        @Nullable Effective effective) {
    /// Copies the lists.
    public Manifest {
        problems = List.copyOf(problems);
        claims = List.copyOf(claims);
    }

    /// One without claims.
    public Manifest(String service, @Nullable ServiceSpec spec, List<Problem> problems) {
        this(service, spec, problems, List.of(), null);
    }

    /// Whether it can be used.
    public boolean valid() {
        return spec != null;
    }
}
