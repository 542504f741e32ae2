package dev.dhow.agent.plan;

import dev.dhow.agent.state.Chronicle;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.ServiceSpec;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// By which role's words each container is checked: one that is replaced keeps the checks it was proven with.
public final class Checked {
    private Checked() {}

    /// The role of each container, by id; one that nobody knows is missing.
    public static Map<String, RoleSpec> of(PassInput input) {
        Map<String, RoleSpec> roles = new HashMap<>();
        Optional<Goal> found = input.goal();
        if (found.isEmpty()) {
            return roles;
        }
        Goal goal = found.get();
        if (goal.way() == Goal.Way.UNREADABLE) {
            input.containers().forEach(c -> made(input, c).ifPresent(spec -> roles.put(c.id(), spec)));
            return roles;
        }
        Set<String> current = new HashSet<>();
        Crew.of(input, goal).forEach(crew -> crew.current().forEach(c -> current.add(c.id())));
        for (ObservedContainer container : input.containers()) {
            String role = container.owner().role();
            Optional<RoleSpec> own = current.contains(container.id()) ? Optional.empty() : made(input, container);
            own.or(() -> goal.spec().role(role)).ifPresent(spec -> roles.put(container.id(), spec));
        }
        return roles;
    }

    /// What the newest revision that had this container said of its role.
    private static Optional<RoleSpec> made(PassInput input, ObservedContainer container) {
        String role = container.owner().role();
        Map<String, ServiceSpec> specs = input.past().specs();
        return input.chronicle().entries().reversed().stream()
                .filter(e -> has(e, container) && specs.containsKey(e.revision()))
                .map(e -> specs.get(e.revision()))
                .findFirst()
                .flatMap(spec -> spec.role(role));
    }

    private static boolean has(Chronicle.Entry entry, ObservedContainer container) {
        String hash = entry.specs().get(container.owner().role());
        return hash == null
                ? entry.revision().equals(container.owner().revision())
                : hash.equals(container.owner().spec());
    }
}
