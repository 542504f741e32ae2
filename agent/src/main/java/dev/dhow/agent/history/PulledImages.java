package dev.dhow.agent.history;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which images this agent pulled, and when each was last used: only these may be removed for room. Losing the record
/// loses nothing but that.
///
/// One line for each image: id, time of the last use, references, with tabs between. Of a line that cannot be read
/// the image counts as not ours.
public final class PulledImages {
    private static final Logger log = LoggerFactory.getLogger(PulledImages.class);

    private final Path file;
    private final TreeMap<String, Entry> entries = new TreeMap<>();

    /// One image.
    ///
    /// @param id the content, `sha256:…`
    /// @param references by which it was pulled
    /// @param lastUsed by the wall clock: when a container or a service was last seen to need it, else
    ///     when it was pulled
    public record Entry(String id, Set<String> references, Instant lastUsed) {
        /// Copies the set.
        public Entry {
            references = Set.copyOf(references);
        }
    }

    /// Reads the record; a damaged one is told and counts as empty.
    public PulledImages(StateDir state) {
        file = state.path().resolve("pulled-images");
        switch (AtomicFile.read(file)) {
            case AtomicFile.Content.Absent _ -> {}
            case AtomicFile.Content.Unreadable(String reason) -> unusable(reason);
            case AtomicFile.Content.Damaged(String reason) -> unusable(reason);
            case AtomicFile.Content.Intact(byte[] bytes) ->
                new String(bytes, StandardCharsets.UTF_8)
                        .lines()
                        .forEach(line -> parse(line).ifPresent(entry -> entries.put(entry.id(), entry)));
        }
    }

    private void unusable(String reason) {
        log.atWarn()
                .addKeyValue("file", file)
                .addKeyValue("error", reason)
                .log("record of pulled images not usable: none of them will be removed for room");
    }

    /// All of them, by id.
    public synchronized Map<String, Entry> all() {
        return Map.copyOf(entries);
    }

    /// Takes note of a pull. An image that was here before and is not in the record is somebody else's.
    ///
    /// @param before whether the image was on this host before the pull
    /// @param now by the wall clock
    public synchronized void pulled(String reference, String id, boolean before, Instant now) {
        Entry known = entries.get(id);
        if (known == null && before) {
            return;
        }
        TreeSet<String> references = new TreeSet<>(known == null ? Set.of() : known.references());
        references.add(reference);
        entries.put(id, new Entry(id, references, now));
        save();
    }

    /// Takes note of what is on this host and what of it is needed: an image that went is forgotten,
    /// because the same one may come back by somebody else's hand.
    ///
    /// @param present ids of all images
    /// @param needed ids of those that something needs
    /// @param now by the wall clock
    public synchronized void seen(Set<String> present, Set<String> needed, Instant now) {
        boolean changed = entries.keySet().retainAll(present);
        for (Entry entry : List.copyOf(entries.values())) {
            if (needed.contains(entry.id())) {
                entries.put(entry.id(), new Entry(entry.id(), entry.references(), now));
                changed = true;
            }
        }
        if (changed) {
            save();
        }
    }

    private void save() {
        StringBuilder text = new StringBuilder();
        entries.values()
                .forEach(entry -> text.append(entry.id())
                        .append('\t')
                        .append(entry.lastUsed())
                        .append('\t')
                        .append(String.join("\t", new TreeSet<>(entry.references())))
                        .append('\n'));
        if (AtomicFile.write(file, text.toString().getBytes(StandardCharsets.UTF_8))
                instanceof Saved.Failed(String why)) {
            log.atWarn().addKeyValue("file", file).addKeyValue("error", why).log("record of pulled images not written");
        }
    }

    private static Optional<Entry> parse(String line) {
        List<String> parts = List.of(line.split("\t"));
        if (parts.size() < 3 || !parts.getFirst().startsWith("sha256:")) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Entry(
                    parts.getFirst(), Set.copyOf(parts.subList(2, parts.size())), Instant.parse(parts.get(1))));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
