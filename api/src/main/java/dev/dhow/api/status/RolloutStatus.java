package dev.dhow.api.status;

import dev.dhow.api.status.ReplicaStatus.LastExit;
import java.time.Instant;
import java.util.List;
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
/// @param container the name of the container that decided; null: none did
/// @param log the last lines that it wrote, where it did not end
public record RolloutStatus(
        String revision,
        String reason,
        Outcome outcome,
        Instant startedAt,
        @Nullable Instant endedAt,
        String cause,
        @Nullable CheckResult lastCheck,
        @Nullable LastExit lastExit,
        @Nullable String container,
        List<String> log) {
    /// Copies the list; what an earlier version told has none.
    public RolloutStatus {
        log = log == null ? List.of() : List.copyOf(log);
    }

    /// One that no container decided.
    public RolloutStatus(
            String revision,
            String reason,
            Outcome outcome,
            Instant startedAt,
            @Nullable Instant endedAt,
            String cause,
            @Nullable CheckResult lastCheck,
            @Nullable LastExit lastExit) {
        this(revision, reason, outcome, startedAt, endedAt, cause, lastCheck, lastExit, null, List.of());
    }

    /// The same with the last lines that its container wrote.
    public RolloutStatus withLog(List<String> lines) {
        return new RolloutStatus(
                revision, reason, outcome, startedAt, endedAt, cause, lastCheck, lastExit, container, lines);
    }

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
