package dev.dhow.agent.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/// Reads files that users name. Only regular ones are opened, because a FIFO would block and a device may never end,
/// and only a bounded part of each is read.
public final class RegularFile {
    /// No service file, and no file that one names, is read beyond this many bytes.
    static final int LIMIT = 1 << 20;

    private RegularFile() {}

    /// The bytes of a regular file of at most 1 MiB, or of one that a symbolic link leads to.
    ///
    /// @throws IOException when it cannot be read, or is something else; [#why] has words for both
    public static byte[] read(Path file) throws IOException {
        BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
        if (found.isDirectory()) {
            throw new Unfit("it is a directory, not a file");
        }
        if (!found.isRegularFile()) {
            throw new Unfit("it is a FIFO, socket or device, not a regular file");
        }
        if (found.size() > LIMIT) {
            throw tooLarge(found.size() + " bytes");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LIMIT + 1);
            if (bytes.length > LIMIT) {
                throw tooLarge("more than that");
            }
            return bytes;
        }
    }

    /// Why a file that is there was not read, for people.
    public static String why(Path file, IOException failure) {
        return switch (failure) {
            case Unfit unfit -> reason(unfit);
            case AccessDeniedException _ ->
                "permission denied; make it readable for user %s, for example: chgrp dhow %s && chmod g+r %s"
                        .formatted(System.getProperty("user.name"), file, file);
            default -> "it cannot be read: " + reason(failure);
        };
    }

    /// The failure's own words, without the path.
    static String reason(IOException e) {
        String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
        return reason == null ? e.getClass().getSimpleName() : reason;
    }

    private static Unfit tooLarge(String size) {
        return new Unfit("it is larger than 1 MiB (%s)".formatted(size));
    }

    /// The file is there and cannot be a service file.
    static final class Unfit extends IOException {
        private static final long serialVersionUID = 1L;

        Unfit(String message) {
            super(message);
        }
    }
}
