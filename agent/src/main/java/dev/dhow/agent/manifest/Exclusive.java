package dev.dhow.agent.manifest;

import dev.dhow.agent.yaml.Located;
import dev.dhow.agent.yaml.Problems;
import dev.dhow.agent.yaml.Values;
import dev.dhow.api.spec.RolloutSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A volume that says `exclusive: true` is never in two containers at once, so a file may not ask for that.
final class Exclusive {
    private final Problems problems;
    /// The first role that has the volume, by the volume's name.
    private final Map<String, Holder> holders = new HashMap<>();

    private record Holder(Role role, Located<Volume> entry) {}

    private Exclusive(Problems problems) {
        this.problems = problems;
    }

    /// @param releaseRole whose container runs beside its replicas as well; empty: none
    static void check(List<Role> roles, String releaseRole, Problems problems) {
        Exclusive exclusive = new Exclusive(problems);
        for (Role role : roles) {
            for (Located<Volume> entry : role.values().or(ContainerKeys.VOLUMES, List.of())) {
                Volume volume = entry.value();
                if (volume.type() == Volume.Type.VOLUME && volume.source() != null) {
                    if (volume.exclusive()) {
                        exclusive.within(role, entry, role.name().equals(releaseRole));
                    }
                    exclusive.between(role, entry, volume.source());
                }
            }
        }
    }

    private void within(Role role, Located<Volume> entry, boolean release) {
        Values values = role.values();
        int replicas = values.or(RoleKeys.REPLICAS, 1);
        Values rollout = values.get(RoleKeys.ROLLOUT);
        RolloutSpec.Order order = rollout == null ? null : rollout.get(RoleKeys.ORDER);
        String name = String.valueOf(entry.value().source());
        if (replicas > 1) {
            error(entry, "volume %s is exclusive and the role has %d replicas; remove one of the two", name, replicas);
        }
        if (order == RolloutSpec.Order.START_FIRST) {
            error(
                    entry,
                    "volume %s is exclusive, and start_first has two containers at once; remove one of the two",
                    name);
        }
        if (release) {
            error(
                    entry,
                    "volume %s is exclusive, and release_command runs beside this role; give it another role",
                    name);
        }
    }

    private void between(Role role, Located<Volume> entry, String name) {
        Holder first = holders.putIfAbsent(name, new Holder(role, entry));
        boolean either = first != null
                && (first.entry().value().exclusive() || entry.value().exclusive());
        if (either && !Objects.equals(first.role().name(), role.name())) {
            error(
                    entry,
                    "volume %s is exclusive, and role \"%s\" has it as well (line %d)",
                    name,
                    first.role().name(),
                    first.entry().place().line());
        }
    }

    private void error(Located<Volume> entry, String message, Object... arguments) {
        problems.error(entry.place(), entry.path(), message.formatted(arguments));
    }
}
