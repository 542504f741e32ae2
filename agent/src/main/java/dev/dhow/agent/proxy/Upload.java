package dev.dhow.agent.proxy;

import dev.dhow.agent.upstream.Upstream;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// A request's body on its way to a container, no faster than that takes it.
final class Upload {
    private final HttpServerRequest from;
    private final Upstream to;
    private final @Nullable Long most;
    private final Listener listener;
    private final Flow flow;
    private long received;
    private boolean ended;
    private boolean whole;

    /// Hears how it goes; once it has heard of an end it hears of no other.
    interface Listener {
        /// So much of it waits no more.
        void passed(int octets);

        /// All of it was passed on.
        void whole();

        /// It is larger than it may be.
        void tooLarge(long most);

        /// It cannot be read.
        void broken();
    }

    /// @param most bytes; null: any
    /// @param nanos monotonic
    Upload(HttpServerRequest from, Upstream to, @Nullable Long most, LongSupplier nanos, Listener listener) {
        flow = new Flow(Flow.from(from), to, nanos);
        this.from = from;
        this.to = to;
        this.most = most;
        this.listener = listener;
    }

    void start() {
        from.handler(part -> {
            received += part.length();
            listener.passed(part.length());
            if (ended) {
                return;
            }
            if (most != null && received > most) {
                ended = true;
                listener.tooLarge(most);
                return;
            }
            flow.pass(() -> to.write(part));
        });
        from.exceptionHandler(_ -> {
            if (!ended) {
                ended = true;
                listener.broken();
            }
        });
        from.endHandler(_ -> {
            if (!ended) {
                ended = true;
                whole = true;
                to.end();
                listener.whole();
            }
        });
        from.resume();
    }

    /// Whether the client sends nothing for longer than that, though it could.
    boolean starved(long now, Duration most) {
        return !ended && flow.starved(now, most);
    }

    /// Whether the container takes nothing for longer than that.
    boolean stuck(long now, Duration most) {
        return !ended && flow.stuck(now, most);
    }

    /// Whether the container's connection has all of it.
    boolean whole() {
        return whole;
    }

    /// Passes nothing on any more.
    void stop() {
        ended = true;
    }
}
