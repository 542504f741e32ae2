package dev.dhow.agent.config;

import dev.dhow.agent.config.ProxyConfig.Acme;
import dev.dhow.agent.config.ProxyConfig.Listener;
import dev.dhow.agent.config.ProxyConfig.LogTo;
import dev.dhow.agent.config.ProxyConfig.Networks;
import dev.dhow.agent.yaml.Form;
import dev.dhow.agent.yaml.Forms;
import dev.dhow.agent.yaml.Forms.Read;
import dev.dhow.agent.yaml.IpForms;
import dev.dhow.agent.yaml.Key;
import dev.dhow.agent.yaml.Located;
import dev.dhow.agent.yaml.Quantities;
import dev.dhow.agent.yaml.Section;
import dev.dhow.agent.yaml.Values;
import dev.dhow.api.spec.Names;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The keys of `proxy` and `drain`, and what they mean.
final class ProxyConfigKeys {
    /// Where ACME accounts are, unless another place is written.
    static final String LETS_ENCRYPT = "https://acme-v02.api.letsencrypt.org/directory";

    private static final Form<List<Located<String>>> NETWORKS =
            Forms.listOrOne(IpForms.networkOrFile(List.of("private", "loopback")));

    static final Key<Off<InetSocketAddress>> HTTP =
            Key.inside("http", Listen.OR_OFF, "The HTTP listener; null: none.").or("0.0.0.0:80");
    static final Key<Off<InetSocketAddress>> HTTPS = Key.inside(
                    "https", Listen.OR_OFF, "The HTTPS listener; null: none.")
            .or("0.0.0.0:443");
    static final Key<Off<InetSocketAddress>> HEALTH =
            Key.inside("health", Listen.OR_OFF, "A listener for health paths only.");
    private static final Key<List<Located<String>>> TRUSTED_PROXIES =
            Key.inside("trusted_proxies", NETWORKS, "Who is believed about clients.");
    private static final Key<List<Located<String>>> PROXY_PROTOCOL =
            Key.inside("proxy_protocol", NETWORKS, "Who speaks the PROXY protocol.");
    private static final Key<List<Located<String>>> ACCEPT_FROM =
            Key.inside("accept_from", NETWORKS, "Who may connect.");
    private static final Key<Boolean> ASSUME_HTTPS =
            Key.inside("assume_https", Forms.BOOL, "TLS ends before this host.").or(false);
    private static final Key<List<Located<String>>> HEALTH_REQUIRES = Key.inside(
            "health_requires",
            Forms.list(Forms.text("name", ProxyConfigKeys::service)),
            "Services that this host's health needs.");
    private static final Key<String> CERTS = Key.inside("certs", Forms.ABSOLUTE_PATH, "The directory of certificates.")
            .or("/etc/dhow/certs");

    private static final Key<LogTo> ACCESS_LOG = Key.inside(
                    "access_log", Forms.choice(LogTo.class, LogTo::word), "Where requests are logged.")
            .or("off");

    private static final Key<String> EMAIL =
            Key.inside("email", Forms.text("e-mail address", ProxyConfigKeys::email), "Where the authority writes to.");
    private static final Key<String> DIRECTORY = Key.inside(
                    "directory", Forms.text("https:// URL", ProxyConfigKeys::url), "The authority's directory.")
            .or(LETS_ENCRYPT);
    private static final Key<String> TRUST =
            Key.inside("trust", Forms.ABSOLUTE_PATH, "PEM file of who signs the directory's own certificate.");
    private static final Key<Values> ACME = Key.inside(
            "acme",
            Section.of(EMAIL, DIRECTORY, TRUST)
                    .knowing(Map.of(
                            "server", "use \"directory\" instead",
                            "url", "use \"directory\" instead",
                            "contact", "use \"email\" instead",
                            "ca", "use \"trust\" instead")),
            "The account for certificates that are ordered; a map, {} at least, switches it on.");

    static final Key<Values> PROXY = Key.root(
            "proxy",
            Section.of(
                            HTTP,
                            HTTPS,
                            HEALTH,
                            TRUSTED_PROXIES,
                            PROXY_PROTOCOL,
                            ACCEPT_FROM,
                            ASSUME_HTTPS,
                            HEALTH_REQUIRES,
                            CERTS,
                            ACME,
                            ACCESS_LOG)
                    .knowing(Map.of(
                            "http_port", "use \"http\" instead",
                            "https_port", "use \"https\" instead",
                            "listen", "use \"http\" and \"https\"",
                            "tls", "each role says \"proxy.tls\" in its service file",
                            "hosts", "each role says \"proxy.hosts\" in its service file",
                            "forward_headers", "use \"trusted_proxies\" instead",
                            "email", "use \"acme: {email: …}\"",
                            "allow_from", "use \"accept_from\" instead")),
            "The reverse proxy.");

    private static final Key<Duration> HEALTH_GRACE = Key.inside(
                    "health_grace", Quantities.DURATION, "Health fails so long before connections end.")
            .or("35s");
    static final Key<Values> DRAIN = Key.root("drain", Section.of(HEALTH_GRACE), "Draining the host.");

    private ProxyConfigKeys() {}

    private static Read<String> service(String text) {
        return Names.valid(text)
                ? Read.good(text)
                : Read.bad("expected the name of a service, found \"%s\"".formatted(text));
    }

    private static Read<String> email(String text) {
        return text.matches("[^\\s@:]+@[^\\s@:]+")
                ? Read.good(text)
                : Read.bad("expected an e-mail address such as ops@example.com, found \"%s\"".formatted(text));
    }

    private static Read<String> url(String text) {
        try {
            URI url = new URI(text);
            if ("https".equalsIgnoreCase(url.getScheme()) && url.getHost() != null && url.getFragment() == null) {
                return Read.good(text);
            }
        } catch (java.net.URISyntaxException notOne) {
            // Told below.
        }
        return Read.bad("expected a URL that starts with https://, found \"%s\"".formatted(text));
    }

    /// What `proxy` and `drain` of a checked file say.
    static ProxyConfig config(Values root) {
        ProxyConfig plain = ProxyConfig.DEFAULT;
        Values drain = root.get(DRAIN);
        Duration grace = drain == null ? plain.healthGrace() : drain.or(HEALTH_GRACE, plain.healthGrace());
        Values proxy = root.get(PROXY);
        if (proxy == null) {
            proxy = Values.empty(root.place());
        }
        Off<InetSocketAddress> health = proxy.get(HEALTH);
        String certs = proxy.get(CERTS);
        return new ProxyConfig(
                listener(proxy.get(HTTP), plain.http()),
                listener(proxy.get(HTTPS), plain.https()),
                health == null ? null : health.value(),
                networks(proxy, TRUSTED_PROXIES),
                networks(proxy, PROXY_PROTOCOL),
                networks(proxy, ACCEPT_FROM),
                proxy.or(ASSUME_HTTPS, plain.assumeHttps()),
                Located.values(proxy.or(HEALTH_REQUIRES, List.of())).stream()
                        .distinct()
                        .toList(),
                certs == null ? plain.certs() : Path.of(certs),
                acme(proxy.get(ACME)),
                grace,
                proxy.or(ACCESS_LOG, plain.accessLog()));
    }

    private static Listener listener(@Nullable Off<InetSocketAddress> written, Listener plain) {
        return written == null ? plain : new Listener(written.value(), written.value() != null);
    }

    private static Networks networks(Values proxy, Key<List<Located<String>>> key) {
        List<String> entries = Located.values(proxy.or(key, List.of()));
        return new Networks(
                entries.stream().filter(entry -> !entry.startsWith("/")).toList(),
                entries.stream()
                        .filter(entry -> entry.startsWith("/"))
                        .map(Path::of)
                        .toList());
    }

    private static @Nullable Acme acme(@Nullable Values acme) {
        if (acme == null) {
            return null;
        }
        String trust = acme.get(TRUST);
        return new Acme(acme.get(EMAIL), acme.or(DIRECTORY, LETS_ENCRYPT), trust == null ? null : Path.of(trust));
    }
}
