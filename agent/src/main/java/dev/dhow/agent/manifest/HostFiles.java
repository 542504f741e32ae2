package dev.dhow.agent.manifest;

import java.io.IOException;
import java.nio.file.Path;

/// Reads the files that a service file names (`env_file`), so that this package stays free of effects.
@FunctionalInterface
public interface HostFiles {
    /// The file's bytes.
    ///
    /// @throws java.nio.file.NoSuchFileException when it is not there
    byte[] read(Path path) throws IOException;
}
