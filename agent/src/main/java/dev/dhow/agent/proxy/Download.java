package dev.dhow.agent.proxy;

import dev.dhow.agent.upstream.Part;
import dev.dhow.agent.upstream.Upstream;
import dev.dhow.agent.wire.Field;
import dev.dhow.agent.wire.ResponseHead;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// An answer's body on its way to the client, no faster than that takes it.
///
/// Where the length is known, the last part ends the answer: head and body of a short one are written at once.
final class Download {
    private final HttpServerResponse into;
    private final Outgoing parts;
    private final Flow flow;
    /// Octets still to come; below 0: nobody knows.
    private long missing;

    private @Nullable Future<Void> ended;

    /// @param nanos monotonic
    Download(ResponseHead head, Upstream from, HttpServerResponse into, LongSupplier nanos) {
        this.into = into;
        parts = new Outgoing(into);
        flow = new Flow(from, parts, nanos);
        missing = head.body();
    }

    void pass(Part part) {
        missing -= part.octets().length();
        if (missing == 0) {
            flow.over();
            ended = part.until(into.end(part.octets()));
        } else {
            flow.pass(() -> parts.write(part));
        }
    }

    /// All of it came.
    ///
    /// @return when it is written
    Future<Void> end(List<Field> trailers) {
        Future<Void> written = ended;
        if (written != null) {
            return written;
        }
        flow.over();
        if (into.isChunked() && !trailers.isEmpty()) {
            Heads.trailers(trailers, into.trailers());
        }
        return into.end();
    }

    /// Whether the client takes nothing for longer than that.
    boolean stuck(long now, Duration most) {
        return flow.stuck(now, most);
    }
}
