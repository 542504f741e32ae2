package dev.dhow.agent.source;

import dev.dhow.agent.manifest.HostFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// The files that service files name (`env_file`), as one reading of the directory sees them: each is read once, so
/// that all who ask see the same, and who asked for what is written down. Contents are dropped with the reading.
final class WatchedFiles {
    private final HostFiles disk;
    private final Map<Path, Found> found = new HashMap<>();

    WatchedFiles(HostFiles disk) {
        this.disk = disk;
    }

    /// What was found once; a failure is found again as the same failure.
    private sealed interface Found {
        String fingerprint();

        record Bytes(byte[] bytes, String fingerprint) implements Found {}

        record Failure(IOException failure) implements Found {
            @Override
            public String fingerprint() {
                return "unreadable: " + failure;
            }
        }
    }

    /// The files as a reader of a service file asks for them.
    ///
    /// @param asked gets the fingerprint of every file asked for, by absolute path
    HostFiles recording(Path directory, NavigableMap<Path, String> asked) {
        return path -> {
            Path file = directory.resolve(path).normalize();
            Found now = find(file);
            asked.put(file, now.fingerprint());
            return switch (now) {
                case Found.Bytes bytes -> bytes.bytes().clone();
                case Found.Failure failure -> throw failure.failure();
            };
        };
    }

    /// The same files as they are now.
    NavigableMap<Path, String> again(Iterable<Path> files) {
        NavigableMap<Path, String> now = new TreeMap<>();
        files.forEach(file -> now.put(file, find(file).fingerprint()));
        return now;
    }

    private Found find(Path file) {
        return found.computeIfAbsent(file, this::read);
    }

    private Found read(Path file) {
        try {
            byte[] bytes = disk.read(file);
            return new Found.Bytes(bytes, FileContent.Text.of(bytes, false).fingerprint());
        } catch (IOException e) {
            return new Found.Failure(e);
        }
    }
}
