package dev.dhow.agent.source;

import dev.dhow.agent.manifest.HostFiles;
import dev.dhow.agent.state.Ticker;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Reads the directory and its files once.
final class DirectoryReader {
    private final Path directory;
    private final HostFiles links;
    private final Ticker ticker;

    /// @param links reads what symbolic links lead to
    DirectoryReader(Path directory, HostFiles links, Ticker ticker) {
        this.directory = directory;
        this.links = links;
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
                        content(file, links).ifPresent(content -> files.putIfAbsent(name, content));
                    }
                }
            }
            if (!before.is(DirectoryId.of(directory))) {
                return new Reading.Failed("%s was replaced while it was read".formatted(directory));
            }
            return new Reading.Listing(begun, ticker.now(), before, files);
        } catch (DirectoryIteratorException e) {
            return new Reading.Failed(why(e.getCause() instanceof IOException cause ? cause : new IOException(e)));
        } catch (IOException e) {
            return new Reading.Failed(why(e));
        }
    }

    /// The file's content; empty where it vanished since it was listed. A link must not show what service files may not
    /// name: messages quote the text.
    static Optional<FileContent> content(Path file, HostFiles links) {
        boolean link = false;
        try {
            link = Files.isSymbolicLink(file);
            return Optional.of(FileContent.Text.of(link ? links.read(file) : RegularFile.read(file), link));
        } catch (NoSuchFileException e) {
            return link || Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                    ? Optional.of(unusable(file, e))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.of(unusable(file, e));
        }
    }

    /// What a failed read means for the service: who does not know what a file says does not call it wrong.
    static FileContent.Unusable unusable(Path file, IOException e) {
        return switch (e) {
            case NoSuchFileException _ ->
                new FileContent.Unusable(false, "it is a symbolic link to a file that is not there");
            default -> new FileContent.Unusable(e instanceof RegularFile.Unfit, RegularFile.why(file, e));
        };
    }

    private String why(IOException e) {
        String what = switch (e) {
            case NoSuchFileException _ -> "it is not there; make it, or set `source.directory` in agent.yaml";
            case NotDirectoryException _ -> "it is not a directory";
            case AccessDeniedException _ ->
                "permission denied; make it readable for user " + System.getProperty("user.name");
            default -> RegularFile.reason(e);
        };
        return "the services directory %s cannot be read: %s".formatted(directory, what);
    }
}
