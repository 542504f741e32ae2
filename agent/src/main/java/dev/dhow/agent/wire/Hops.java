package dev.dhow.agent.wire;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Which fields of a message go on to the next hop, whatever the case of their names (RFC 9110 §7.6.1).
public final class Hops {
    /// They end here.
    private static final FieldNames HOP_BY_HOP = new FieldNames(Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "http2-settings"));

    /// What nobody but us may say of the client.
    private static final FieldNames OURS = new FieldNames(Set.of(
            "forwarded",
            "x-forwarded-for",
            "x-forwarded-proto",
            "x-forwarded-host",
            "x-forwarded-port",
            "x-forwarded-prefix",
            "x-forwarded-server",
            "x-forwarded-ssl",
            "x-real-ip",
            "expect",
            "host"));

    /// What a `Connection` field may not name: it would take away what others rely on (CVE-2024-45410).
    private static final FieldNames KEPT = new FieldNames(
            Set.of("host", "content-length", "content-type", "authorization", "cookie", "set-cookie", "date", "via"));

    /// What says something of framing or routing, for which trailers come too late (RFC 9110 §6.5.1).
    private static final FieldNames HEAD_ONLY =
            new FieldNames(Set.of("content-length", "host", "authorization", "set-cookie"));

    private static final Hops USUAL = new Hops(FieldNames.NONE);

    /// What the message itself says to end here.
    private final FieldNames named;

    private Hops(FieldNames named) {
        this.named = named;
    }

    /// The rules for one message.
    ///
    /// @param connection its `Connection` fields
    public static Hops of(List<String> connection) {
        if (connection.isEmpty()) {
            return USUAL;
        }
        Set<String> names = new HashSet<>();
        for (String field : connection) {
            for (String token : field.split(",")) {
                String name = token.strip().toLowerCase(Locale.ROOT);
                if (!name.isEmpty() && !KEPT.have(name) && !ours(name)) {
                    names.add(name);
                }
            }
        }
        return names.isEmpty() ? USUAL : new Hops(new FieldNames(names));
    }

    /// Whether a field of a request goes on; those that we set anew do not, nor a spelling of one.
    public boolean passRequest(String name) {
        return passResponse(name) && !ours(name);
    }

    /// Whether a field of a response goes on.
    public boolean passResponse(String name) {
        return !HOP_BY_HOP.have(name) && !named.have(name);
    }

    /// Whether a field that comes behind the body goes on.
    public static boolean passTrailer(String name) {
        return !HOP_BY_HOP.have(name) && !HEAD_ONLY.have(name);
    }

    /// Some servers read `_` as `-`.
    private static boolean ours(String name) {
        return OURS.have(name.indexOf('_') < 0 ? name : name.replace('_', '-'));
    }
}
