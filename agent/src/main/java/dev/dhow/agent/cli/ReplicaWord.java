package dev.dhow.agent.cli;

import dev.dhow.api.status.KeptStatus;
import dev.dhow.api.status.ReplicaStatus;
import dev.dhow.api.status.ReplicaStatus.Traffic;
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
/// @param traffic how it stands with the proxy; null: its role has none
/// @param startedAt null: it never was, or it is kept
/// @param kept whether it is stopped and kept
/// @param stoppedAt of one that is kept; null: nobody tells
record ReplicaWord(
        String subject,
        String container,
        boolean current,
        String word,
        @Nullable Traffic traffic,
        @Nullable Instant startedAt,
        boolean kept,
        @Nullable Instant stoppedAt) {
    /// What was not started yet comes last.
    static final Comparator<ReplicaWord> BY_START =
            Comparator.comparing(ReplicaWord::startedAt, Comparator.nullsLast(Comparator.naturalOrder()));

    /// All containers of a service, in its order; of each role those that are kept come last.
    static List<ReplicaWord> of(ServiceStatus service) {
        RolloutStatus rollout = service.rollout();
        String revision = rollout == null ? service.revision() : rollout.revision();
        List<ReplicaWord> words = new ArrayList<>();
        for (RoleStatus role : service.roles()) {
            String prefix = "%s/%s/".formatted(service.service(), role.role());
            for (ReplicaStatus replica : role.replicas()) {
                words.add(new ReplicaWord(
                        prefix + replica.replica(),
                        replica.container(),
                        replica.revision().equals(revision),
                        replica.state().equals("running") ? replica.health().label() : replica.state(),
                        replica.traffic(),
                        replica.startedAt(),
                        false,
                        null));
            }
            for (KeptStatus kept : role.kept()) {
                words.add(new ReplicaWord(
                        prefix + kept.replica(),
                        kept.container(),
                        kept.revision().equals(revision),
                        "stopped",
                        kept.traffic(),
                        null,
                        true,
                        kept.stoppedAt()));
            }
        }
        return words;
    }

    boolean is(Traffic other) {
        return traffic == other;
    }

    /// All of it in a line.
    String text() {
        if (kept) {
            return traffic == Traffic.DRAINED ? "drained, stopped, kept" : "stopped, kept";
        }
        return traffic == null || traffic == Traffic.NONE ? word : word + ", " + traffic.label();
    }

    /// Whether its work is over, or ends.
    boolean leaving() {
        return kept || traffic == Traffic.DRAINING || traffic == Traffic.DRAINED;
    }

    /// Whether it was stopped before the other one was started.
    boolean endedBefore(ReplicaWord other) {
        return stoppedAt != null && other.startedAt != null && !stoppedAt.isAfter(other.startedAt);
    }
}
