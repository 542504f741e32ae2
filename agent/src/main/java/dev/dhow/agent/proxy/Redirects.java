package dev.dhow.agent.proxy;

import dev.dhow.agent.wire.Client;
import dev.dhow.api.spec.ProxySpec;
import org.jspecify.annotations.Nullable;

/// Where a request should have been sent instead: HTTPS and the canonical host, in one hop.
final class Redirects {
    private Redirects() {}

    /// @param host what the request names, as `HostName` gives it
    /// @param authority the same as it came, with its port
    /// @param asked the path and query as they came
    /// @return a URL; null: it is right here
    static @Nullable String of(
            ProxySpec spec, Client client, @Nullable String host, @Nullable String authority, String asked) {
        if (host == null || authority == null) {
            return null;
        }
        String canonical = spec.serving().canonicalHost();
        boolean elsewhere = canonical != null && !canonical.equals(host);
        boolean plain = spec.tls().redirect() && !client.https();
        if (!elsewhere && !plain) {
            return null;
        }
        // The port that was asked for speaks plain HTTP: HTTPS is at its own.
        String to = elsewhere ? canonical : plain ? host.indexOf(':') < 0 ? host : "[" + host + "]" : authority;
        return (plain || client.https() ? "https://" : "http://") + to + asked;
    }
}
