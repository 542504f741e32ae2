package dev.dhow.agent.proxy;

import io.vertx.core.Future;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.NetSocket;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A request that asks to become a WebSocket: once the container agrees, octets go both ways as they come, each side no
/// faster than the other takes them.
final class Upgrade {
    private static final CharSequence UPGRADE = HttpHeaders.createOptimized("upgrade");
    private static final CharSequence WEBSOCKET = HttpHeaders.createOptimized("websocket");

    private final Exchange exchange;
    private final HttpClientRequest to;
    private @Nullable NetSocket client;
    private @Nullable NetSocket container;

    Upgrade(Exchange exchange, HttpClientRequest to) {
        this.exchange = exchange;
        this.to = to;
    }

    /// Whether a request asks for it (RFC 6455 §4.1). Other upgrades are not passed on, least of all to HTTP/2.
    static boolean asked(HttpServerRequest request) {
        String wanted =
                request.version() == HttpVersion.HTTP_1_1 ? request.headers().get(UPGRADE) : null;
        return wanted != null
                && wanted.equalsIgnoreCase("websocket")
                && request.headers().getAll(HttpHeaders.CONNECTION).stream()
                        .anyMatch(field -> field.toLowerCase(Locale.ROOT).contains("upgrade"));
    }

    void start() {
        to.putHeader(HttpHeaders.CONNECTION, UPGRADE).putHeader(UPGRADE, WEBSOCKET);
        to.connect().onComplete(result -> {
            if (exchange.over()) {
                return;
            }
            if (result.failed()) {
                exchange.answer(502, "the container of this service broke the connection off");
            } else if (result.result().statusCode() == 101) {
                agreed(result.result());
            } else {
                exchange.worker().upgraded(exchange.request(), false);
                exchange.answered(result.result());
            }
        });
    }

    private void agreed(HttpClientResponse answer) {
        exchange.switched();
        HttpServerRequest request = exchange.request();
        HttpServerResponse response = request.response();
        response.setStatusCode(101);
        for (Map.Entry<String, String> field : answer.headers()) {
            response.headers().add(field.getKey(), field.getValue());
        }
        NetSocket behind = answer.netSocket();
        container = behind;
        behind.pause();
        Future<NetSocket> opened = request.toNetSocket();
        opened.onComplete(result -> {
            if (result.failed() || exchange.over()) {
                behind.close();
                exchange.end(502);
                return;
            }
            NetSocket before = result.result();
            client = before;
            exchange.worker().upgraded(request, true);
            pass(behind, before);
            pass(before, behind);
            behind.resume();
            if (exchange.leaves()) {
                // It began before its container was to go: the client has its answer, and connects again.
                close();
            }
        });
    }

    private void pass(NetSocket from, NetSocket into) {
        from.handler(new Flow(from, into, exchange.worker()::nanos)::pass);
        from.exceptionHandler(_ -> from.close());
        from.closeHandler(_ -> {
            into.close();
            exchange.end(101);
        });
    }

    /// Whether the client has its answer, so that an end now is the end of a connection and not of a request.
    boolean open() {
        return client != null;
    }

    /// Ends it now; clients of WebSockets connect again.
    void close() {
        NetSocket before = client;
        NetSocket behind = container;
        if (before != null) {
            before.close();
        }
        if (behind != null) {
            behind.close();
        } else {
            to.reset();
        }
        exchange.end(101);
    }
}
