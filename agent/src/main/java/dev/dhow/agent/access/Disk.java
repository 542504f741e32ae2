package dev.dhow.agent.access;

import java.io.IOException;
import java.nio.file.Path;

/// Reads the files that users name.
public interface Disk {
    /// All bytes of a regular file of bounded size.
    byte[] read(Path file) throws IOException;

    /// Why that failed, for people, without the path.
    String why(Path file, IOException failure);
}
