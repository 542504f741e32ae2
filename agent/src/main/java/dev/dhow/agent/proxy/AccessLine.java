package dev.dhow.agent.proxy;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One line of the access log. Queries are not in it, of the path as of the referrer: they carry tokens and personal
/// data. Names and order of its fields are those of the log.
///
/// @param durationMs milliseconds with their microseconds, as `upstreamMs`
record AccessLine(
        Instant time,
        @Nullable String client,
        @Nullable String method,
        @Nullable String host,
        @Nullable String path,
        @Nullable String protocol,
        int status,
        long bytesIn,
        long bytesOut,
        @Nullable Double durationMs,
        @Nullable Double upstreamMs,
        @Nullable String service,
        @Nullable String role,
        @Nullable String container,
        @Nullable Integer replica,
        @Nullable String revision,
        @Nullable String requestId,
        @Nullable String userAgent,
        @Nullable String referer,
        @Nullable String tls,
        @Nullable String listener) {
    private static final int LONGEST = 1024;
    private static final double NANOS_PER_MILLI = 1e6;

    static AccessLine of(ProxyListener.Visited visit) {
        ProxyListener.Target target = visit.container();
        return new AccessLine(
                Instant.ofEpochMilli(visit.at()),
                cut(visit.client()),
                // What could not be read has no method either.
                visit.path() == null ? null : cut(visit.method()),
                cut(visit.host()),
                cut(visit.path()),
                visit.version(),
                visit.code(),
                visit.in(),
                visit.out(),
                millis(visit.took()),
                millis(visit.upstream()),
                visit.service(),
                visit.role(),
                target == null ? null : target.name(),
                target == null ? null : target.replica(),
                target == null ? null : target.revision(),
                cut(visit.id()),
                cut(visit.agent()),
                cut(withoutQuery(visit.referer())),
                visit.tls(),
                visit.listener());
    }

    private static @Nullable String cut(@Nullable String text) {
        return text == null || text.length() <= LONGEST ? text : text.substring(0, LONGEST);
    }

    private static @Nullable String withoutQuery(@Nullable String url) {
        if (url == null) {
            return null;
        }
        int query = url.indexOf('?');
        int fragment = url.indexOf('#');
        int end = query < 0 ? fragment : fragment < 0 ? query : Math.min(query, fragment);
        return end < 0 ? url : url.substring(0, end);
    }

    private static @Nullable Double millis(long nanos) {
        return nanos < 0 ? null : Math.round(nanos / NANOS_PER_MILLI * 1000) / 1000.0;
    }
}
