package dev.dhow.api.spec;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How requests find a role, who may ask, and how the proxy answers for it.
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
        @Nullable Integer appPort,
        Tls tls,
        Access access,
        Serving serving) {
    /// What `proxy: true` means.
    public static final ProxySpec PLAIN = new ProxySpec(List.of(), false, "/", true, null);

    /// Copies the list.
    public ProxySpec {
        hosts = List.copyOf(hosts);
    }

    /// One without TLS of ours that everybody may ask.
    public ProxySpec(
            List<String> hosts,
            boolean isDefault,
            String pathPrefix,
            boolean stripPathPrefix,
            @Nullable Integer appPort) {
        this(hosts, isDefault, pathPrefix, stripPathPrefix, appPort, Tls.OFF, Access.ANYONE, Serving.DEFAULT);
    }

    /// Where TLS ends, and what that means for plain requests.
    ///
    /// @param redirect whether a plain request is sent to HTTPS
    /// @param assumeHttps whether TLS ended before us, so that every request counts as HTTPS
    public record Tls(CertificateSource source, boolean redirect, boolean assumeHttps) {
        /// Requests as they come.
        public static final Tls OFF = new Tls(new CertificateSource.None(), false, false);

        /// Whether we end TLS for the role.
        public boolean on() {
            return !(source instanceof CertificateSource.None);
        }
    }

    /// Who may ask.
    ///
    /// @param allowFrom addresses and networks as `ADDRESS` or `ADDRESS/BITS`; empty with no file: anyone
    /// @param allowFromFile an absolute path of a file that holds more of them; null: none
    /// @param usersFile an absolute path of an htpasswd file with bcrypt hashes; null: no login
    /// @param clientCa an absolute path of the PEM file of who signs client certificates; null: none are asked for
    public record Access(
            List<String> allowFrom,
            @Nullable String allowFromFile,
            @Nullable String usersFile,
            @Nullable String clientCa) {
        /// Everybody.
        public static final Access ANYONE = new Access(List.of(), null, null, null);

        /// Copies the list.
        public Access {
            allowFrom = List.copyOf(allowFrom);
        }
    }

    /// How the proxy answers for the role.
    ///
    /// @param responseTimeout until the head of the response
    /// @param maxRequestBody bytes; null: any
    /// @param canonicalHost where requests for the role's other hosts are redirected, lower case; null: nowhere
    /// @param sticky whether a client stays on its replica by a cookie
    /// @param errorPages an absolute path of a directory of `502.html`, `503.html`, `504.html`; null: ours
    /// @param responseHeaders set on every response of the role, in the order of the file
    public record Serving(
            Duration responseTimeout,
            @Nullable Long maxRequestBody,
            @Nullable String canonicalHost,
            boolean sticky,
            @Nullable String errorPages,
            Map<String, String> responseHeaders) {
        /// What holds where the file says nothing.
        public static final Serving DEFAULT = new Serving(Defaults.RESPONSE_TIMEOUT, null, null, false, null, Map.of());

        /// Copies the map.
        public Serving {
            responseHeaders = Collections.unmodifiableMap(new LinkedHashMap<>(responseHeaders));
        }
    }
}
