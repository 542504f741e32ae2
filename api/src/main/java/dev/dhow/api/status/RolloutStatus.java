package dev.dhow.api.status;

import dev.dhow.api.status.ReplicaStatus.LastExit;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How one revision came, or did not come, into force.
///
/// @param revision which
/// @param reason why it was begun: `file`, `update`, `rollback`, `restart`, or `adopted` where its containers were
/// found
///     running
/// @param endedAt null: it is not over
/// @param cause why it ended as it did; empty: nothing to tell
/// @param lastCheck the check that decided; null: none did
/// @param lastExit how the process ended that decided; null: none did
public record RolloutStatus(
        String revision,
        String reason,
        Outcome outcome,
        Instant startedAt,
        @Nullable Instant endedAt,
        String cause,
        @Nullable CheckResult lastCheck,
        @Nullable LastExit lastExit) {
    /// Where it stands.
    public enum Outcome {
        /// Steps, gates or the time of watching are open.
        PROGRESSING,
        /// Every replica of it was ready, and stayed so while it was watched.
        AVAILABLE,
        /// It failed, and what ran before runs again or still.
        ROLLED_BACK,
        /// It failed and was left as it is, because its file says `on_failure: pause`.
        PAUSED,
        /// A newer one came before it was over.
        SUPERSEDED;

        /// The word as it is told.
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        /// Whether the same content is not tried again by itself.
        public boolean failed() {
            return this == ROLLED_BACK || this == PAUSED;
        }
    }
}
