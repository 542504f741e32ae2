package dev.dhow.api.status;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A container that was stopped and is kept.
///
/// @param replica whose place it had
/// @param revision that made it
/// @param stoppedAt null: it never ran, or Docker does not tell
/// @param traffic whether it finished its requests before that; null: its role has no proxy
public record KeptStatus(
        int replica,
        String container,
        String id,
        String revision,
        @Nullable Instant stoppedAt,
        ReplicaStatus.@Nullable Traffic traffic) {}
