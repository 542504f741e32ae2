package dev.dhow.agent.status;

import dev.dhow.agent.plan.Goal;
import dev.dhow.agent.state.Chronicle;
import dev.dhow.agent.state.Chronicle.Entry;
import dev.dhow.agent.state.Declared;
import dev.dhow.agent.state.Desired;
import dev.dhow.agent.state.ServiceText;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.ServiceSpec;
import dev.dhow.api.status.Condition;
import dev.dhow.api.status.Phase;
import dev.dhow.api.status.Problem;
import dev.dhow.api.status.RoleStatus;
import dev.dhow.api.status.RolloutStatus;
import dev.dhow.api.status.ServiceStatus;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Folds a pass into what is told of its service. Pure.
public final class StatusFold {
    private StatusFold() {}

    /// The status.
    public static ServiceStatus fold(StatusInput input) {
        Desired desired = input.pass().desired();
        List<RoleStatus> roles = roles(input);
        Goal goal = input.plan().notes().goal();
        String revision = input.plan().revision();
        List<Condition> conditions = new Conditions(input, roles).all();
        return new ServiceStatus(
                desired.service(),
                revision,
                goal == null ? revision : goal.revision(),
                desired.usable().map(Declared::text).map(ServiceText::content).orElse(null),
                phase(input, conditions, roles),
                conditions,
                roles,
                rollout(input, goal),
                warnings(desired));
    }

    private static List<RoleStatus> roles(StatusInput input) {
        Goal goal = input.plan().notes().goal();
        Optional<ServiceSpec> spec = goal == null ? input.pass().desired().inForce() : Optional.of(goal.spec());
        TreeSet<String> unwanted = new TreeSet<>();
        input.pass().containers().forEach(c -> unwanted.add(c.owner().role()));
        Standings standings = new Standings(input);
        List<RoleSpec> wanted = spec.map(ServiceSpec::roles).orElse(List.of());
        wanted.forEach(role -> unwanted.remove(role.name()));
        return Stream.concat(
                        wanted.stream().map(role -> Roles.of(input, standings, role.name(), role)),
                        unwanted.stream().map(name -> Roles.of(input, standings, name, null)))
                .toList();
    }

    /// The rollout of what is worked towards; where the file's content failed, that one.
    private static @Nullable RolloutStatus rollout(StatusInput input, @Nullable Goal goal) {
        Chronicle chronicle = input.pass().chronicle();
        if (goal == null) {
            return null;
        }
        Optional<Entry> failed =
                chronicle.failed(goal.fileRevision()) ? chronicle.of(goal.fileRevision()) : Optional.empty();
        boolean asked = goal.asked();
        return (asked ? Optional.<Entry>empty() : failed)
                .or(() -> chronicle.last().filter(e -> e.revision().equals(goal.revision())))
                .map(Entry::rollout)
                .orElse(null);
    }

    private static Phase phase(StatusInput input, List<Condition> conditions, List<RoleStatus> roles) {
        Desired desired = input.pass().desired();
        if (desired instanceof Desired.Removed) {
            return input.pass().held() ? Phase.Held : Phase.Removing;
        }
        if (!(desired instanceof Desired.Wanted) || input.pass().held()) {
            return Phase.Held;
        }
        if (is(conditions, Condition.Type.Degraded)) {
            return Phase.Degraded;
        }
        boolean nothingYet = roles.stream().allMatch(r -> r.replicas().isEmpty())
                && roles.stream().anyMatch(r -> r.desired() > 0);
        if (nothingYet) {
            return Phase.Pending;
        }
        return is(conditions, Condition.Type.Progressing) ? Phase.Progressing : Phase.Running;
    }

    private static boolean is(List<Condition> conditions, Condition.Type type) {
        return conditions.stream().anyMatch(c -> c.type() == type && c.status() == Condition.Status.True);
    }

    private static List<String> warnings(Desired desired) {
        return desired instanceof Desired.Wanted wanted
                ? wanted.warnings().stream().map(Problem::summary).toList()
                : List.of();
    }
}
