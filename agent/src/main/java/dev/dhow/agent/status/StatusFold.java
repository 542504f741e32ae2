package dev.dhow.agent.status;

import dev.dhow.agent.state.Declared;
import dev.dhow.agent.state.Desired;
import dev.dhow.agent.state.ServiceText;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.ServiceSpec;
import dev.dhow.api.status.Condition;
import dev.dhow.api.status.Phase;
import dev.dhow.api.status.Problem;
import dev.dhow.api.status.RoleStatus;
import dev.dhow.api.status.ServiceStatus;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Folds a pass into what is told of its service. Pure.
public final class StatusFold {
    private StatusFold() {}

    /// The status.
    public static ServiceStatus fold(StatusInput input) {
        Desired desired = input.pass().desired();
        List<RoleStatus> roles = roles(input);
        String revision = input.plan().revision();
        List<Condition> conditions = new Conditions(input, roles).all();
        return new ServiceStatus(
                desired.service(),
                revision,
                revision,
                desired.usable().map(Declared::text).map(ServiceText::content).orElse(null),
                phase(desired, conditions, roles),
                conditions,
                roles,
                null,
                warnings(desired));
    }

    private static List<RoleStatus> roles(StatusInput input) {
        Optional<ServiceSpec> spec = input.pass().desired().inForce();
        TreeSet<String> unwanted = new TreeSet<>();
        input.pass().containers().forEach(c -> unwanted.add(c.owner().role()));
        List<RoleSpec> wanted = spec.map(ServiceSpec::roles).orElse(List.of());
        wanted.forEach(role -> unwanted.remove(role.name()));
        return Stream.concat(
                        wanted.stream().map(role -> Roles.of(input, role.name(), role)),
                        unwanted.stream().map(name -> Roles.of(input, name, null)))
                .toList();
    }

    private static Phase phase(Desired desired, List<Condition> conditions, List<RoleStatus> roles) {
        if (desired instanceof Desired.Removed) {
            return Phase.Removing;
        }
        if (!(desired instanceof Desired.Wanted)) {
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
