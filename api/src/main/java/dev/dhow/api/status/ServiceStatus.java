package dev.dhow.api.status;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// All that is told of one service.
///
/// @param revision the revision wanted; null: no valid file was ever seen
/// @param observedRevision the revision that the last pass worked on
/// @param content which text of its file is in force, 16 hex digits: what `PUT` answered; null: none is
/// @param rollout the newest one; null: none is known
/// @param traffic that its requests are kept from it; null: they are not
public record ServiceStatus(
        String service,
        @Nullable String revision,
        @Nullable String observedRevision,
        @Nullable String content,
        Phase phase,
        List<Condition> conditions,
        List<RoleStatus> roles,
        @Nullable RolloutStatus rollout,
        List<String> warnings,
        @Nullable TrafficStatus traffic) {
    /// Copies the lists.
    public ServiceStatus {
        conditions = List.copyOf(conditions);
        roles = List.copyOf(roles);
        warnings = List.copyOf(warnings);
    }

    /// One whose requests go on.
    public ServiceStatus(
            String service,
            @Nullable String revision,
            @Nullable String observedRevision,
            @Nullable String content,
            Phase phase,
            List<Condition> conditions,
            List<RoleStatus> roles,
            @Nullable RolloutStatus rollout,
            List<String> warnings) {
        this(service, revision, observedRevision, content, phase, conditions, roles, rollout, warnings, null);
    }

    /// The same, with that of its requests.
    public ServiceStatus with(TrafficStatus traffic) {
        return new ServiceStatus(
                service, revision, observedRevision, content, phase, conditions, roles, rollout, warnings, traffic);
    }

    /// The same, with other warnings.
    public ServiceStatus withWarnings(List<String> others) {
        return new ServiceStatus(
                service, revision, observedRevision, content, phase, conditions, roles, rollout, others, traffic);
    }

    /// The condition of that type, where there is one.
    public Optional<Condition> condition(Condition.Type type) {
        return conditions.stream().filter(c -> c.type() == type).findFirst();
    }

    /// Whether that condition is True.
    public boolean is(Condition.Type type) {
        return condition(type).filter(c -> c.status() == Condition.Status.True).isPresent();
    }
}
