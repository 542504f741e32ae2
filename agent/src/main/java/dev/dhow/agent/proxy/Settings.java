package dev.dhow.agent.proxy;

import dev.dhow.agent.tls.Certificates;
import dev.dhow.agent.wire.Networks;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What holds for all routes.
///
/// @param trustedPeers who is believed about clients
/// @param assumeHttps whether TLS ended before this host
/// @param healthRequires services that must have a ready container; empty: that of the default route, if any
/// @param certificates what TLS goes by; null: there is no TLS
public record Settings(
        Networks trustedPeers,
        boolean assumeHttps,
        List<String> healthRequires,
        @Nullable Certificates certificates) {
    /// Copies the list.
    public Settings {
        healthRequires = List.copyOf(healthRequires);
    }

    /// Without TLS.
    public Settings(Networks trustedPeers, boolean assumeHttps, List<String> healthRequires) {
        this(trustedPeers, assumeHttps, healthRequires, null);
    }
}
