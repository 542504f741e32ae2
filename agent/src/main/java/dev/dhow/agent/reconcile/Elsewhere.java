package dev.dhow.agent.reconcile;

import dev.dhow.agent.state.Desired;
import dev.dhow.agent.status.StatusBoard;
import dev.dhow.api.spec.Dependency;
import dev.dhow.api.spec.ServiceSpec;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Which roles of other services that a service waits for are ready, as their status says.
final class Elsewhere {
    private Elsewhere() {}

    static Set<String> ready(StatusBoard board, Desired desired) {
        return desired.inForce().map(ServiceSpec::roles).orElse(List.of()).stream()
                .flatMap(role -> role.dependsOn().stream())
                .filter(d -> d.service() != null && ready(board, d))
                .map(Dependency::toString)
                .collect(Collectors.toSet());
    }

    private static boolean ready(StatusBoard board, Dependency dependency) {
        return board.of(String.valueOf(dependency.service())).stream()
                .flatMap(status -> status.roles().stream())
                .anyMatch(role -> role.role().equals(dependency.role()) && role.ready() >= role.desired());
    }
}
