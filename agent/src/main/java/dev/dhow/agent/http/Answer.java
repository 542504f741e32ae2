package dev.dhow.agent.http;

import dev.dhow.agent.json.Json;
import dev.dhow.api.http.ErrorBody;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/// Writes answers, all in one way. A HEAD request gets the same headers and no body.
final class Answer {
    static final String JSON = "application/json";
    /// The text format that every Prometheus reads.
    static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private Answer() {}

    static void json(RoutingContext context, int status, Object body) {
        send(context, status, JSON, Json.write(body) + "\n");
    }

    /// An answer about a text that is told from others by its content.
    static void tagged(RoutingContext context, int status, @Nullable String content, Object body) {
        if (content != null) {
            context.response().putHeader("etag", '"' + content + '"');
        }
        json(context, status, body);
    }

    static void error(RoutingContext context, int status, String message) {
        json(context, status, new ErrorBody(message));
    }

    static void send(RoutingContext context, int status, String type, String text) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        Buffer body = Buffer.buffer(text);
        response.setStatusCode(status)
                .putHeader("content-type", type)
                .putHeader("content-length", Integer.toString(body.length()))
                .putHeader("cache-control", "no-store")
                .putHeader("x-content-type-options", "nosniff");
        if (context.request().method().name().equals("HEAD")) {
            response.end();
        } else {
            response.end(body);
        }
    }
}
