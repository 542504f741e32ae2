package dev.dhow.agent.cli;

import dev.dhow.api.status.Condition;
import dev.dhow.api.status.ReplicaStatus;
import dev.dhow.api.status.RoleStatus;
import dev.dhow.api.status.ServiceStatus;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a role's ready containers are made from, which may be another thing than what is wanted.
final class Served {
    private Served() {}

    /// @param otherwise what to say where the ready ones are as wanted, or none is
    static String revision(ServiceStatus service, RoleStatus role, String otherwise) {
        String wanted = service.revision();
        List<String> revisions =
                ready(role).map(ReplicaStatus::revision).distinct().toList();
        boolean settled = service.is(Condition.Type.UpToDate)
                || service.condition(Condition.Type.UpToDate).isEmpty();
        boolean goneBack = !Objects.equals(wanted, service.observedRevision());
        return wanted == null || settled || goneBack || revisions.isEmpty() || revisions.contains(wanted)
                ? otherwise
                : "%s not %s".formatted(String.join(", ", revisions), wanted);
    }

    /// The image of the ready ones, and the wanted one where that is another.
    static @Nullable String image(RoleStatus role) {
        List<String> images = ready(role)
                .map(ReplicaStatus::image)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        String wanted = role.image();
        if (images.isEmpty()) {
            return wanted;
        }
        String served = String.join(", ", images);
        return wanted == null || images.contains(wanted) ? served : "%s not %s".formatted(served, wanted);
    }

    private static Stream<ReplicaStatus> ready(RoleStatus role) {
        return role.replicas().stream().filter(r -> r.health() == ReplicaStatus.Health.READY);
    }
}
