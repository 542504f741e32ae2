package dev.dhow.agent.source;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/// Tells that something may have happened in a directory. Losing any hint costs seconds, never correctness. Used by
/// one thread, except [#wake].
interface Hints extends AutoCloseable {
    /// Makes sure that the directory now at the path is the one that hints come from. Cheap; called before each
    /// reading.
    void watch(Path directory);

    /// Waits until something happened in the directory, [#wake] was called or the time is over.
    void await(Duration atMost);

    /// Waits until the time is over, or [#wake] was called, whatever happens in the directory.
    void pause(Duration time);

    /// What happened since the last call.
    Changes drain();

    /// Ends the wait of the other thread, or the next one.
    void wake();

    @Override
    void close();

    /// Events since the last look.
    ///
    /// @param lastWasRename per name, whether the last thing that happened to it was a rename into place
    /// @param lost whether events were lost, so that nothing may be concluded from those here
    record Changes(Map<String, Boolean> lastWasRename, boolean lost) {
        /// Nothing happened.
        static final Changes NONE = new Changes(Map.of(), false);

        /// Copies the map.
        public Changes {
            lastWasRename = Map.copyOf(lastWasRename);
        }

        /// Whether a reading is worth it. A temporary file of some other name is not; a rename of some other
        /// name is, because links may lead through it.
        boolean worthReading() {
            return lost
                    || lastWasRename.entrySet().stream()
                            .anyMatch(change -> change.getValue() || FileNames.counts(change.getKey()));
        }
    }
}
