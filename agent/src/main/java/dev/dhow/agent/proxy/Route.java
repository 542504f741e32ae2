package dev.dhow.agent.proxy;

import dev.dhow.api.spec.ProxySpec;

/// Where requests for a role go.
///
/// @param pool its containers, whatever the table
/// @param rules what it asks of a request, whatever the table
record Route(String service, String role, ProxySpec spec, Pool pool, Rules rules) {
    /// One that asks for nothing.
    Route(String service, String role, ProxySpec spec, Pool pool) {
        this(service, role, spec, pool, Rules.none());
    }

    /// Whether a path is below the route's prefix, which ends at a `/` or at the path's end.
    boolean takes(String path) {
        String prefix = spec.pathPrefix();
        int length = prefix.length();
        return length == 1 || (path.startsWith(prefix) && (path.length() == length || path.charAt(length) == '/'));
    }
}
