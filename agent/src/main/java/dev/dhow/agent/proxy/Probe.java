package dev.dhow.agent.proxy;

import dev.dhow.agent.wire.Sender;
import org.jspecify.annotations.Nullable;

/// What a load balancer asked, or somebody who asks as they do, and what it got.
///
/// @param listener where
/// @param sender from whom
/// @param host as the request names it; null: it names none, or there was no request
/// @param sni the name in the TLS handshake; null: none, or no TLS
/// @param version such as `HTTP/1.1`; null: there was no request
/// @param path null: there was no request
/// @param code of the answer
/// @param why the answer is that one, for people
/// @param health whether it was a health path
public record Probe(
        String listener,
        Sender sender,
        @Nullable String host,
        @Nullable String sni,
        @Nullable String version,
        @Nullable String path,
        int code,
        String why,
        boolean health) {
    /// The name of the listener that answers health paths only.
    static final String HEALTH_LISTENER = "health";

    /// A connection that was refused before its first request.
    static Probe refused(String listener, Sender sender, String why) {
        return new Probe(listener, sender, null, null, null, null, 400, why, false);
    }
}
