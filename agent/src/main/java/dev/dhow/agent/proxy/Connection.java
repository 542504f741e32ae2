package dev.dhow.agent.proxy;

import dev.dhow.agent.wire.InterimAnswers;
import dev.dhow.agent.wire.Network;
import dev.dhow.agent.wire.Networks;
import dev.dhow.agent.wire.Refusal;
import dev.dhow.agent.wire.StrictHttp1;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpClientCodec;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A connection of a client, on its event loop.
final class Connection {
    /// Vert.x's name of the handler that reads requests.
    private static final String DECODER = "httpDecoder";
    /// From the first octet of a head to its last.
    private static final Duration HEAD_TIME = Duration.ofSeconds(10);
    /// Between two requests; longer than load balancers keep connections (AWS: 60 s), else they meet a closed one.
    private static final Duration IDLE_TIME = Duration.ofSeconds(75);

    private final HttpConnection http;
    private final String listener;
    private final @Nullable StrictHttp1 strict;
    private final String peer;
    private final boolean tls;
    private Networks trustedPeers;
    private boolean trusted;
    private long requests;
    private int open;
    private Duration idleSince;
    private boolean closing;

    private Connection(
            HttpConnection http, String listener, @Nullable StrictHttp1 strict, Networks trustedPeers, Duration now) {
        this.http = http;
        this.listener = listener;
        this.strict = strict;
        SocketAddress remote = http.remoteAddress();
        peer = remote == null || remote.hostAddress() == null ? "" : remote.hostAddress();
        this.trustedPeers = trustedPeers;
        trusted = trustedPeers.have(Network.address(peer));
        tls = http.isSsl();
        idleSince = now;
    }

    /// Takes a connection in before its first octet is read. This is the one place that knows how Vert.x builds a
    /// connection: HTTP/1 gets the strict reader before its codec; without one it is refused.
    ///
    /// @param clock monotonic
    /// @return null: the connection is none of ours to read, and is closed
    static @Nullable Connection of(
            HttpConnection http, String listener, Networks trustedPeers, Supplier<Duration> clock) {
        StrictHttp1 strict = null;
        switch (http.protocolVersion()) {
            case HTTP_1_0, HTTP_1_1 -> {
                ChannelHandlerContext context =
                        http instanceof ConnectionBase base ? base.channelHandlerContext() : null;
                if (context == null || context.pipeline().get(DECODER) == null) {
                    http.close();
                    return null;
                }
                strict = new StrictHttp1(clock);
                context.pipeline().addBefore(DECODER, "strict", strict);
            }
            case HTTP_2, HTTP_3 -> {
                // Its frames say where a message ends; what its fields say is looked at with each request.
            }
        }
        return new Connection(http, listener, strict, trustedPeers, clock.get());
    }

    /// Readies a connection to a container before the first request is sent by it.
    static void behind(HttpConnection http) {
        // What goes wrong is told to the request under way; Vert.x would write it into our log.
        http.exceptionHandler(_ -> {});
        if (http instanceof ConnectionBase base) {
            ChannelPipeline pipeline = base.channelHandlerContext().pipeline();
            ChannelHandlerContext codec = pipeline.context(HttpClientCodec.class);
            if (codec != null) {
                pipeline.addAfter(codec.name(), "interim", new InterimAnswers());
            }
        }
    }

    /// Ends a connection now. Closing it waits until what was written is taken, which may be never.
    static void sever(HttpConnection http) {
        if (http instanceof ConnectionBase base) {
            // From the front of the pipeline: past Vert.x's handler, which waits.
            base.channelHandlerContext().pipeline().firstContext().close();
        } else {
            http.close();
        }
    }

    /// Ends it once what was written is taken, or soon.
    void hangUp() {
        closing = true;
        http.close();
    }

    String listener() {
        return listener;
    }

    String peer() {
        return peer;
    }

    /// Whether the peer is believed about clients.
    ///
    /// @param now who is: a list may have changed since the connection came
    boolean trusted(Networks now) {
        if (!now.equals(trustedPeers)) {
            trustedPeers = now;
            trusted = now.have(Network.address(peer));
        }
        return trusted;
    }

    boolean tls() {
        return tls;
    }

    /// Counts a request in.
    ///
    /// @return why it was refused before it was read; null: it was not
    @Nullable
    Refusal next() {
        requests++;
        open++;
        return strict == null ? null : strict.refused(requests);
    }

    void done(Duration now) {
        open--;
        idleSince = now;
    }

    void upgraded(boolean switched) {
        if (strict != null) {
            strict.upgraded(switched);
        }
    }

    /// Ends it where nothing moves: a head that does not come to its end, or nothing between two requests.
    void sweep(Duration now) {
        Duration head = strict == null ? null : strict.headSince();
        boolean slow = head != null && now.minus(head).compareTo(HEAD_TIME) > 0;
        boolean idle = open == 0 && head == null && now.minus(idleSince).compareTo(IDLE_TIME) > 0;
        if (closing) {
            sever(http);
        } else if (slow || idle) {
            hangUp();
        }
    }
}
