package dev.dhow.agent.manifest;

import static dev.dhow.agent.manifest.ProxyKeys.*;

import dev.dhow.agent.yaml.Key;
import dev.dhow.agent.yaml.Located;
import dev.dhow.agent.yaml.Node;
import dev.dhow.agent.yaml.Problems;
import dev.dhow.agent.yaml.Values;
import dev.dhow.agent.yaml.Values.Bound;
import dev.dhow.api.spec.CertificateSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the keys of one role's `proxy` must fulfil together.
final class ProxyChecks {
    private final Values proxy;
    private final Problems problems;

    private ProxyChecks(Values proxy, Problems problems) {
        this.proxy = proxy;
        this.problems = problems;
    }

    static void run(Role role, Problems problems) {
        if (role.proxy() != null) {
            ProxyChecks checks = new ProxyChecks(role.proxy(), problems);
            checks.tls();
            checks.acme();
            checks.canonicalHost();
            checks.allowFrom();
            checks.needed(BASIC_AUTH, USERS_FILE, "an htpasswd file with bcrypt hashes");
            checks.needed(CLIENT_AUTH, CA, "the PEM file of who signs client certificates");
            Bound<Long> most = checks.proxy.bound(MAX_REQUEST_BODY);
            if (most != null && most.value() == 0) {
                checks.error(most, "expected 1b or more; leave the key out for no limit");
            }
        }
    }

    private void error(Bound<?> at, String message) {
        problems.error(at.place(), at.path(), message);
    }

    private void tls() {
        Bound<CertificateSource> tls = proxy.bound(TLS);
        if (tls == null && !proxy.lacks(TLS)) {
            // Written so that it could not be read: nobody knows what it was meant to be.
            return;
        }
        boolean on = tls != null && !(tls.value() instanceof CertificateSource.None);
        Bound<Boolean> assume = trueOf(ASSUME_HTTPS);
        Bound<Boolean> redirect = trueOf(REDIRECT_HTTPS);
        if (on && assume != null) {
            error(assume, "assume_https is for TLS that ends before this host, and with tls it ends here; keep one");
        }
        if (assume != null && redirect != null) {
            error(redirect, "with assume_https every request counts as HTTPS, so nothing is redirected; remove this");
        }
        Bound<Values> client = proxy.bound(CLIENT_AUTH);
        if (!on && client != null) {
            error(client, "client certificates are asked for in TLS; write \"tls: true\", or remove this");
        }
    }

    private @Nullable Bound<Boolean> trueOf(Key<Boolean> key) {
        Bound<Boolean> written = proxy.bound(key);
        return written != null && written.value() ? written : null;
    }

    private void acme() {
        Bound<CertificateSource> tls = proxy.bound(TLS);
        if (tls == null
                || !(tls.value() instanceof CertificateSource.Acme)
                || !(proxy.has(HOSTS) || proxy.lacks(HOSTS))) {
            return;
        }
        List<String> hosts = hosts();
        Optional<String> wildcard =
                hosts.stream().filter(host -> host.startsWith("*.")).findFirst();
        if (wildcard.isPresent()) {
            error(
                    tls,
                    "acme is not for wildcards such as %s; write certificate and key, or name each host"
                            .formatted(wildcard.get()));
        } else if (hosts.isEmpty()) {
            error(tls, "acme needs names to certify; write them into hosts");
        }
    }

    private void canonicalHost() {
        Bound<String> canonical = proxy.bound(CANONICAL_HOST);
        List<String> hosts = hosts();
        if (canonical != null
                && !hosts.isEmpty()
                && hosts.stream().noneMatch(pattern -> takes(pattern, canonical.value()))) {
            error(
                    canonical,
                    "\"%s\" is not among hosts (%s), where requests would be redirected to; add it there"
                            .formatted(canonical.value(), String.join(", ", hosts)));
        }
    }

    /// A wildcard stands for one label.
    private static boolean takes(String pattern, String host) {
        return pattern.equals(host)
                || (pattern.startsWith("*.")
                        && host.endsWith(pattern.substring(1))
                        && host.indexOf('.') == host.length() - pattern.length() + 1);
    }

    private List<String> hosts() {
        return Located.values(proxy.or(HOSTS, List.of()));
    }

    private void allowFrom() {
        Bound<List<Located<String>>> allow = proxy.bound(ALLOW_FROM);
        if (allow == null) {
            return;
        }
        if (allow.node() instanceof Node.Sequence list && list.items().isEmpty()) {
            error(
                    allow,
                    "an empty list takes no client; leave the key out for everybody, or write [0.0.0.0/0, \"::/0\"]");
        }
        List<Located<String>> files = allow.value().stream()
                .filter(entry -> entry.value().startsWith("/"))
                .toList();
        files.stream()
                .skip(1)
                .forEach(file -> problems.error(
                        file.place(),
                        file.path(),
                        "a second file; write what both hold into one, %s"
                                .formatted(files.getFirst().value())));
    }

    private void needed(Key<Values> map, Key<?> key, String what) {
        Bound<Values> written = proxy.bound(map);
        if (written != null && written.value().lacks(key)) {
            error(written, "\"%s\" is missing: %s".formatted(key.name(), what));
        }
    }
}
