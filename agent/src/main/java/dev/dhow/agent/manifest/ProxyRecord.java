package dev.dhow.agent.manifest;

import static dev.dhow.agent.manifest.ProxyKeys.*;

import dev.dhow.agent.yaml.Key;
import dev.dhow.agent.yaml.Located;
import dev.dhow.agent.yaml.Values;
import dev.dhow.api.spec.CertificateSource;
import dev.dhow.api.spec.ProxySpec;
import dev.dhow.api.spec.ProxySpec.Access;
import dev.dhow.api.spec.ProxySpec.Serving;
import dev.dhow.api.spec.ProxySpec.Tls;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes the record of a role's `proxy` of checked values, and writes it with every default.
final class ProxyRecord {
    private ProxyRecord() {}

    static ProxySpec of(Values v) {
        Serving plain = Serving.DEFAULT;
        return new ProxySpec(
                Located.values(v.or(HOSTS, List.of())).stream().distinct().toList(),
                v.or(DEFAULT, false),
                v.or(PATH_PREFIX, "/"),
                v.or(STRIP_PATH_PREFIX, true),
                v.get(APP_PORT),
                tls(v),
                access(v),
                new Serving(
                        v.or(RESPONSE_TIMEOUT, plain.responseTimeout()),
                        v.get(MAX_REQUEST_BODY),
                        v.get(CANONICAL_HOST),
                        v.or(STICKY, false),
                        v.get(ERROR_PAGES),
                        v.or(RESPONSE_HEADERS, Map.of())));
    }

    private static Tls tls(Values v) {
        CertificateSource source = v.or(TLS, new CertificateSource.None());
        boolean on = !(source instanceof CertificateSource.None);
        return new Tls(source, v.or(REDIRECT_HTTPS, on), v.or(ASSUME_HTTPS, false));
    }

    private static Access access(Values v) {
        List<String> entries = Located.values(v.or(ALLOW_FROM, List.of()));
        return new Access(
                entries.stream().filter(entry -> !entry.startsWith("/")).toList(),
                entries.stream()
                        .filter(entry -> entry.startsWith("/"))
                        .findFirst()
                        .orElse(null),
                inside(v.get(BASIC_AUTH), USERS_FILE),
                inside(v.get(CLIENT_AUTH), CA));
    }

    private static @Nullable String inside(@Nullable Values map, Key<String> key) {
        return map == null ? null : map.get(key);
    }

    /// What holds, as it would be written.
    static Map<String, Object> write(ProxySpec proxy) {
        Tls tls = proxy.tls();
        Access access = proxy.access();
        Serving serving = proxy.serving();
        Map<String, Object> written = new LinkedHashMap<>();
        if (!proxy.hosts().isEmpty()) {
            written.put(HOSTS.name(), proxy.hosts());
        }
        put(written, DEFAULT, proxy.isDefault());
        put(written, PATH_PREFIX, proxy.pathPrefix());
        put(written, STRIP_PATH_PREFIX, proxy.stripPathPrefix());
        put(written, APP_PORT, proxy.appPort());
        put(written, TLS, tls.source());
        put(written, REDIRECT_HTTPS, tls.redirect());
        put(written, ASSUME_HTTPS, tls.assumeHttps());
        put(written, RESPONSE_TIMEOUT, serving.responseTimeout());
        put(written, MAX_REQUEST_BODY, serving.maxRequestBody());
        List<String> allowed = new ArrayList<>(access.allowFrom());
        if (access.allowFromFile() != null) {
            allowed.add(access.allowFromFile());
        }
        if (!allowed.isEmpty()) {
            written.put(ALLOW_FROM.name(), allowed);
        }
        if (access.usersFile() != null) {
            written.put(BASIC_AUTH.name(), Map.of(USERS_FILE.name(), access.usersFile()));
        }
        if (access.clientCa() != null) {
            Map<String, Object> client = new LinkedHashMap<>();
            put(client, CA, access.clientCa());
            put(client, MODE, REQUIRE);
            written.put(CLIENT_AUTH.name(), client);
        }
        put(written, CANONICAL_HOST, serving.canonicalHost());
        put(written, STICKY, serving.sticky());
        put(written, ERROR_PAGES, serving.errorPages());
        if (!serving.responseHeaders().isEmpty()) {
            put(written, RESPONSE_HEADERS, serving.responseHeaders());
        }
        return written;
    }

    private static <T> void put(Map<String, Object> to, Key<T> key, @Nullable T value) {
        if (value != null) {
            to.put(key.name(), key.form().write(value));
        }
    }
}
