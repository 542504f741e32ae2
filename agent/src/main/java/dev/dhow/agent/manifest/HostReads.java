package dev.dhow.agent.manifest;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;

/// Words for files of the host that could not be read. No content is in them.
final class HostReads {
    private HostReads() {}

    /// Why it could not be read, without its path.
    static String why(IOException failure) {
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        String words = failure instanceof FileSystemException of ? of.getReason() : failure.getMessage();
        return words == null ? failure.getClass().getSimpleName() : words;
    }
}
