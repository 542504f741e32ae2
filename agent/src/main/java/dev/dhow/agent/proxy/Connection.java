package dev.dhow.agent.proxy;

import dev.dhow.agent.wire.Held;
import dev.dhow.agent.wire.Network;
import dev.dhow.agent.wire.Networks;
import dev.dhow.agent.wire.Refusal;
import dev.dhow.agent.wire.Sender;
import dev.dhow.agent.wire.StrictHttp1;
import dev.dhow.agent.wire.StrictHttp2;
import dev.dhow.agent.wire.Unwanted;
import dev.dhow.agent.wire.UploadWindows;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// A connection of a client, on its event loop.
final class Connection {
    /// Vert.x's name of the handler that reads requests.
    private static final String DECODER = "httpDecoder";
    /// From the first octet of a head to its last.
    private static final Duration HEAD_TIME = Duration.ofSeconds(10);
    /// Between two requests; longer than load balancers keep connections (AWS: 60 s), else they meet a closed one.
    private static final Duration IDLE_TIME = Duration.ofSeconds(75);
    /// Of HTTP/2 where the host drains: nothing is cut.
    private static final Duration STREAMS_TIME = Duration.ofHours(1);
    /// Between two requests where the host drains, which load balancers have stopped to use by then, or others want in.
    private static final Duration HURRIED_TIME = Duration.ofSeconds(5);

    private final HttpConnection http;
    private final String listener;
    private final @Nullable StrictHttp1 strict;
    private final @Nullable UploadWindows windows;
    private final boolean tls;
    private final @Nullable Peer shaken;
    /// Known with the first request: a PROXY header comes before it.
    private @Nullable Sender sender;

    private @Nullable Networks trustedBy;
    private boolean trusted;
    private long requests;
    private int open;
    private boolean ending;
    private Duration idleSince;
    private boolean closing;
    private @Nullable HttpServerResponse last;

    private Connection(
            HttpConnection http,
            String listener,
            @Nullable StrictHttp1 strict,
            @Nullable UploadWindows windows,
            @Nullable Peer shaken,
            Duration now) {
        this.http = http;
        this.shaken = shaken;
        this.listener = listener;
        this.strict = strict;
        this.windows = windows;
        tls = http.isSsl();
        idleSince = now;
    }

    /// Takes a connection in before its first octet is read. This is the one place that knows how Vert.x builds a
    /// connection: HTTP/1 gets the strict reader before its codec, HTTP/2 behind its frames; without one it is
    /// refused.
    ///
    /// @param held by all connections together
    /// @param refused hears of requests that HTTP/2's reader resets
    /// @param clock monotonic
    /// @return null: the connection is none of ours to read, and is closed
    static @Nullable Connection of(
            HttpConnection http,
            String listener,
            Settings settings,
            Held held,
            Consumer<Refusal> refused,
            Supplier<Duration> clock) {
        ChannelHandlerContext context = http instanceof ConnectionBase base ? base.channelHandlerContext() : null;
        StrictHttp1 strict = null;
        UploadWindows windows = null;
        switch (http.protocolVersion()) {
            case HTTP_1_0, HTTP_1_1 -> {
                if (context == null || context.pipeline().get(DECODER) == null) {
                    http.close();
                    return null;
                }
                strict = new StrictHttp1(clock);
                context.pipeline().addBefore(DECODER, "strict", strict);
            }
            case HTTP_2, HTTP_3 -> {
                if (context == null || !(context.handler() instanceof Http2ConnectionHandler frames)) {
                    http.close();
                    return null;
                }
                StrictHttp2.into(frames, refused);
                windows = UploadWindows.into(frames, context, held, refused);
                Unwanted.into(frames, context, Listening.STREAMS);
            }
        }
        Peer shaken = Peer.of(http, settings.certificates(), clock);
        return new Connection(http, listener, strict, windows, shaken, clock.get());
    }

    /// Ends a connection now. Closing it waits until what was written is taken, which may be never.
    private static void sever(HttpConnection http) {
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

    /// The address that requests come from, as far as senders of PROXY headers are believed.
    String peer() {
        return sender().address();
    }

    /// Whether the peer is believed about clients.
    ///
    /// @param now who is: a list may have changed since the connection came
    boolean trusted(Networks now) {
        if (!now.equals(trustedBy)) {
            trustedBy = now;
            trusted = now.have(Network.address(peer()));
        }
        return trusted;
    }

    /// Whom requests come from.
    Sender sender() {
        Sender known = sender;
        if (known == null) {
            known = http instanceof ConnectionBase base
                    ? Sender.of(base.channel())
                    : new Sender("", "", Sender.Header.NONE);
            sender = known;
        }
        return known;
    }

    boolean tls() {
        return tls;
    }

    /// The name that the client gave in the TLS handshake; null: none.
    @Nullable
    String sni() {
        return shaken == null ? null : shaken.name();
    }

    /// The version of TLS; null: none.
    @Nullable
    String tlsVersion() {
        SSLSession session = tls ? http.sslSession() : null;
        return session == null ? null : session.getProtocol();
    }

    /// Why nothing but health paths is answered here; null: all is.
    @Nullable
    Refusal healthOnly() {
        if (listener.equals(Probe.HEALTH_LISTENER)) {
            return new Refusal(404, "no_route", "this address answers health only: ask for " + HealthPaths.HOST);
        }
        return sender().header() == Sender.Header.MISSING
                ? new Refusal(
                        400,
                        "proxy_header",
                        "a PROXY header is due from this peer; without one only health is" + " answered, at "
                                + HealthPaths.HOST)
                : null;
    }

    /// What the TLS handshake left; null: there was none.
    @Nullable
    Peer shaken() {
        return shaken;
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

    /// Whether the answer before this request's was the connection's last: what follows it is not asked (RFC 9112
    /// §9.6).
    boolean over(HttpServerRequest request) {
        if (strict == null) {
            return false;
        }
        HttpServerResponse before = last;
        last = request.response();
        return before != null && before.headers().contains(HttpHeaders.CONNECTION, HttpHeaders.CLOSE, true);
    }

    void done(Duration now) {
        open--;
        idleSince = now;
        if (ending && http.protocolVersion() != HttpVersion.HTTP_2) {
            // Behind what was written, which goes out first.
            http.close();
        }
    }

    /// This host drains: the answer to this request is the last on the connection.
    void end(HttpServerResponse answer) {
        if (http.protocolVersion() == HttpVersion.HTTP_2) {
            if (!ending) {
                // Tells it with GOAWAY, and ends when its streams have.
                http.shutdown(STREAMS_TIME);
            }
        } else {
            answer.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        ending = true;
    }

    void upgraded() {
        if (strict != null) {
            strict.upgraded(true);
        }
    }

    /// Part of a request's body was handed on.
    void passed(HttpServerRequest request, int octets) {
        if (windows != null) {
            windows.passed(Math.toIntExact(request.streamId()), octets);
        }
    }

    /// Whether a request was reset because too much of uploads waits.
    boolean lackedRoom(HttpServerRequest request) {
        return windows != null && windows.refused(Math.toIntExact(request.streamId()));
    }

    /// A request has its answer: one that asked for another protocol, and did not get it, is followed by more requests.
    void answered(HttpServerRequest request) {
        if (strict != null
                && request.response().getStatusCode() != 101
                && request.headers().contains(HttpHeaders.UPGRADE)) {
            strict.upgraded(false);
        }
    }

    /// Ends it where nothing moves: a head that does not come to its end, or nothing between two requests.
    ///
    /// @param hurried whether it is to end soon, or others may need its room
    void sweep(Duration now, boolean hurried) {
        Duration head = strict == null ? null : strict.headSince();
        boolean slow = head != null && now.minus(head).compareTo(HEAD_TIME) > 0;
        Duration most = hurried ? HURRIED_TIME : IDLE_TIME;
        boolean idle = open == 0 && head == null && now.minus(idleSince).compareTo(most) > 0;
        if (closing) {
            sever(http);
        } else if (slow || idle) {
            hangUp();
        }
    }
}
