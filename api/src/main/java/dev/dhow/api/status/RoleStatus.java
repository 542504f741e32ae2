package dev.dhow.api.status;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One role's containers.
///
/// @param image the reference wanted; null: the role is going
/// @param desired how many are wanted
/// @param running how many run, of any revision
/// @param ready how many are ready, of any revision
/// @param kept stopped ones that are kept for a way back, or for a look at what failed; they count nowhere else
public record RoleStatus(
        String role,
        @Nullable String image,
        int desired,
        int running,
        int ready,
        List<ReplicaStatus> replicas,
        List<KeptStatus> kept) {
    /// Copies the lists; what an earlier version told keeps none.
    public RoleStatus {
        replicas = List.copyOf(replicas);
        kept = kept == null ? List.of() : List.copyOf(kept);
    }

    /// One that keeps none.
    public RoleStatus(
            String role, @Nullable String image, int desired, int running, int ready, List<ReplicaStatus> replicas) {
        this(role, image, desired, running, ready, replicas, List.of());
    }
}
