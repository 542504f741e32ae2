package dev.dhow.agent.source;

import dev.dhow.agent.manifest.Manifest;
import dev.dhow.agent.state.ServiceText;
import dev.dhow.api.spec.ServiceSpec;
import dev.dhow.api.status.Problem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// What a service's settled file says, before other services are asked.
sealed interface Outcome {
    /// It is valid.
    ///
    /// @param spec the manifest's
    /// @param text what to remember as the last good one
    record Valid(Manifest manifest, ServiceSpec spec, String shownName, FileContent.Text text) implements Outcome {
        ServiceText textFrom(Path directory) {
            return new ServiceText(shownName, directory.toString(), new String(text.bytes(), StandardCharsets.UTF_8));
        }
    }

    /// It cannot be used.
    ///
    /// @param readable false: it could not be read, so nobody knows whether it is valid
    record Bad(boolean readable, List<Problem> problems) implements Outcome {}
}
