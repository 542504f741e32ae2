package dev.dhow.agent.wire;

import io.netty.handler.codec.http2.Http2Headers;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Whether the head of a request in HTTP/2 may be forwarded as HTTP/1.1 (RFC 9113 §8.2, §8.3): what has a meaning for
/// the framing or for another line there is refused. Pure.
final class Http2Head {
    private static final int LENGTH_DIGITS = 18;

    private final HeadLimits limits;
    private int fields;
    private int octets;
    private @Nullable CharSequence method;
    private @Nullable CharSequence scheme;
    private @Nullable CharSequence path;
    private @Nullable CharSequence authority;
    private @Nullable CharSequence host;
    private boolean regular;
    private boolean length;

    private Http2Head(HeadLimits limits) {
        this.limits = limits;
    }

    /// @return null: the head is good
    static @Nullable Refusal problem(Http2Headers headers, HeadLimits limits) {
        Http2Head head = new Http2Head(limits);
        for (Map.Entry<CharSequence, CharSequence> field : headers) {
            Refusal refusal = head.field(field.getKey(), field.getValue());
            if (refusal != null) {
                return refusal;
            }
        }
        return head.whole();
    }

    private @Nullable Refusal field(CharSequence name, CharSequence value) {
        fields++;
        octets += name.length() + value.length() + 4;
        if (fields > limits.fields() || octets > limits.head()) {
            return Refusal.tooLarge(431, "the head is larger than a request's may be");
        }
        if (name.isEmpty() || !all(value, Octets::value)) {
            return Refusal.bad("a field without a name, or with a value that none may have");
        }
        if (name.charAt(0) == ':') {
            return regular ? Refusal.bad("a pseudo-header behind a field") : pseudo(name.toString(), value);
        }
        regular = true;
        return all(name, c -> Octets.token(c) && (c < 'A' || c > 'Z'))
                ? known(name.toString(), value)
                : Refusal.bad("a field name has an octet that none may have");
    }

    private @Nullable Refusal pseudo(String name, CharSequence value) {
        boolean twice;
        switch (name) {
            case ":method" -> {
                twice = method != null;
                method = value;
            }
            case ":scheme" -> {
                twice = scheme != null;
                scheme = value;
            }
            case ":path" -> {
                twice = path != null;
                path = value;
            }
            case ":authority" -> {
                twice = authority != null;
                authority = value;
            }
            default -> {
                return Refusal.bad("an unknown pseudo-header");
            }
        }
        return twice ? Refusal.bad("a pseudo-header twice") : null;
    }

    private @Nullable Refusal known(String name, CharSequence value) {
        return switch (name) {
            case "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade" ->
                Refusal.framing("a field that HTTP/2 does not have");
            case "te" -> is(value, "trailers") ? null : Refusal.bad("TE has another value than trailers");
            case "expect" ->
                is(value, "100-continue")
                        ? null
                        : Refusal.unsupported(417, "Expect has another value than 100-continue");
            case "host" -> {
                boolean twice = host != null;
                host = value;
                yield twice ? Refusal.bad("more than one Host") : null;
            }
            case "content-length" -> {
                boolean twice = length;
                length = true;
                boolean number =
                        !value.isEmpty() && value.length() <= LENGTH_DIGITS && all(value, c -> c >= '0' && c <= '9');
                yield twice || !number ? Refusal.framing("Content-Length is no number") : null;
            }
            default -> null;
        };
    }

    private @Nullable Refusal whole() {
        if (method == null || method.isEmpty() || !all(method, Octets::token)) {
            return Refusal.bad("no method");
        }
        if (authority != null && !HostName.valid(authority.toString())) {
            return Refusal.bad(":authority is no host");
        }
        if (host != null && !HostName.valid(host.toString())) {
            return Refusal.bad("Host is no host");
        }
        if (authority != null && host != null && !is(host, authority.toString())) {
            return Refusal.bad("Host names another host than :authority");
        }
        if (is(method, "CONNECT")) {
            return null;
        }
        if (scheme == null || !(is(scheme, "https") || is(scheme, "http"))) {
            return Refusal.bad("neither http nor https");
        }
        boolean any = is(method, "OPTIONS") && path != null && is(path, "*");
        if (path == null || !any && (path.isEmpty() || path.charAt(0) != '/') || !all(path, Octets::target)) {
            return Refusal.bad("no request target");
        }
        return path.length() > limits.line() ? Refusal.tooLarge(414, "the request target is too long") : null;
    }

    private static boolean is(CharSequence text, String other) {
        return other.contentEquals(text) || text.toString().equalsIgnoreCase(other);
    }

    private interface Class {
        boolean has(int octet);
    }

    private static boolean all(CharSequence text, Class octets) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > 0xFF || !octets.has(c)) {
                return false;
            }
        }
        return true;
    }
}
