package dev.dhow.agent.proxy;

import dev.dhow.agent.runtime.Traffic.Backend;
import dev.dhow.api.spec.RoleSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// One service, as it was seen last. Guarded by whoever changes routes.
final class ServiceRoutes {
    final Map<String, Pool> pools = new TreeMap<>();
    Map<String, Backend> backends = Map.of();
    List<RoleSpec> roles = List.of();

    Pool pool(String role) {
        return pools.computeIfAbsent(role, _ -> new Pool());
    }

    Optional<Endpoint> target(String id) {
        return pools.values().stream().flatMap(pool -> pool.target(id).stream()).findFirst();
    }
}
