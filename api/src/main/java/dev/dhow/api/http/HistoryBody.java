package dev.dhow.api.http;

import dev.dhow.api.status.RolloutStatus;
import dev.dhow.api.status.RunStatus;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The answer of `GET /v1/services/{s}/history`.
///
/// @param revisions the newest first
/// @param runs those of roles with a schedule, the newest first
public record HistoryBody(String service, List<Entry> revisions, List<RunStatus> runs) {
    /// Copies the lists; an agent of an earlier version tells no runs.
    public HistoryBody {
        revisions = List.copyOf(revisions);
        runs = runs == null ? List.of() : List.copyOf(runs);
    }

    /// That of a service without schedules.
    public HistoryBody(String service, List<Entry> revisions) {
        this(service, revisions, List.of());
    }

    /// One revision.
    ///
    /// @param images what each role's image was resolved to, by role
    /// @param current whether it is the one in force
    /// @param file the service file as it was; null: not asked for, or not kept
    public record Entry(
            RolloutStatus rollout,
            Map<String, String> images,
            boolean current,
            @Nullable String file) {
        /// Copies the map.
        public Entry {
            images = Map.copyOf(images);
        }
    }
}
