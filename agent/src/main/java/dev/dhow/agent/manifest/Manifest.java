package dev.dhow.agent.manifest;

import dev.dhow.api.spec.ServiceSpec;
import dev.dhow.api.status.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One service file after reading: what it wants, or why it cannot be used.
///
/// @param service the service it is about: its file's name without the extension
/// @param spec null where a problem is an error
/// @param problems errors and warnings, in the order of the file
public record Manifest(String service, @Nullable ServiceSpec spec, List<Problem> problems) {
    /// Copies the list.
    public Manifest {
        problems = List.copyOf(problems);
    }

    /// Whether it can be used.
    public boolean valid() {
        return spec != null;
    }
}
