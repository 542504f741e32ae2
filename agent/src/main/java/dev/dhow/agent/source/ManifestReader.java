package dev.dhow.agent.source;

import dev.dhow.agent.manifest.HostFiles;
import dev.dhow.agent.manifest.Manifest;
import java.nio.file.Path;

/// Reads the text of one service file. Pure but for `files`.
@FunctionalInterface
public interface ManifestReader {
    /// What the text wants, or why it cannot be used.
    ///
    /// @param shownName the file as messages name it
    /// @param service the service that the file's name says
    /// @param directory what relative paths in the text start from
    /// @param files the only way to other files; what is read through it is watched from then on
    Manifest read(String shownName, String service, byte[] content, Path directory, HostFiles files);
}
