package dev.dhow.agent.manifest;

import dev.dhow.agent.yaml.Located;
import dev.dhow.agent.yaml.Problems;
import dev.dhow.api.spec.Dependency;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `depends_on` within one service: the roles exist, and nothing waits for itself.
final class Dependencies {
    private final String service;
    private final Map<String, List<Located<Dependency>>> byRole = new LinkedHashMap<>();
    private final Set<String> done = new HashSet<>();
    private final List<String> stack = new ArrayList<>();

    private Dependencies(String service, List<Role> roles) {
        this.service = service;
        roles.forEach(role -> byRole.put(role.name(), role.values().or(ContainerKeys.DEPENDS_ON, List.of())));
    }

    static void check(String service, List<Role> roles, Problems problems) {
        Dependencies dependencies = new Dependencies(service, roles);
        dependencies
                .byRole
                .values()
                .forEach(list -> list.forEach(entry -> {
                    if (dependencies.own(entry.value())
                            && !dependencies.byRole.containsKey(entry.value().role())) {
                        problems.error(
                                entry.place(),
                                entry.path(),
                                "there is no role \"%s\" in this file; its roles are %s"
                                        .formatted(
                                                entry.value().role(), String.join(", ", dependencies.byRole.keySet())));
                    }
                }));
        for (Role role : roles) {
            dependencies.visit(role.name(), problems);
        }
    }

    private boolean own(Dependency dependency) {
        return dependency.service() == null || dependency.service().equals(service);
    }

    private void visit(String role, Problems problems) {
        if (stack.contains(role)) {
            tell(new ArrayList<>(stack.subList(stack.indexOf(role), stack.size())), problems);
            return;
        }
        if (!done.add(role)) {
            return;
        }
        stack.add(role);
        byRole.getOrDefault(role, List.of()).stream()
                .filter(entry -> own(entry.value()))
                .forEach(entry -> visit(entry.value().role(), problems));
        stack.removeLast();
    }

    /// Tells a cycle once, at the first of its entries in the file.
    private void tell(List<String> cycle, Problems problems) {
        Optional<Located<Dependency>> first = Optional.empty();
        for (int i = 0; i < cycle.size(); i++) {
            Located<Dependency> entry = entry(cycle.get(i), cycle.get((i + 1) % cycle.size()));
            if (entry != null && (first.isEmpty() || BY_PLACE.compare(entry, first.get()) < 0)) {
                first = Optional.of(entry);
            }
        }
        String path = String.join(" → ", cycle) + " → " + cycle.getFirst();
        first.ifPresent(entry ->
                problems.error(entry.place(), entry.path(), "roles that wait for each other: %s".formatted(path)));
    }

    private @Nullable Located<Dependency> entry(String from, String to) {
        return byRole.getOrDefault(from, List.of()).stream()
                .filter(entry -> own(entry.value()) && entry.value().role().equals(to))
                .findFirst()
                .orElse(null);
    }

    private static final Comparator<Located<Dependency>> BY_PLACE = Comparator.<Located<Dependency>>comparingInt(
                    entry -> entry.place().line())
            .thenComparingInt(entry -> entry.place().column());
}
