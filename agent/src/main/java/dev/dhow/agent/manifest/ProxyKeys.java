package dev.dhow.agent.manifest;

import dev.dhow.agent.yaml.Form;
import dev.dhow.agent.yaml.Forms;
import dev.dhow.agent.yaml.Forms.Read;
import dev.dhow.agent.yaml.IpForms;
import dev.dhow.agent.yaml.Key;
import dev.dhow.agent.yaml.Located;
import dev.dhow.agent.yaml.Node;
import dev.dhow.agent.yaml.Quantities;
import dev.dhow.agent.yaml.Scope;
import dev.dhow.agent.yaml.Section;
import dev.dhow.agent.yaml.Values;
import dev.dhow.api.spec.CertificateSource;
import dev.dhow.api.spec.Defaults;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The keys of `proxy`.
final class ProxyKeys {
    /// `true`, `false` or a map.
    ///
    /// @param values what the map says; empty for a bare `true`
    record Proxy(boolean on, Values values) {}

    static final Key<List<Located<String>>> HOSTS = Key.inside(
                    "hosts", Forms.listOrOne(Addresses.HOST), "Exact names, or one-level wildcards `*.example.com`.")
            .orWords("the default route");
    static final Key<Boolean> DEFAULT = Key.inside(
                    "default", Forms.BOOL, "The one role that takes requests which no host matches.")
            .or(false);
    static final Key<String> PATH_PREFIX = Key.inside(
                    "path_prefix",
                    Forms.text("path", ProxyKeys::prefix),
                    "Only requests below this path; the longest wins.")
            .or("/");
    static final Key<Boolean> STRIP_PATH_PREFIX = Key.inside(
                    "strip_path_prefix", Forms.BOOL, "The role sees paths without the prefix.")
            .or(true);
    static final Key<Integer> APP_PORT = Key.inside("app_port", Forms.PORT, "The container's port for requests.")
            .orWords("the image's only exposed TCP port, else 80");
    static final Key<CertificateSource> TLS = Key.inside(
                    "tls",
                    TlsForm.TLS,
                    "HTTPS. `true`: the certificate of the agent's directory whose names fit, else ACME where the"
                            + " agent has it.")
            .or(false);
    static final Key<Boolean> REDIRECT_HTTPS = Key.inside("redirect_https", Forms.BOOL, "Send plain requests to HTTPS.")
            .orWords("`true` with `tls`");
    static final Key<Boolean> ASSUME_HTTPS = Key.inside(
                    "assume_https", Forms.BOOL, "TLS ends before this host: every request counts as HTTPS.")
            .or(false);
    static final Key<Duration> RESPONSE_TIMEOUT = Key.inside(
                    "response_timeout", Quantities.INTERVAL, "Until the headers of the response; then 504.")
            .or(Quantities.text(Defaults.RESPONSE_TIMEOUT));
    static final Key<Long> MAX_REQUEST_BODY = Key.inside(
            "max_request_body", Quantities.SIZE, "The largest body of a request; more is answered with 413.");
    static final Key<List<Located<String>>> ALLOW_FROM = Key.inside(
                    "allow_from",
                    Forms.listOrOne(IpForms.networkOrFile(List.of())),
                    "Who may ask, by the client's address. At most one `/FILE`, with an entry a line; it is watched.")
            .orWords("everybody");
    static final Key<String> USERS_FILE =
            Key.inside("users_file", Forms.ABSOLUTE_PATH, "An htpasswd file with bcrypt hashes; it is watched.");
    static final Key<Values> BASIC_AUTH = Key.inside(
            "basic_auth",
            Section.of(USERS_FILE)
                    .knowing(Map.of(
                            "users", "use \"users_file\" instead",
                            "username", "use \"users_file\" instead",
                            "user", "use \"users_file\" instead",
                            "password", "use \"users_file\" instead")),
            "Ask for a user and a password.");
    static final String REQUIRE = "require";
    static final Key<String> CA =
            Key.inside("ca", Forms.ABSOLUTE_PATH, "PEM file of who signs client certificates; it is watched.");
    static final Key<String> MODE = Key.inside(
                    "mode", Forms.text("`require`", ProxyKeys::mode), "Without one only health paths answer.")
            .or(REQUIRE);
    static final Key<Values> CLIENT_AUTH =
            Key.inside("client_auth", Section.of(CA, MODE), "Ask for client certificates. Needs `tls`.");
    static final Key<String> CANONICAL_HOST = Key.inside(
            "canonical_host", Addresses.EXACT_HOST, "Requests for other hosts of the role are redirected there.");
    static final Key<Boolean> STICKY = Key.inside("sticky", Forms.BOOL, "A cookie keeps a client on its replica.")
            .or(false);
    static final Key<String> ERROR_PAGES = Key.inside(
                    "error_pages", Forms.ABSOLUTE_PATH, "Directory of `502.html`, `503.html` and `504.html`.")
            .orWords("the agent's own");
    static final Key<Map<String, String>> RESPONSE_HEADERS = Key.inside(
            "response_headers", ResponseHeadersForm.HEADERS, "Set on every response, also over the app's own.");

    static final Section SECTION = Section.of(
                    HOSTS,
                    DEFAULT,
                    PATH_PREFIX,
                    STRIP_PATH_PREFIX,
                    APP_PORT,
                    TLS,
                    REDIRECT_HTTPS,
                    ASSUME_HTTPS,
                    RESPONSE_TIMEOUT,
                    MAX_REQUEST_BODY,
                    ALLOW_FROM,
                    BASIC_AUTH,
                    CLIENT_AUTH,
                    CANONICAL_HOST,
                    STICKY,
                    ERROR_PAGES,
                    RESPONSE_HEADERS)
            .knowing(ForeignWords.PROXY);

    static final Form<Proxy> PROXY = new ProxyForm();

    private ProxyKeys() {}

    private static Read<String> prefix(String text) {
        if (!text.startsWith("/") || text.chars().anyMatch(c -> c <= ' ' || c >= 0x7F || c == '?' || c == '#')) {
            return Read.bad(
                    "expected a path that starts with /, without spaces, ? and #, found \"%s\"".formatted(text));
        }
        String bare = text.replaceAll("/+$", "");
        return Read.good(bare.isEmpty() ? "/" : bare);
    }

    private static Read<String> mode(String text) {
        return text.equals(REQUIRE)
                ? Read.good(text)
                : Read.bad("expected %s, which is the only mode, found \"%s\"".formatted(REQUIRE, text));
    }

    private record ProxyForm() implements Form<Proxy> {
        @Override
        public String words() {
            return "boolean, or map";
        }

        @Override
        public @Nullable Proxy bind(Node node, Scope scope) {
            if (node instanceof Node.Mapping) {
                Values values = SECTION.bind(node, scope);
                return values == null ? null : new Proxy(true, values);
            }
            if (node instanceof Node.Sequence) {
                scope.error(node, "expected true, false or a map, found a list");
                return null;
            }
            Boolean on = Forms.BOOL.bind(node, scope);
            return on == null ? null : new Proxy(on, Values.empty(node.place()));
        }

        @Override
        public Object write(Proxy value) {
            return value.on() ? SECTION.write(value.values()) : (Object) false;
        }

        @Override
        public Proxy merge(Proxy base, Proxy own, boolean bothMaps) {
            return own.on() && base.on() ? new Proxy(true, own.values().over(base.values())) : own;
        }

        @Override
        public List<Key<?>> keys() {
            return SECTION.keys();
        }
    }
}
