package dev.dhow.agent.http;

import dev.dhow.api.http.HistoryBody;
import dev.dhow.api.status.CheckResult;
import dev.dhow.api.status.ReplicaStatus;
import dev.dhow.api.status.ReplicaStatus.LastExit;
import dev.dhow.api.status.RoleStatus;
import dev.dhow.api.status.RolloutStatus;
import dev.dhow.api.status.ServiceStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is told without what programs in containers wrote: the log of what ended, and the output of a check that Docker
/// ran. It may tell what is nobody's business, and TCP asks for no name. An answer to an HTTP check stays: who can ask
/// here can ask the container as well.
final class WithoutOutput {
    private WithoutOutput() {}

    static ServiceStatus of(ServiceStatus status) {
        return new ServiceStatus(
                status.service(),
                status.revision(),
                status.observedRevision(),
                status.content(),
                status.phase(),
                status.conditions(),
                status.roles().stream().map(WithoutOutput::role).toList(),
                status.rollout() == null ? null : rollout(status.rollout()),
                status.warnings(),
                status.traffic());
    }

    /// A history without the files either: a value of an environment may stand there.
    static HistoryBody of(HistoryBody history) {
        return new HistoryBody(
                history.service(),
                history.revisions().stream()
                        .map(entry ->
                                new HistoryBody.Entry(rollout(entry.rollout()), entry.images(), entry.current(), null))
                        .toList(),
                history.runs());
    }

    private static RolloutStatus rollout(RolloutStatus rollout) {
        return new RolloutStatus(
                rollout.revision(),
                rollout.reason(),
                rollout.outcome(),
                rollout.startedAt(),
                rollout.endedAt(),
                rollout.cause(),
                check(rollout.lastCheck()),
                exit(rollout.lastExit()),
                rollout.container(),
                List.of());
    }

    private static RoleStatus role(RoleStatus role) {
        return new RoleStatus(
                role.role(),
                role.image(),
                role.desired(),
                role.running(),
                role.ready(),
                role.replicas().stream().map(WithoutOutput::replica).toList(),
                role.kept());
    }

    private static ReplicaStatus replica(ReplicaStatus replica) {
        return new ReplicaStatus(
                replica.replica(),
                replica.container(),
                replica.id(),
                replica.revision(),
                replica.state(),
                replica.health(),
                replica.startedAt(),
                replica.restarts(),
                check(replica.lastCheck()),
                exit(replica.lastExit()),
                replica.image(),
                replica.traffic());
    }

    private static @Nullable CheckResult check(@Nullable CheckResult check) {
        if (check == null) {
            return null;
        }
        return switch (check.kind()) {
            case HTTP, TCP, PROCESS -> check;
            case DOCKER -> check.withoutBody();
        };
    }

    private static @Nullable LastExit exit(@Nullable LastExit exit) {
        return exit == null ? null : new LastExit(exit.code(), exit.oomKilled(), exit.at(), List.of());
    }
}
