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
import java.util.Map;

/// The fields of a message as they go on.
final class Heads {
    private Heads() {}

    /// A request's fields, for the container.
    ///
    /// @param id what it goes by, in logs of ours and of applications
    /// @param sized whether a field tells the length of its body
    record Onward(List<Field> fields, String id, boolean sized) {
        Onward {
            fields = List.copyOf(fields);
        }
    }

    /// A request's, for the container.
    ///
    /// @param upgrade whether it asks to become a WebSocket
    /// @param id of the request, where it brings none of its own
    /// @param millis since 1970, when it came
    static Onward request(HttpServerRequest request, Client client, boolean upgrade, String id, long millis) {
        MultiMap from = request.headers();
        Hops hops = Hops.of(from.getAll(HttpHeaders.CONNECTION));
        List<Field> to = new ArrayList<>(16);
        String host = host(request);
        to.add(new Field("host", host));
        String ownId = null;
        String ownStart = null;
        String cookies = null;
        boolean sized = false;
        for (Map.Entry<String, String> field : from) {
            String name = field.getKey();
            String value = field.getValue();
            if (name.equalsIgnoreCase("x-request-id")) {
                ownId = value;
            } else if (name.equalsIgnoreCase("x-request-start")) {
                ownStart = value;
            } else if (name.equalsIgnoreCase("cookie")) {
                // HTTP/2 may send crumbs (RFC 9113 §8.2.3).
                cookies = cookies == null ? value : cookies + "; " + value;
            } else if (name.equalsIgnoreCase("content-length")) {
                if (!empty(request, value)) {
                    sized = true;
                    to.add(new Field(name, value));
                }
            } else if (hops.passRequest(name, client.trusted())) {
                to.add(new Field(name, value));
            }
        }
        if (cookies != null) {
            to.add(new Field("cookie", cookies));
        }
        if (upgrade) {
            to.add(new Field("connection", "upgrade"));
            to.add(new Field("upgrade", "websocket"));
        }
        String known = ownId != null && usable(ownId) ? ownId : id;
        to.add(new Field("x-forwarded-for", client.forwardedFor()));
        to.add(new Field("x-forwarded-proto", client.https() ? "https" : "http"));
        to.add(new Field("x-forwarded-host", host));
        to.add(new Field("x-request-id", known));
        to.add(new Field("x-request-start", ownStart == null ? "t=" + millis : ownStart));
        return new Onward(to, known, sized);
    }

    /// Said by the reader of HTTP/2 of a request whose kind has no body.
    private static boolean empty(HttpServerRequest request, String length) {
        return request.version() == HttpVersion.HTTP_2
                && length.equals("0")
                && (request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD));
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

    private static boolean usable(String id) {
        return !id.isEmpty() && id.length() <= 128 && id.chars().allMatch(c -> c > ' ' && c < 0x7F);
    }

    /// A response's, for the client.
    static void response(List<Field> from, MultiMap to, Map<String, String> set) {
        List<String> options = new ArrayList<>(1);
        for (Field field : from) {
            if (field.name().equalsIgnoreCase("connection")) {
                options.add(field.value());
            }
        }
        Hops hops = Hops.of(options);
        for (Field field : from) {
            if (hops.passResponse(field.name())) {
                to.add(field.name(), field.value());
            }
        }
        set.forEach(to::set);
    }

    /// Trailers, without those that would come too late.
    static void trailers(List<Field> from, MultiMap to) {
        for (Field field : from) {
            if (Hops.passTrailer(field.name())) {
                to.add(field.name(), field.value());
            }
        }
    }
}
