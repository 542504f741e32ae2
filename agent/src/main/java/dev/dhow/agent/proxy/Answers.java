package dev.dhow.agent.proxy;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.nio.charset.StandardCharsets;

/// What the proxy answers itself, mostly one line of text.
final class Answers {
    private static final CharSequence TEXT = HttpHeaders.createOptimized("text/plain; charset=utf-8");
    private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");

    private Answers() {}

    /// Sends a client elsewhere for good; what is no GET keeps its method (RFC 9110 §15.4.9).
    static void redirect(HttpServerRequest request, String location) {
        boolean reads =
                request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
        request.response().putHeader(HttpHeaders.LOCATION, location);
        text(request, reads ? 301 : 308, location, !reads);
    }

    /// Whether an answer is under way already, or nobody waits for one.
    static boolean begun(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        return response.ended() || response.closed() || response.headWritten();
    }

    /// @param close whether the connection ends with it
    static void text(HttpServerRequest request, int status, String line, boolean close) {
        send(request, status, TEXT, (line + "\n").getBytes(StandardCharsets.UTF_8), close);
    }

    /// @param close whether the connection ends with it
    static void send(HttpServerRequest request, int status, CharSequence type, byte[] body, boolean close) {
        if (begun(request)) {
            return;
        }
        HttpServerResponse response = request.response();
        response.setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, type)
                .putHeader(HttpHeaders.CACHE_CONTROL, NO_STORE)
                .putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(body.length));
        if (close && request.version() != HttpVersion.HTTP_2) {
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        Future<Void> ended =
                request.method().equals(HttpMethod.HEAD) ? response.end() : response.end(Buffer.buffer(body));
        if (close || request.version() == HttpVersion.HTTP_2) {
            ended.onComplete(_ -> Leftover.discard(request, close));
        }
    }
}
