package dev.dhow.agent.source;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Decides when a file that is not there counts as removed: two readings of the same directory at least [#WINDOW]
/// apart, with no failed one between them. Pure: all times come with the readings.
///
/// A brake on removing many at once belongs between [Judgement#removed] and its reader: the set holds everything
/// that one reading removes.
final class Absence {
    /// How far apart the two readings are at least.
    static final Duration WINDOW = Duration.ofSeconds(10);

    private final Map<String, Duration> missedSince = new HashMap<>();
    private @Nullable DirectoryId trusted;
    private @Nullable Duration steadySince;

    /// @param trusted the directory the known files came from; null: not known
    Absence(@Nullable DirectoryId trusted) {
        this.trusted = trusted;
    }

    /// @param missing services whose absence does not count (yet)
    /// @param removed services whose absence counts from now on
    /// @param replaced whether this is another directory than the one the known files came from
    /// @param orphansRemovable whether the directory has been the same, and readable, for long enough
    record Judgement(Set<String> missing, Set<String> removed, boolean replaced, boolean orphansRemovable) {}

    /// Takes a reading.
    ///
    /// @param present services that have a file
    /// @param known services that have, or had, one and were not removed
    Judgement listed(Reading.Listing reading, Set<String> present, Set<String> known) {
        Set<String> absent =
                known.stream().filter(s -> !present.contains(s)).collect(Collectors.toCollection(TreeSet::new));
        DirectoryId from = trusted;
        if (from == null || !from.is(reading.directory())) {
            broken();
            if (from != null && !absent.isEmpty()) {
                return new Judgement(absent, Set.of(), true, false);
            }
            from = reading.directory();
        }
        trusted = from.refined(reading.directory());
        Duration steady = steadySince == null ? reading.ended() : steadySince;
        steadySince = steady;
        missedSince.keySet().retainAll(absent);
        absent.forEach(service -> missedSince.putIfAbsent(service, reading.ended()));
        Set<String> removed = absent.stream()
                .filter(service -> passed(missedSince.getOrDefault(service, reading.ended()), reading))
                .collect(Collectors.toCollection(TreeSet::new));
        absent.removeAll(removed);
        return new Judgement(absent, removed, false, passed(steady, reading));
    }

    /// The directory could not be read: everything is waited for anew.
    void broken() {
        steadySince = null;
        missedSince.clear();
    }

    /// The directory the known files come from; null: none was read yet.
    @Nullable
    DirectoryId trusted() {
        return trusted;
    }

    private static boolean passed(Duration since, Reading.Listing reading) {
        return reading.begun().minus(since).compareTo(WINDOW) >= 0;
    }
}
