package dev.dhow.agent.proxy;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One line of the access log. Queries are not in it, of the path as of the referrer: they carry tokens and personal
/// data.
final class AccessLine {
    private static final int LONGEST = 1024;
    private static final double NANOS_PER_MILLI = 1e6;

    private AccessLine() {}

    static void append(StringBuilder to, ProxyListener.Visited visit) {
        to.append("{\"time\":\"").append(Instant.ofEpochMilli(visit.at())).append('"');
        text(to, "client", visit.client());
        // What could not be read has no method either.
        text(to, "method", visit.path() == null ? null : visit.method());
        text(to, "host", visit.host());
        text(to, "path", visit.path());
        text(to, "protocol", visit.version());
        number(to, "status", visit.code());
        number(to, "bytes_in", visit.in());
        number(to, "bytes_out", visit.out());
        millis(to, "duration_ms", visit.took());
        millis(to, "upstream_ms", visit.upstream());
        text(to, "service", visit.service());
        text(to, "role", visit.role());
        ProxyListener.Target target = visit.container();
        text(to, "container", target == null ? null : target.name());
        if (target == null) {
            to.append(",\"replica\":null");
        } else {
            number(to, "replica", target.replica());
        }
        text(to, "revision", target == null ? null : target.revision());
        text(to, "request_id", visit.id());
        text(to, "user_agent", visit.agent());
        text(to, "referer", withoutQuery(visit.referer()));
        text(to, "tls", visit.tls());
        text(to, "listener", visit.listener());
        to.append("}\n");
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

    private static void number(StringBuilder to, String key, long value) {
        to.append(",\"").append(key).append("\":").append(value);
    }

    /// Milliseconds with their microseconds.
    private static void millis(StringBuilder to, String key, long nanos) {
        to.append(",\"").append(key).append("\":");
        if (nanos < 0) {
            to.append("null");
        } else {
            to.append(Math.round(nanos / NANOS_PER_MILLI * 1000) / 1000.0);
        }
    }

    private static void text(StringBuilder to, String key, @Nullable String value) {
        to.append(",\"").append(key).append("\":");
        if (value == null) {
            to.append("null");
            return;
        }
        to.append('"');
        int end = Math.min(value.length(), LONGEST);
        for (int i = 0; i < end; i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                to.append('\\').append(c);
            } else if (c < ' ' || c == 0x7F || Character.isSurrogate(c)) {
                to.append("\\u%04x".formatted((int) c));
            } else {
                to.append(c);
            }
        }
        to.append('"');
    }
}
