package dev.dhow.agent.cli;

import dev.dhow.api.status.ReplicaStatus;
import dev.dhow.api.status.RoleStatus;
import dev.dhow.api.status.RolloutStatus;
import dev.dhow.api.status.ServiceStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One container while a rollout lasts.
///
/// @param subject `shop/web/1`
/// @param current whether it is of the revision that is rolled out; a role that did not change keeps older ones
/// @param word how it is: its health where it runs, else Docker's word
/// @param startedAt null: it never was
record ReplicaWord(
        String subject,
        String container,
        String revision,
        boolean current,
        String word,
        @Nullable Instant startedAt) {
    /// What was not started yet comes last.
    static final Comparator<ReplicaWord> BY_START =
            Comparator.comparing(ReplicaWord::startedAt, Comparator.nullsLast(Comparator.naturalOrder()));

    /// All containers of a service, in its order.
    static List<ReplicaWord> of(ServiceStatus service) {
        RolloutStatus rollout = service.rollout();
        String revision = rollout == null ? service.revision() : rollout.revision();
        List<ReplicaWord> words = new ArrayList<>();
        for (RoleStatus role : service.roles()) {
            for (ReplicaStatus replica : role.replicas()) {
                words.add(new ReplicaWord(
                        "%s/%s/%d".formatted(service.service(), role.role(), replica.replica()),
                        replica.container(),
                        replica.revision(),
                        replica.revision().equals(revision),
                        replica.state().equals("running") ? replica.health().label() : replica.state(),
                        replica.startedAt()));
            }
        }
        return words;
    }
}
