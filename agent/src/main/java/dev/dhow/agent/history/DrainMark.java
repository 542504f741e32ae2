package dev.dhow.agent.history;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/// Whether this host is being drained, so that an agent which starts anew goes on with it.
public final class DrainMark {
    private final Path file;

    public DrainMark(StateDir state) {
        file = state.path().resolve("draining");
    }

    /// Since when, by the wall clock; empty: it is not. A mark that cannot be read still is one, of a long time ago:
    /// somebody asked for it.
    public Optional<Instant> since() {
        return switch (AtomicFile.read(file)) {
            case AtomicFile.Content.Absent _ -> Optional.empty();
            case AtomicFile.Content.Unreadable _, AtomicFile.Content.Damaged _ -> Optional.of(Instant.EPOCH);
            case AtomicFile.Content.Intact(byte[] bytes) ->
                Optional.of(parse(new String(bytes, StandardCharsets.UTF_8)));
        };
    }

    private static Instant parse(String text) {
        try {
            return Instant.parse(text.strip());
        } catch (DateTimeException _) {
            return Instant.EPOCH;
        }
    }

    /// Stores it.
    public Saved set(Instant since) {
        return AtomicFile.write(file, since.toString().getBytes(StandardCharsets.UTF_8));
    }

    /// Forgets it.
    public Saved clear() {
        return AtomicFile.delete(file);
    }
}
