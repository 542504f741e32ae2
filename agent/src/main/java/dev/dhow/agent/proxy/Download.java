package dev.dhow.agent.proxy;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// An answer's body on its way to the client, no faster than that takes it.
///
/// Where the length is known, the last part ends the answer: head and body of a short one are written at once.
final class Download {
    private final HttpClientResponse from;
    private final HttpServerResponse into;
    private final Flow flow;
    /// Bytes still to come; below 0: nobody knows.
    private long missing;

    private @Nullable Future<Void> ended;

    /// @param nanos monotonic
    Download(HttpClientResponse from, HttpServerResponse into, LongSupplier nanos) {
        this.from = from;
        this.into = into;
        flow = new Flow(from, into, nanos);
        String length = from.getHeader(HttpHeaders.CONTENT_LENGTH);
        missing = length == null || into.isChunked() ? -1 : Long.parseLong(length);
    }

    void pass(Buffer part) {
        missing -= part.length();
        if (missing == 0) {
            ended = into.end(part);
        } else {
            flow.pass(part);
        }
    }

    /// All of it came.
    ///
    /// @return when it is written
    Future<Void> end() {
        Future<Void> written = ended;
        if (written != null) {
            return written;
        }
        if (into.isChunked() && !from.trailers().isEmpty()) {
            Heads.trailers(from.trailers(), into.trailers());
        }
        return into.end();
    }

    /// Whether the client takes nothing for longer than that.
    boolean stuck(long now, Duration most) {
        return flow.stuck(now, most);
    }
}
