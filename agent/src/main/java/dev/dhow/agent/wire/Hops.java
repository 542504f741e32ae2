package dev.dhow.agent.wire;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Which fields of a message are for the next hop only, and which nobody but us may set (RFC 9110 §7.6.1).
public final class Hops {
    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "http2-settings");

    /// What we say of the client ourselves. Some servers read `_` as `-`.
    private static final Set<String> OURS = Set.of(
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
            "host");

    /// What a `Connection` field may not name: it would take away what others rely on (CVE-2024-45410).
    private static final Set<String> KEPT =
            Set.of("host", "content-length", "content-type", "authorization", "cookie", "set-cookie", "date", "via");

    private Hops() {}

    /// Whether a field of any message ends here.
    ///
    /// @param name in lower case
    public static boolean hopByHop(String name) {
        return HOP_BY_HOP.contains(name);
    }

    /// Whether a field of a request is one that we set anew, or a spelling of one.
    ///
    /// @param name in lower case
    public static boolean ours(String name) {
        return OURS.contains(name.indexOf('_') < 0 ? name : name.replace('_', '-'));
    }

    /// The fields that a message's `Connection` fields name, in lower case.
    public static Set<String> named(List<String> connection) {
        if (connection.isEmpty()) {
            return Set.of();
        }
        Set<String> names = new HashSet<>();
        for (String field : connection) {
            for (String token : field.split(",")) {
                String name = token.strip().toLowerCase(Locale.ROOT);
                if (!name.isEmpty() && !KEPT.contains(name) && !ours(name)) {
                    names.add(name);
                }
            }
        }
        return names;
    }
}
