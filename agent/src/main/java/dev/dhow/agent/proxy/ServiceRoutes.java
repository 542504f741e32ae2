package dev.dhow.agent.proxy;

import dev.dhow.agent.runtime.Traffic;
import dev.dhow.agent.runtime.Traffic.Backend;
import dev.dhow.agent.runtime.Traffic.Sight;
import dev.dhow.agent.upstream.Upstreams;
import dev.dhow.api.spec.ProxySpec;
import dev.dhow.api.spec.RoleSpec;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// One service, as it was seen last: its roles, and the containers behind each. Whoever has it guards it.
final class ServiceRoutes {
    private final Map<String, Pool> pools = new TreeMap<>();
    private Map<String, Backend> backends = Map.of();
    private List<KnownRoutes.Role> roles = List.of();
    /// Of an agent before this one; Docker has not confirmed it.
    private boolean restored;

    /// As an agent before this one knew it.
    static ServiceRoutes of(KnownRoutes.Service service) {
        ServiceRoutes known = new ServiceRoutes();
        known.roles = service.roles();
        known.restored = true;
        service.targets().forEach(target -> known.pool(target.role()).add(Endpoint.of(target)));
        return known;
    }

    boolean restored() {
        return restored;
    }

    private Pool pool(String role) {
        return pools.computeIfAbsent(role, _ -> new Pool());
    }

    Optional<Endpoint> target(String id) {
        return pools.values().stream().flatMap(pool -> pool.target(id).stream()).findFirst();
    }

    /// The ids of the containers that get new requests.
    Set<String> ids() {
        Set<String> ids = new HashSet<>();
        pools.values().forEach(pool -> pool.targets().forEach(target -> ids.add(target.id())));
        return ids;
    }

    List<Route> routes(String service, Rulebook rulebook, Standing standing) {
        return roles.stream()
                .map(role -> new Route(
                        service,
                        role.name(),
                        role.proxy(),
                        pool(role.name()),
                        rulebook.of(service, role.name(), role.proxy(), standing)))
                .toList();
    }

    /// Takes in what was seen.
    ///
    /// @param grace whether what was ready stays so: a check that has just begun anew says nothing against what an
    /// agent before this one saw
    /// @return whether its routes are others now
    boolean see(Sight sight, boolean grace) {
        backends = sight.containers();
        restored = false;
        for (Pool pool : pools.values()) {
            for (Endpoint target : pool.targets()) {
                Backend backend = sight.containers().get(target.id());
                if (backend == null) {
                    pool.remove(target.id());
                    target.close();
                } else if (!backend.address().isEmpty()) {
                    target.seen(address(backend), backend.ready() || (grace && target.ready()));
                }
            }
        }
        List<KnownRoutes.Role> now = proxied(sight.roles());
        boolean others = !roles.equals(now);
        roles = now;
        return others;
    }

    private static List<KnownRoutes.Role> proxied(List<RoleSpec> roles) {
        List<KnownRoutes.Role> proxied = new ArrayList<>();
        for (RoleSpec role : roles) {
            ProxySpec spec = role.proxy();
            if (spec != null) {
                proxied.add(new KnownRoutes.Role(role.name(), spec));
            }
        }
        return proxied;
    }

    /// Sends requests to a container from now on.
    void route(Traffic.Target wanted) {
        Backend backend = backends.get(wanted.id());
        if (backend == null || backend.address().isEmpty()) {
            throw new IllegalStateException("%s has no address to send requests to".formatted(wanted.name()));
        }
        if (target(wanted.id()).isEmpty()) {
            // Its checks said so: that is why it is routed.
            ProxyListener.Target name = new ProxyListener.Target(backend.name(), backend.replica(), backend.revision());
            pool(backend.role()).add(new Endpoint(wanted.id(), name, address(backend), true));
        }
    }

    void remove(String id) {
        pools.values().forEach(pool -> pool.remove(id));
    }

    /// Lets no request start on any of its containers.
    void close() {
        pools.values().forEach(pool -> pool.targets().forEach(Endpoint::close));
    }

    /// All of it, as data; empty: no role takes requests.
    Optional<KnownRoutes.Service> known(String service) {
        if (roles.isEmpty()) {
            return Optional.empty();
        }
        List<KnownRoutes.Target> targets = new ArrayList<>();
        pools.forEach((role, pool) -> pool.targets().forEach(target -> targets.add(target.known(role))));
        return Optional.of(new KnownRoutes.Service(service, roles, targets));
    }

    private static InetSocketAddress address(Backend backend) {
        return Upstreams.address(backend.address(), backend.port());
    }
}
