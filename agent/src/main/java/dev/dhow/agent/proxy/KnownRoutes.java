package dev.dhow.agent.proxy;

import dev.dhow.api.spec.ProxySpec;
import java.util.List;

/// All that the proxy serves at one moment, as data: what an agent that starts anew serves until it has seen Docker.
public record KnownRoutes(List<Service> services) {
    /// Copies the list.
    public KnownRoutes {
        services = List.copyOf(services);
    }

    /// One service.
    ///
    /// @param roles that are proxied
    /// @param targets that get new requests
    public record Service(String name, List<Role> roles, List<Target> targets) {
        /// Copies the lists.
        public Service {
            roles = List.copyOf(roles);
            targets = List.copyOf(targets);
        }
    }

    /// By which words a role is reached.
    public record Role(String name, ProxySpec proxy) {}

    /// A container.
    ///
    /// @param id Docker's
    /// @param address where it is dialled, with its port
    public record Target(
            String id,
            String role,
            String name,
            int replica,
            String revision,
            String address,
            int port,
            boolean ready) {}
}
