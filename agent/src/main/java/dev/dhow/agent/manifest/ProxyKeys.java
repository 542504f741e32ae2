package dev.dhow.agent.manifest;

import dev.dhow.agent.yaml.Form;
import dev.dhow.agent.yaml.Forms;
import dev.dhow.agent.yaml.Forms.Read;
import dev.dhow.agent.yaml.Key;
import dev.dhow.agent.yaml.Located;
import dev.dhow.agent.yaml.Node;
import dev.dhow.agent.yaml.Quantities;
import dev.dhow.agent.yaml.Scope;
import dev.dhow.agent.yaml.Section;
import dev.dhow.agent.yaml.Values;
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
    static final Key<Boolean> TLS = Key.inside("tls", Forms.BOOL, "HTTPS.").unsupported();
    static final Key<Boolean> REDIRECT_HTTPS = Key.inside("redirect_https", Forms.BOOL, "Send plain requests to HTTPS.")
            .unsupported();
    static final Key<Boolean> ASSUME_HTTPS =
            Key.inside("assume_https", Forms.BOOL, "TLS ends before this host.").unsupported();
    static final Key<Duration> RESPONSE_TIMEOUT = Key.inside(
                    "response_timeout", Quantities.DURATION, "Until the headers of the response.")
            .unsupported();
    static final Key<Long> MAX_REQUEST_BODY = Key.inside("max_request_body", Quantities.SIZE, "The largest request.")
            .unsupported();
    static final Key<List<Located<String>>> ALLOW_FROM = Key.inside(
                    "allow_from", Forms.listOrOne(Forms.TEXT), "Who may ask.")
            .unsupported();
    static final Key<Map<String, String>> BASIC_AUTH =
            Key.inside("basic_auth", Forms.TEXT_MAP, "Users and passwords.").unsupported();
    static final Key<Map<String, String>> CLIENT_AUTH =
            Key.inside("client_auth", Forms.TEXT_MAP, "Client certificates.").unsupported();
    static final Key<String> CANONICAL_HOST = Key.inside("canonical_host", Forms.TEXT, "Other hosts redirect there.")
            .unsupported();
    static final Key<Boolean> STICKY =
            Key.inside("sticky", Forms.BOOL, "Keep a client on its replica.").unsupported();
    static final Key<String> ERROR_PAGES =
            Key.inside("error_pages", Forms.TEXT, "Directory of error pages.").unsupported();
    static final Key<Map<String, String>> RESPONSE_HEADERS = Key.inside(
                    "response_headers", Forms.TEXT_MAP, "Set on every response.")
            .unsupported();

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
