package dev.dhow.agent.proxy;

import dev.dhow.agent.upstream.Part;
import dev.dhow.agent.upstream.Upstream;
import dev.dhow.agent.wire.Field;
import dev.dhow.agent.wire.ResponseHead;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A request that asks to become a WebSocket: once the container agrees, octets go both ways as they come, each side no
/// faster than the other takes them.
final class Upgrade {
    private static final CharSequence UPGRADE = HttpHeaders.createOptimized("upgrade");

    private final Exchange exchange;
    private final Upstream container;
    private final List<Part> early = new ArrayList<>();
    private @Nullable Way toClient;

    Upgrade(Exchange exchange, Upstream container) {
        this.exchange = exchange;
        this.container = container;
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

    /// The container agrees.
    void agreed(ResponseHead answer) {
        HttpServerRequest request = exchange.request();
        HttpServerResponse response = request.response();
        response.setStatusCode(101);
        for (Field field : answer.fields()) {
            response.headers().add(field.name(), field.value());
        }
        container.pause();
        Future<NetSocket> opened = request.toNetSocket();
        opened.onComplete(result -> {
            if (exchange.over() || result.failed()) {
                early.forEach(Part::drop);
            }
            if (exchange.over()) {
                if (result.succeeded()) {
                    result.result().close();
                }
                return;
            }
            if (result.failed()) {
                container.close();
                exchange.end(502);
                return;
            }
            exchange.worker().upgraded(request);
            open(result.result());
        });
    }

    /// From the container to the client.
    private record Way(NetSocket client, Outgoing parts, Flow flow) {
        void pass(Part part) {
            flow.pass(() -> parts.write(part));
        }
    }

    private void open(NetSocket before) {
        Outgoing parts = new Outgoing(before);
        Way way = new Way(before, parts, new Flow(container, parts, exchange.worker()::nanos));
        toClient = way;
        Flow toContainer = new Flow(Flow.from(before), container, exchange.worker()::nanos);
        before.handler(part -> toContainer.pass(() -> container.write(part)));
        before.exceptionHandler(_ -> before.close());
        before.closeHandler(_ -> {
            container.finish();
            exchange.end(101);
        });
        early.forEach(way::pass);
        early.clear();
        container.resume();
        if (exchange.leaves()) {
            // It began before its container was to go: the client has its answer, and connects again.
            close();
        }
    }

    /// The container's next octets.
    void part(Part part) {
        if (toClient == null) {
            early.add(part);
        } else {
            toClient.pass(part);
        }
    }

    /// Whether the client has its answer, so that an end now is the end of a connection and not of a request.
    boolean open() {
        return toClient != null;
    }

    /// Ends it behind what was passed on; clients of WebSockets connect again.
    void close() {
        if (toClient != null) {
            toClient.client().close();
            container.finish();
        } else {
            container.close();
        }
        exchange.end(101);
    }
}
