package dev.dhow.agent.proxy;

import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/// A request's body on its way to a container, no faster than that takes it.
final class Upload {
    private final HttpServerRequest from;
    private final HttpClientRequest to;
    private final @Nullable Long most;
    private final Listener listener;
    private long received;
    private boolean ended;

    /// Hears how it goes; once it has heard of an end it hears no more.
    interface Listener {
        /// All of it was passed on.
        void whole();

        /// It is larger than it may be.
        void tooLarge(long most);

        /// It cannot be read.
        void broken();
    }

    /// @param most bytes; null: any
    Upload(HttpServerRequest from, HttpClientRequest to, @Nullable Long most, Listener listener) {
        this.from = from;
        this.to = to;
        this.most = most;
        this.listener = listener;
    }

    void start() {
        from.handler(part -> {
            received += part.length();
            if (ended) {
                return;
            }
            if (most != null && received > most) {
                ended = true;
                listener.tooLarge(most);
                return;
            }
            Pump.pass(part, from, to);
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
                to.end();
                listener.whole();
            }
        });
        from.resume();
    }

    /// Passes nothing on any more.
    void stop() {
        ended = true;
    }
}
