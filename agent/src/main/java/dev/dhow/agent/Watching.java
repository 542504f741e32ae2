package dev.dhow.agent;

import dev.dhow.agent.access.Disk;
import dev.dhow.agent.source.RegularFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/// How the files that guard routes are looked at: as service files are read, every second.
enum Watching implements Disk {
    /// This host's.
    DISK;

    static final Duration POLL = Duration.ofSeconds(1);

    @Override
    public byte[] read(Path file) throws IOException {
        return RegularFile.read(file);
    }

    @Override
    public String why(Path file, IOException failure) {
        return RegularFile.why(file, failure);
    }
}
