package dev.dhow.agent.source;

import dev.dhow.agent.state.Desired;
import java.util.Collections;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// All that the services directory says at one moment.
///
/// @param listed whether the directory was read since the agent's start and every file had the time to settle once;
///     before that, nothing may be concluded from a service that is not here
/// @param services by name, in its order, also those that only Docker knows; a removed service stays, as
///     [Desired.Removed], until its file comes back
/// @param held services that lack their file and stay, because so many are missing at once or the directory is another
/// one,
///     until the files are back or [SourceLoop#confirmRemoval]
/// @param directoryProblem what is wrong with the directory as a whole, for people; null: nothing
public record SourceSnapshot(
        boolean listed,
        Map<String, Desired> services,
        SortedSet<String> held,
        @Nullable String directoryProblem) {
    /// What is known before the first reading.
    public static final SourceSnapshot NOTHING = new SourceSnapshot(false, Map.of(), new TreeSet<>(), null);

    /// Copies the collections, sorted.
    public SourceSnapshot {
        services = Collections.unmodifiableMap(new TreeMap<>(services));
        held = Collections.unmodifiableSortedSet(new TreeSet<>(held));
    }
}
