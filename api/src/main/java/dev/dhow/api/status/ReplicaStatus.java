package dev.dhow.api.status;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One container.
///
/// @param state Docker's word, lower case
/// @param health `ready`, `starting`, `unready` or `unknown`
/// @param restarts how often Docker restarted it by its policy, and Dhow beside that
/// @param image the reference that it was made from; null: an earlier version did not tell
/// @param traffic how it stands with the proxy; null: its role has no proxy, or an earlier version did not tell
public record ReplicaStatus(
        int replica,
        String container,
        String id,
        String revision,
        String state,
        Health health,
        @Nullable Instant startedAt,
        int restarts,
        @Nullable CheckResult lastCheck,
        @Nullable LastExit lastExit,
        @Nullable String image,
        @Nullable Traffic traffic) {
    /// One whose image nobody tells, behind no proxy.
    public ReplicaStatus(
            int replica,
            String container,
            String id,
            String revision,
            String state,
            Health health,
            @Nullable Instant startedAt,
            int restarts,
            @Nullable CheckResult lastCheck,
            @Nullable LastExit lastExit) {
        this(replica, container, id, revision, state, health, startedAt, restarts, lastCheck, lastExit, null, null);
    }

    /// Whether a container does its work.
    public enum Health {
        /// Its checks pass.
        READY,
        /// It is still within its time to become ready.
        STARTING,
        /// Its checks fail, or it does not run.
        UNREADY,
        /// Nobody can tell, which changes nothing.
        UNKNOWN;

        /// The word as it is told.
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Whether the proxy sends a container requests.
    public enum Traffic {
        /// It had none since it was made, or nobody remembers.
        NONE,
        /// New requests go to it.
        SERVING,
        /// It gets no new ones, and finishes those it has.
        DRAINING,
        /// It gets none, and has finished those it had.
        DRAINED;

        /// The word as it is told.
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// How its process ended the last time.
    ///
    /// @param log the last lines it wrote
    public record LastExit(
            int code, boolean oomKilled, @Nullable Instant at, List<String> log) {
        /// Copies the list.
        public LastExit {
            log = List.copyOf(log);
        }
    }
}
