package dev.dhow.api.http;

import dev.dhow.api.status.RolloutStatus;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The answer of `GET /v1/services/{s}/history`.
///
/// @param revisions the newest first
public record HistoryBody(String service, List<Entry> revisions) {
    /// Copies the list.
    public HistoryBody {
        revisions = List.copyOf(revisions);
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
