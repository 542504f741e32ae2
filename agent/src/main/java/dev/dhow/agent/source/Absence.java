package dev.dhow.agent.source;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Decides when a file that is not there counts as removed: two readings of the same directory at least [#WINDOW]
/// apart, with no failed one between them, unless the [Brake] holds it. Pure: all times come with the readings.
final class Absence {
    /// How far apart the two readings are at least.
    static final Duration WINDOW = Duration.ofSeconds(10);

    private final Map<String, Duration> missedSince = new HashMap<>();
    private final Brake brake;
    private @Nullable DirectoryId trusted;

    /// @param trusted the directory the known files came from; null: not known
    Absence(@Nullable DirectoryId trusted, Brake brake) {
        this.trusted = trusted;
        this.brake = brake;
    }

    /// @param missing services whose absence does not count (yet)
    /// @param removed services whose absence counts from now on
    /// @param held those of `missing` that stay until somebody confirms, or their files come back
    /// @param replaced whether this is another directory than the one the known files came from
    record Judgement(Set<String> missing, Set<String> removed, SortedSet<String> held, boolean replaced) {}

    /// Takes a reading.
    ///
    /// @param present services that have a file
    /// @param known services that have, or had, one and were not removed
    /// @param orphans services that have containers and of which no file is known: a lost state directory makes all
    ///     that have none now such
    /// @param stakes the services that the brake looks after; others go without being counted
    Judgement listed(
            Reading.Listing reading, Set<String> present, Set<String> known, Set<String> orphans, Stakes stakes) {
        SortedSet<String> absent =
                known.stream().filter(s -> !present.contains(s)).collect(Collectors.toCollection(TreeSet::new));
        DirectoryId from = trusted;
        if (from == null || !from.is(reading.directory())) {
            broken();
            SortedSet<String> losing = new TreeSet<>(stakes.possible(absent));
            if (from != null && !brake.allConfirmed(losing)) {
                return new Judgement(absent, Set.of(), losing, true);
            }
            from = reading.directory();
        }
        trusted = from.refined(reading.directory());
        absent.addAll(orphans);
        missedSince.keySet().retainAll(absent);
        absent.forEach(service -> missedSince.putIfAbsent(service, reading.ended()));
        Set<String> due = absent.stream()
                .filter(service -> passed(missedSince.getOrDefault(service, reading.ended()), reading))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> removed = new TreeSet<>(due);
        removed.removeAll(stakes.possible(due));
        removed.addAll(brake.release(present, stakes.possible(absent), stakes.possible(due), stakes, reading.ended()));
        absent.removeAll(removed);
        return new Judgement(absent, removed, brake.held(), false);
    }

    /// The directory could not be read: everything is waited for anew.
    void broken() {
        missedSince.clear();
    }

    /// Somebody means the removal of these services.
    void confirm(Collection<String> services) {
        brake.confirm(services);
    }

    /// What has to be known after a restart of the agent.
    Remembered remembered() {
        return new Remembered(trusted, brake.held());
    }

    /// What outlives the agent.
    ///
    /// @param trusted the directory the known files come from; null: none was read yet
    /// @param held services whose removal is held back
    record Remembered(@Nullable DirectoryId trusted, SortedSet<String> held) {
        static final Remembered NOTHING = new Remembered(null, new TreeSet<>());

        /// For the state directory: the directory, and a line of services where there are any.
        String text() {
            String id = trusted == null ? "-" : trusted.text();
            return held.isEmpty() ? id : id + "\nheld " + String.join(" ", held);
        }

        /// What [#text] wrote; what cannot be read of it is not known.
        static Remembered parse(String text) {
            String[] lines = text.split("\n", -1);
            SortedSet<String> held = new TreeSet<>();
            if (lines.length > 1 && lines[1].startsWith("held ")) {
                held.addAll(List.of(lines[1].substring("held ".length()).split(" ")));
            }
            return new Remembered(DirectoryId.parse(lines[0]).orElse(null), held);
        }
    }

    private static boolean passed(Duration since, Reading.Listing reading) {
        return reading.begun().minus(since).compareTo(WINDOW) >= 0;
    }
}
