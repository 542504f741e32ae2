package dev.dhow.agent.proxy;

import dev.dhow.agent.wire.Client;
import dev.dhow.agent.wire.Field;
import dev.dhow.agent.wire.Hops;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The fields of a message as they go on.
final class Heads {
    private static final CharSequence FORWARDED_FOR = HttpHeaders.createOptimized("x-forwarded-for");
    private static final CharSequence FORWARDED_PROTO = HttpHeaders.createOptimized("x-forwarded-proto");
    private static final CharSequence FORWARDED_HOST = HttpHeaders.createOptimized("x-forwarded-host");
    static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("x-request-id");
    private static final CharSequence REQUEST_START = HttpHeaders.createOptimized("x-request-start");
    private static final CharSequence HTTPS = HttpHeaders.createOptimized("https");
    private static final CharSequence HTTP = HttpHeaders.createOptimized("http");

    private Heads() {}

    /// A request's, for the container.
    ///
    /// @param id of the request, where it brings none of its own
    /// @param millis since 1970, when it came
    static MultiMap request(HttpServerRequest request, Client client, String id, long millis) {
        MultiMap from = request.headers();
        Set<String> named = Hops.named(from.getAll(HttpHeaders.CONNECTION));
        MultiMap to = MultiMap.caseInsensitiveMultiMap();
        String ownId = null;
        String ownStart = null;
        for (Map.Entry<String, String> field : from) {
            String name = field.getKey().toLowerCase(Locale.ROOT);
            switch (name) {
                case "x-request-id" -> ownId = field.getValue();
                case "x-request-start" -> ownStart = field.getValue();
                case "content-length" -> {
                    if (!empty(request, field.getValue())) {
                        to.add(field.getKey(), field.getValue());
                    }
                }
                case "cookie" -> cookie(to, field.getValue());
                default -> {
                    if (!Hops.hopByHop(name) && !Hops.ours(name) && !named.contains(name)) {
                        to.add(field.getKey(), field.getValue());
                    }
                }
            }
        }
        String host = host(request);
        to.set(HttpHeaders.HOST, host);
        to.set(FORWARDED_FOR, client.forwardedFor());
        to.set(FORWARDED_PROTO, client.https() ? HTTPS : HTTP);
        to.set(FORWARDED_HOST, host);
        to.set(REQUEST_ID, usable(ownId) ? ownId : id);
        to.set(REQUEST_START, ownStart == null ? "t=" + millis : ownStart);
        return to;
    }

    /// Said by the reader of HTTP/2 of a request whose kind has no body.
    private static boolean empty(HttpServerRequest request, String length) {
        return request.version() == HttpVersion.HTTP_2
                && length.equals("0")
                && (request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD));
    }

    /// HTTP/2 may send crumbs (RFC 9113 §8.2.3).
    private static void cookie(MultiMap to, String crumb) {
        String before = to.get(HttpHeaders.COOKIE);
        to.set(HttpHeaders.COOKIE, before == null ? crumb : before + "; " + crumb);
    }

    /// The host that the request was for, as it said it.
    static String host(HttpServerRequest request) {
        String field = request.headers().get(HttpHeaders.HOST);
        if (field != null) {
            return field;
        }
        HostAndPort authority = request.authority();
        return authority == null ? "" : authority.toString();
    }

    private static boolean usable(@Nullable String id) {
        return id != null && !id.isEmpty() && id.length() <= 128 && id.chars().allMatch(c -> c > ' ' && c < 0x7F);
    }

    /// A response's, for the client.
    static void response(List<Field> from, MultiMap to, Map<String, String> set) {
        List<String> options = new ArrayList<>(1);
        for (Field field : from) {
            if (field.name().equalsIgnoreCase("connection")) {
                options.add(field.value());
            }
        }
        Set<String> named = Hops.named(options);
        for (Field field : from) {
            String name = field.name().toLowerCase(Locale.ROOT);
            if (!Hops.hopByHop(name) && !named.contains(name)) {
                to.add(field.name(), field.value());
            }
        }
        set.forEach(to::set);
    }

    /// Trailers, without those that say something of framing or routing (RFC 9110 §6.5.1).
    static void trailers(List<Field> from, MultiMap to) {
        for (Field field : from) {
            String name = field.name().toLowerCase(Locale.ROOT);
            boolean forbidden = Hops.hopByHop(name)
                    || name.equals("content-length")
                    || name.equals("host")
                    || name.equals("authorization")
                    || name.equals("set-cookie");
            if (!forbidden) {
                to.add(field.name(), field.value());
            }
        }
    }
}
