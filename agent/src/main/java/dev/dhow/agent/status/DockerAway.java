package dev.dhow.agent.status;

import dev.dhow.api.status.Condition;
import dev.dhow.api.status.Condition.Status;
import dev.dhow.api.status.Condition.Type;
import dev.dhow.api.status.ServiceStatus;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What is told of a service while Docker cannot be read: its file as it is now, its containers as they were seen last,
/// and every statement that rests on Docker as unknown. Pure.
public final class DockerAway {
    private DockerAway() {}

    /// @param folded from what was seen last
    /// @param previous what was told before; null: nothing
    /// @param why for people
    public static ServiceStatus of(ServiceStatus folded, @Nullable ServiceStatus previous, String why, Instant now) {
        return new ServiceStatus(
                folded.service(),
                folded.revision(),
                folded.observedRevision(),
                folded.content(),
                folded.phase(),
                folded.conditions().stream()
                        .map(c -> c.type() == Type.SourceValid ? c : unknown(c, previous, why, now))
                        .toList(),
                folded.roles(),
                folded.rollout(),
                folded.warnings(),
                folded.traffic());
    }

    private static Condition unknown(Condition condition, @Nullable ServiceStatus previous, String why, Instant now) {
        Instant since = Optional.ofNullable(previous)
                .flatMap(p -> p.condition(condition.type()))
                .filter(c -> c.status() == Status.Unknown)
                .map(Condition::since)
                .orElse(now);
        return new Condition(condition.type(), Status.Unknown, "DockerAway", why, since, condition.revision());
    }
}
