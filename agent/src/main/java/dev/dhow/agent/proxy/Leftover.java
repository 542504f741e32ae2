package dev.dhow.agent.proxy;

import dev.dhow.agent.wire.Unwanted;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;

/// The rest of a request's body that nobody wants because the answer is sent.
///
/// It is read for a while and thrown away: a connection that is closed over octets that wait to be read is reset, and
/// the
/// answer may be lost with it (RFC 9112 §9.6).
final class Leftover {
    private static final long MILLIS = 2_000;

    private Leftover() {}

    /// @param close whether the connection ends with the request; else only where the rest does not come in time
    static void discard(HttpServerRequest request, boolean close) {
        if (request.version() == HttpVersion.HTTP_2) {
            if (!request.isEnded()
                    && !"0".equals(request.headers().get(HttpHeaders.CONTENT_LENGTH))
                    && request.connection() instanceof ConnectionBase base) {
                Unwanted.stop(base.channelHandlerContext(), Math.toIntExact(request.streamId()));
            }
            return;
        }
        Context loop = Vertx.currentContext();
        if (request.isEnded() || loop == null) {
            end(request, close);
            return;
        }
        long timer = loop.owner().setTimer(MILLIS, _ -> end(request, true));
        request.handler(_ -> {});
        request.exceptionHandler(_ -> loop.owner().cancelTimer(timer));
        request.endHandler(_ -> {
            if (loop.owner().cancelTimer(timer)) {
                end(request, close);
            }
        });
        request.resume();
    }

    private static void end(HttpServerRequest request, boolean close) {
        if (close) {
            request.connection().close();
        }
    }
}
