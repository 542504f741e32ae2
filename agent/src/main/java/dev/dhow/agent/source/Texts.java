package dev.dhow.agent.source;

import dev.dhow.agent.manifest.HostFiles;
import dev.dhow.agent.manifest.Manifest;
import dev.dhow.api.status.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads texts through the [ManifestReader], which may fail in any way without harm to other services.
final class Texts {
    private static final Logger log = LoggerFactory.getLogger(Texts.class);

    private final ManifestReader reader;

    Texts(ManifestReader reader) {
        this.reader = reader;
    }

    /// A text that was read.
    ///
    /// @param fingerprint of the text itself
    /// @param others fingerprints of the files that it names
    record Parsed(String fingerprint, NavigableMap<Path, String> others, Manifest manifest) {}

    /// Reads a text, with the files it names as they are in `files`.
    Parsed parse(String shownName, String service, FileContent.Text text, Path directory, WatchedFiles files) {
        NavigableMap<Path, String> others = new TreeMap<>();
        HostFiles recording = files.recording(directory, others);
        return new Parsed(text.fingerprint(), others, read(shownName, service, text, directory, recording));
    }

    private Manifest read(String shownName, String service, FileContent.Text text, Path directory, HostFiles files) {
        try {
            return reader.read(shownName, service, text.bytes().clone(), directory, files);
        } catch (RuntimeException | StackOverflowError e) {
            // A bug of ours; the file is kept out, and whoever reads the log finds the place.
            log.atError()
                    .setCause(e)
                    .addKeyValue("service", service)
                    .addKeyValue("file", shownName)
                    .log("reading a service file failed");
            Problem problem = Problem.ofFile(
                    shownName, "this agent failed to read the file (%s); please report it with the file".formatted(e));
            return new Manifest(service, null, List.of(problem));
        }
    }
}
