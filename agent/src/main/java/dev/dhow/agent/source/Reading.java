package dev.dhow.agent.source;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/// One attempt to read the services directory.
sealed interface Reading {
    /// It was read whole.
    ///
    /// @param begun monotonic: no content is older
    /// @param ended monotonic: no content is younger
    /// @param files by file name, only names that count
    record Listing(Duration begun, Duration ended, DirectoryId directory, Map<String, FileContent> files)
            implements Reading {
        /// Copies the map, sorted.
        public Listing {
            files = Collections.unmodifiableMap(new TreeMap<>(files));
        }
    }

    /// It was not, or not to the end, which is the same.
    ///
    /// @param why for people
    record Failed(String why) implements Reading {}
}
