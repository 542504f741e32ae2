package dev.dhow.api.status;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A health check of a load balancer, or a request that looks like one and was refused.
///
/// @param listener of the proxy, such as `http`
/// @param source the address that the connection came from
/// @param proxyHeader what became of the PROXY header: `none`, `v1`, `v2`, `missing`, `untrusted`, …
/// @param client the address that a PROXY header named; null: none did
/// @param host as the request named it; null: it named none
/// @param sni the name in the TLS handshake; null: none, or no TLS
/// @param version such as `HTTP/1.1`; null: there was no request
/// @param path null: there was no request
/// @param code of the answer
/// @param why the answer was that one
public record ProbeStatus(
        Instant at,
        String listener,
        String source,
        String proxyHeader,
        @Nullable String client,
        @Nullable String host,
        @Nullable String sni,
        @Nullable String version,
        @Nullable String path,
        int code,
        String why) {}
