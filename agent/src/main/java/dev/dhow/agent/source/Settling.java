package dev.dhow.agent.source;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Decides when a file's content counts: at once where it was renamed into place, else when two readings at least
/// [#WINDOW] apart found the same. Pure: all times come with the readings.
final class Settling {
    /// How far apart the two readings are at least.
    static final Duration WINDOW = Duration.ofMillis(250);

    private final Map<String, Seen> files = new HashMap<>();
    private final Set<String> touched = new HashSet<>();

    /// @param since the end of the reading that found this content first
    private record Seen(String fingerprint, Duration since, boolean settled) {}

    /// Takes what a reading found in a file.
    ///
    /// @param file any name that stays the same
    /// @param trusted whether the kernel reported a rename into place and nothing since
    /// @return whether the content counts
    boolean observe(String file, String fingerprint, Reading.Listing reading, boolean trusted) {
        touched.add(file);
        Seen before = files.get(file);
        Seen now;
        if (before == null || !before.fingerprint.equals(fingerprint)) {
            now = new Seen(fingerprint, reading.ended(), trusted);
        } else {
            boolean agreed = reading.begun().minus(before.since).compareTo(WINDOW) >= 0;
            now = new Seen(fingerprint, before.since, before.settled || trusted || agreed);
        }
        files.put(file, now);
        return now.settled;
    }

    /// Ends a reading: what it did not see starts anew when it comes back.
    void finish() {
        files.keySet().retainAll(touched);
        touched.clear();
    }

    /// Forgets everything: the directory could not be read.
    void restart() {
        files.clear();
        touched.clear();
    }

    /// When the next file can count, if nothing changes; empty where all do.
    Optional<Duration> due() {
        return files.values().stream()
                .filter(seen -> !seen.settled)
                .map(seen -> seen.since.plus(WINDOW))
                .min(Comparator.naturalOrder());
    }
}
