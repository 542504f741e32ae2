package dev.dhow.agent.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Which fields of a message go on to the next hop, whatever the case of their names (RFC 9110 §7.6.1).
public final class Hops {
    /// They end here.
    private static final FieldNames HOP_BY_HOP = new FieldNames(Set.of(
            "connection",
            // An option of connections, and so no name of a field (RFC 9110 §16.3.1).
            "close",
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "http2-settings"));

    /// What nobody but us may say. Balancers pass most of it on as a client said it, so that trust in them is none in
    /// it.
    private static final FieldNames OURS = new FieldNames(Set.of(
            "forwarded",
            "x-forwarded-for",
            "x-forwarded-proto",
            "x-forwarded-host",
            "x-forwarded-port",
            "x-forwarded-prefix",
            "x-forwarded-server",
            "x-forwarded-ssl",
            "expect",
            "host"));

    /// The client's address in a CDN's own words, which applications believe and nobody but a trusted peer may say.
    private static final FieldNames CLIENT = new FieldNames(Set.of(
            "x-real-ip",
            "x-client-ip",
            "x-cluster-client-ip",
            "true-client-ip",
            "cf-connecting-ip",
            "cf-connecting-ipv6",
            "fastly-client-ip"));

    /// What a `Connection` field may not name: it would take away what others rely on (CVE-2024-45410).
    private static final FieldNames KEPT = new FieldNames(
            Set.of("host", "content-length", "content-type", "authorization", "cookie", "set-cookie", "date", "via"));

    /// What says something of framing or routing, for which trailers come too late (RFC 9110 §6.5.1).
    private static final FieldNames HEAD_ONLY =
            new FieldNames(Set.of("content-length", "host", "authorization", "set-cookie"));

    private static final Hops USUAL = new Hops(List.of());

    /// What the message itself says to end here, beside the above.
    private final List<String> named;

    private Hops(List<String> named) {
        this.named = named;
    }

    /// The rules for one message.
    ///
    /// @param connection its `Connection` fields
    public static Hops of(List<String> connection) {
        List<String> names = List.of();
        for (String field : connection) {
            // Most say `close` or `keep-alive`.
            if (HOP_BY_HOP.have(field)) {
                continue;
            }
            for (String token : field.split(",")) {
                String name = token.strip();
                if (!name.isEmpty() && !HOP_BY_HOP.have(name) && !KEPT.have(name) && passClient(name, false)) {
                    names = names.isEmpty() ? new ArrayList<>() : names;
                    names.add(name);
                }
            }
        }
        return names.isEmpty() ? USUAL : new Hops(names);
    }

    /// Whether a field of a request goes on; those that we set anew do not, nor a spelling of one.
    ///
    /// @param trusted whether the peer is believed about its client
    public boolean passRequest(String name, boolean trusted) {
        return passResponse(name) && passClient(name, trusted);
    }

    /// Whether a field of a response goes on.
    public boolean passResponse(String name) {
        return !HOP_BY_HOP.have(name) && (named.isEmpty() || named.stream().noneMatch(name::equalsIgnoreCase));
    }

    /// Whether a field that comes behind the body goes on.
    public static boolean passTrailer(String name) {
        return !HOP_BY_HOP.have(name) && !HEAD_ONLY.have(name);
    }

    /// Some servers read `_` as `-`; nobody who is honest writes it.
    private static boolean passClient(String name, boolean trusted) {
        boolean plain = name.indexOf('_') < 0;
        String meant = plain ? name : name.replace('_', '-');
        return !OURS.have(meant) && ((trusted && plain) || !CLIENT.have(meant));
    }
}
