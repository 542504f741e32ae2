package dev.dhow.agent.history;

import dev.dhow.api.spec.Names;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The last usable text of each service file, and which directory the files came from, so that a broken file or a
/// vanished directory still means the same after the agent's restart.
///
/// The text is the service file's own and nothing else: what it refers to (`env_file`) is never stored here. Each
/// entry is a file of its own, so that a damaged one costs one service's memory.
public final class LastGood {
    private static final String SUFFIX = ".last";

    private final Path directory;
    private final Path identity;

    /// @param state the open state directory
    public LastGood(StateDir state) {
        this.directory = state.path().resolve("last-good");
        this.identity = state.path().resolve("source-directory");
    }

    /// One service's last usable file.
    ///
    /// @param shownName the file as messages name it
    /// @param directory what relative paths in the text start from
    public record Entry(String service, String shownName, Path directory, byte[] text) {}

    /// All that is stored.
    ///
    /// @param entries by service
    /// @param problems what could not be read, for people; the rest is not affected
    public record Stored(Map<String, Entry> entries, List<String> problems) {
        /// Copies the collections.
        public Stored {
            entries = Map.copyOf(entries);
            problems = List.copyOf(problems);
        }
    }

    /// Reads every entry. What a crash left half-written is cleared away.
    public Stored load() {
        Map<String, Entry> entries = new TreeMap<>();
        List<String> problems = new ArrayList<>();
        if (!Files.exists(directory)) {
            return new Stored(entries, problems);
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (name.endsWith(".tmp")) {
                    Files.deleteIfExists(file);
                } else if (name.endsWith(SUFFIX)) {
                    read(file, name.substring(0, name.length() - SUFFIX.length()), entries, problems);
                }
            }
        } catch (DirectoryIteratorException e) {
            problems.add("%s cannot be listed: %s".formatted(directory, AtomicFile.reason(e)));
        } catch (IOException e) {
            problems.add("%s cannot be listed: %s".formatted(directory, AtomicFile.reason(e)));
        }
        return new Stored(entries, problems);
    }

    /// Stores what is from now on the last usable text of a service.
    public Saved save(Entry entry) {
        String head = "file: %s\ndirectory: %s\n\n"
                .formatted(escape(entry.shownName()), escape(entry.directory().toString()));
        byte[] start = head.getBytes(StandardCharsets.UTF_8);
        byte[] content = new byte[start.length + entry.text().length];
        System.arraycopy(start, 0, content, 0, start.length);
        System.arraycopy(entry.text(), 0, content, start.length, entry.text().length);
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            return new Saved.Failed("%s cannot be made: %s".formatted(directory, AtomicFile.reason(e)));
        }
        return AtomicFile.write(file(entry.service()), content);
    }

    /// Forgets a service whose file is gone for good.
    public Saved forget(String service) {
        return AtomicFile.delete(file(service));
    }

    /// Which directory the files came from, as the source wrote it down; empty where nothing usable is stored.
    public Optional<String> sourceDirectory() {
        return AtomicFile.read(identity) instanceof AtomicFile.Content.Intact(byte[] bytes)
                ? Optional.of(new String(bytes, StandardCharsets.UTF_8))
                : Optional.empty();
    }

    /// Stores which directory the files come from.
    public Saved saveSourceDirectory(String value) {
        return AtomicFile.write(identity, value.getBytes(StandardCharsets.UTF_8));
    }

    private Path file(String service) {
        if (!Names.valid(service)) {
            throw new IllegalArgumentException("\"%s\" cannot have a last good text".formatted(service));
        }
        return directory.resolve(service + SUFFIX);
    }

    private static void read(Path file, String service, Map<String, Entry> entries, List<String> problems) {
        switch (AtomicFile.read(file)) {
            case AtomicFile.Content.Absent _ -> {}
            case AtomicFile.Content.Unreadable(String reason) -> problems.add(reason);
            case AtomicFile.Content.Damaged(String reason) -> problems.add(reason);
            case AtomicFile.Content.Intact(byte[] bytes) ->
                parse(service, bytes)
                        .filter(_ -> Names.valid(service))
                        .ifPresentOrElse(
                                entry -> entries.put(service, entry),
                                () -> problems.add("%s is not an entry of this agent".formatted(file)));
        }
    }

    private static Optional<Entry> parse(String service, byte[] bytes) {
        // The head is two short lines and an empty one; ISO 8859-1 keeps indexes equal to byte offsets.
        String raw = new String(bytes, StandardCharsets.ISO_8859_1);
        int end = raw.indexOf("\n\n");
        if (end < 0) {
            return Optional.empty();
        }
        String[] head = new String(bytes, 0, end, StandardCharsets.UTF_8).split("\n", -1);
        if (head.length != 2 || !head[0].startsWith("file: ") || !head[1].startsWith("directory: ")) {
            return Optional.empty();
        }
        byte[] text = Arrays.copyOfRange(bytes, end + 2, bytes.length);
        String directory = unescape(head[1].substring("directory: ".length()));
        return Optional.of(
                new Entry(service, unescape(head[0].substring("file: ".length())), Path.of(directory), text));
    }

    private static String escape(String value) {
        return value.replace("\\", "\\\\").replace("\n", "\\n");
    }

    private static String unescape(String value) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\' && i + 1 < value.length()) {
                i++;
                c = value.charAt(i) == 'n' ? '\n' : value.charAt(i);
            }
            text.append(c);
        }
        return text.toString();
    }
}
