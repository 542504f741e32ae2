package dev.dhow.api.spec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// How requests find a role.
///
/// @param hosts exact names or one-level wildcards, lower case; none: the default route
/// @param isDefault whether it takes requests that no host matches
/// @param pathPrefix starts with `/`
/// @param appPort the container's port; null: the image's only exposed TCP port, else 80
public record ProxySpec(
        List<String> hosts,
        boolean isDefault,
        String pathPrefix,
        boolean stripPathPrefix,
        @Nullable Integer appPort) {
    /// What `proxy: true` means.
    public static final ProxySpec PLAIN = new ProxySpec(List.of(), false, "/", true, null);

    /// Copies the list.
    public ProxySpec {
        hosts = List.copyOf(hosts);
    }
}
