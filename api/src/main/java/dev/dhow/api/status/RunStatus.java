package dev.dhow.api.status;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One run of a role with a schedule.
///
/// @param revision the revision that it was made from
/// @param container its name; empty: none was made
/// @param startedAt when it started; of one that was skipped, when it was due
/// @param endedAt null: it was skipped
/// @param exitCode null: it was skipped
public record RunStatus(
        String role,
        String revision,
        String container,
        Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable Integer exitCode,
        Outcome outcome) {
    /// What came of it.
    public enum Outcome {
        /// It exited with 0.
        SUCCEEDED,
        /// It could not start, exited with another code, or was killed.
        FAILED,
        /// The one before still ran.
        SKIPPED;

        /// The word as it is told.
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
