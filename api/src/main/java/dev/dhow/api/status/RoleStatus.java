package dev.dhow.api.status;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One role's containers.
///
/// @param image the reference wanted; null: the role is going
/// @param desired how many are wanted
/// @param running how many run, of any revision
/// @param ready how many are ready, of any revision
public record RoleStatus(
        String role, @Nullable String image, int desired, int running, int ready, List<ReplicaStatus> replicas) {
    /// Copies the list.
    public RoleStatus {
        replicas = List.copyOf(replicas);
    }
}
