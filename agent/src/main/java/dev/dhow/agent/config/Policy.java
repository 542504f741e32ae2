package dev.dhow.agent.config;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// `policy` of `agent.yaml`: what service files may ask for.
///
/// @param bindRoots directories of the host that may be mounted, with all below them
/// @param registries where images may come from, `HOST` or `HOST/PATH`; none: anywhere
/// @param requireDigest images must be named by digest
/// @param allow by service: `privileged`, `cap:NET_ADMIN`, `device:/dev/dri`, `network:host`, `gpu`, `docker_socket`, …
public record Policy(
        List<String> bindRoots, List<String> registries, boolean requireDigest, Map<String, Set<String>> allow) {
    /// What holds without the key.
    public static final Policy DEFAULT = new Policy(List.of("/srv"), List.of(), false, Map.of());

    /// Copies the collections.
    public Policy {
        bindRoots = List.copyOf(bindRoots);
        registries = List.copyOf(registries);
        allow = Map.copyOf(allow);
    }

    /// What one service may beyond the others.
    public Set<String> allowed(String service) {
        return allow.getOrDefault(service, Set.of());
    }
}
