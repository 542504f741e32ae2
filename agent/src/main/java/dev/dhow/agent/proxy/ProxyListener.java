package dev.dhow.agent.proxy;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Hears what the proxy does, on an event loop: it must not block.
public interface ProxyListener {
    /// Hears nothing.
    ProxyListener NONE = new ProxyListener() {};

    /// A request of a route came to its end.
    ///
    /// @param code of the answer; 499: the client went before it
    /// @param took from the head of the request to the last octet of the answer
    /// @param upstream until the container's head; null: there was none
    /// @param upgraded whether it became something else than HTTP
    record Ended(
            String service,
            String role,
            String method,
            int code,
            Duration took,
            @Nullable Duration upstream,
            boolean upgraded) {}

    /// One request, whatever became of it; not of a health path. What came from the client is as it came.
    ///
    /// @param at when its head came, in milliseconds since 1970
    /// @param client its address, after trust
    /// @param path without the query
    /// @param in octets of its body
    /// @param out octets of the answer's body
    /// @param took nanoseconds until the last octet of the answer
    /// @param upstream nanoseconds until the container's head; -1: there was none
    /// @param container the name of the one that was asked last
    /// @param tls the version; null: none
    record Visited(
            long at,
            String listener,
            String client,
            String method,
            @Nullable String host,
            @Nullable String path,
            String version,
            int code,
            long in,
            long out,
            long took,
            long upstream,
            @Nullable String service,
            @Nullable String role,
            @Nullable Target container,
            @Nullable String id,
            @Nullable String agent,
            @Nullable String referer,
            @Nullable String tls) {}

    /// The container that a request went to.
    record Target(String name, int replica, String revision) {}

    /// A request of a route began.
    default void began(String service, String role) {}

    /// A request of a route ended.
    default void ended(Ended request) {}

    /// A container did not do its part.
    ///
    /// @param reason `connect`, `timeout`, `reset` or `busy`
    default void upstreamError(String service, String role, String reason) {}

    /// A request was refused by the proxy itself.
    ///
    /// @param reason one word of a closed set
    default void rejected(String reason) {}

    /// A connection came, or went.
    default void connections(String listener, int change) {}

    /// A load balancer's probe of a health path was answered.
    default void probed(String listener, int code) {}

    /// Whether [#visited] is to be called; always the same.
    default boolean wantsVisits() {
        return false;
    }

    /// A line of the access log was dropped.
    default void unlogged() {}

    /// A request ended.
    default void visited(Visited visit) {}

    /// A probe was answered, or what looks like one was refused.
    default void probe(Probe probe) {}
    /// A TLS handshake ended, for good or not.
    ///
    /// @param result `success`, `failure`, `timeout`, or `closed`: the client went
    /// @param version such as `TLSv1.3`; `none` where it did not succeed
    /// @param took from the client's first octet
    default void handshake(String listener, String result, String version, Duration took) {}
}
