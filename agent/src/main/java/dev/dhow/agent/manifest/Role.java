package dev.dhow.agent.manifest;

import dev.dhow.agent.manifest.ProxyKeys.Proxy;
import dev.dhow.agent.yaml.Place;
import dev.dhow.agent.yaml.Values;
import org.jspecify.annotations.Nullable;

/// One role while its file is read.
///
/// @param values its own keys over the root's
/// @param place where its map starts
/// @param proxy the proxy's keys in force; null: it is not proxied
record Role(
        String name,
        Values values,
        Place place,
        String path,
        @Nullable Values proxy) {
    static final String PROXIED_BY_NAME = "web";

    /// Merges the root's keys under a role's own. The root's `proxy` map is for roles that are proxied anyway.
    static Role of(String name, Values own, Values root, Place place, String path) {
        Values merged = own.over(root);
        Proxy ownProxy = own.get(RoleKeys.PROXY);
        Proxy rootProxy = root.get(RoleKeys.PROXY);
        boolean proxied = ownProxy == null
                ? name.equals(PROXIED_BY_NAME) && (rootProxy == null || rootProxy.on())
                : ownProxy.on();
        Proxy written = merged.get(RoleKeys.PROXY);
        return new Role(
                name, merged, place, path, proxied ? (written == null ? Values.empty(place) : written.values()) : null);
    }

    boolean proxied() {
        return proxy != null;
    }
}
