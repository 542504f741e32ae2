package dev.dhow.agent.source;

import dev.dhow.agent.state.Ticker;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Reads the directory and its files once. Opens regular files only (a FIFO would block) and reads a bounded part of
/// each.
final class DirectoryReader {
    /// No service file, and no file that one names, is read beyond this many bytes.
    static final int LIMIT = 1 << 20;

    private final Path directory;
    private final Ticker ticker;

    DirectoryReader(Path directory, Ticker ticker) {
        this.directory = directory;
        this.ticker = ticker;
    }

    /// One reading. Anything that goes wrong with the directory itself, also midway, makes it no listing.
    Reading read() {
        Duration begun = ticker.now();
        try {
            DirectoryId before = DirectoryId.of(directory);
            Map<String, FileContent> files = new HashMap<>();
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
                for (Path file : stream) {
                    String name = file.getFileName().toString();
                    if (FileNames.counts(name)) {
                        content(file).ifPresent(content -> files.putIfAbsent(name, content));
                    }
                }
            }
            if (!before.is(DirectoryId.of(directory))) {
                return new Reading.Failed("%s was replaced while it was read".formatted(directory));
            }
            return new Reading.Listing(begun, ticker.now(), before, files);
        } catch (DirectoryIteratorException e) {
            return new Reading.Failed(why(e.getCause()));
        } catch (IOException e) {
            return new Reading.Failed(why(e));
        }
    }

    /// The file's content; empty where it vanished since it was listed.
    static Optional<FileContent> content(Path file) {
        boolean link = false;
        try {
            link = Files.isSymbolicLink(file);
            return Optional.of(FileContent.Text.of(bytes(file), link));
        } catch (NoSuchFileException e) {
            return link || Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                    ? Optional.of(unusable(file, e))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.of(unusable(file, e));
        }
    }

    /// The bytes of a regular file of at most [#LIMIT] bytes.
    ///
    /// @throws Unfit when it is something else
    static byte[] bytes(Path file) throws IOException {
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

    /// What a failed read means for the service: who does not know what a file says does not call it wrong.
    static FileContent.Unusable unusable(Path file, IOException e) {
        String user = System.getProperty("user.name");
        return switch (e) {
            case Unfit unfit -> new FileContent.Unusable(true, unfit.getMessage());
            case NoSuchFileException _ ->
                new FileContent.Unusable(false, "it is a symbolic link to a file that is not there");
            case AccessDeniedException _ ->
                new FileContent.Unusable(
                        false,
                        "permission denied; make it readable for user %s, for example: chgrp dhow %s && chmod g+r %s"
                                .formatted(user, file, file));
            default -> new FileContent.Unusable(false, "it cannot be read: " + reason(e));
        };
    }

    private String why(IOException e) {
        String what = switch (e) {
            case NoSuchFileException _ -> "it is not there; make it, or set `source.directory` in agent.yaml";
            case NotDirectoryException _ -> "it is not a directory";
            case AccessDeniedException _ ->
                "permission denied; make it readable for user " + System.getProperty("user.name");
            default -> reason(e);
        };
        return "the services directory %s cannot be read: %s".formatted(directory, what);
    }

    private static String reason(IOException e) {
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
