package dev.dhow.agent.wire;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.AttributeKey;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import java.util.concurrent.TimeUnit;

/// Bodies on one connection of HTTP/2 that nobody wants, because the answer is sent.
///
/// What a client has sent by the time that it hears of it is passed over (RFC 9113 §5.1). A request that is forgotten
/// at once would be reset with each of its frames, until there are too many resets.
///
/// For the client such a request is over, so it does not count as one of those that may be at once. As many as that are
/// passed over: those that a client has not heard of are still open for it, and are the newest, so no more of an older
/// one comes from a client that keeps to the rules.
public final class Unwanted {
    /// By then the client has heard of it.
    private static final Duration LATE = Duration.ofSeconds(2);

    private static final AttributeKey<Unwanted> KEY = AttributeKey.valueOf(Unwanted.class, "unwanted");

    private final Http2ConnectionHandler handler;
    private final Http2Connection connection;
    private final int streams;
    private final SequencedSet<Http2Stream> passedOver = new LinkedHashSet<>();

    private Unwanted(Http2ConnectionHandler handler, int streams) {
        this.handler = handler;
        this.streams = streams;
        connection = handler.connection();
        connection.addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamClosed(Http2Stream stream) {
                if (passedOver.remove(stream)) {
                    makeRoom();
                }
            }
        });
    }

    /// Puts it into a connection of which no frame was read yet.
    ///
    /// @param frames where the connection's frames are read
    /// @param streams requests at once
    public static void into(Http2ConnectionHandler handler, ChannelHandlerContext frames, int streams) {
        frames.channel().attr(KEY).set(new Unwanted(handler, streams));
    }

    /// Lets the client stop to send, and keep the answer (RFC 9113 §8.1).
    ///
    /// @param frames where the connection's frames are read
    public static void stop(ChannelHandlerContext frames, int streamId) {
        Unwanted here = frames.channel().attr(KEY).get();
        if (here != null) {
            here.passOver(frames, streamId);
        }
    }

    private void passOver(ChannelHandlerContext frames, int streamId) {
        Http2Stream stream = connection.stream(streamId);
        if (stream == null || !stream.isHeadersSent()) {
            // There is no answer to keep: it is reset for what is wrong with it.
            return;
        }
        stream.resetSent();
        handler.encoder()
                .frameWriter()
                .writeRstStream(frames, streamId, Http2Error.NO_ERROR.code(), frames.newPromise());
        frames.flush();
        frames.executor().schedule(stream::close, LATE.toMillis(), TimeUnit.MILLISECONDS);
        passedOver.add(stream);
        if (passedOver.size() > streams) {
            passedOver.getFirst().close();
        } else {
            makeRoom();
        }
    }

    private void makeRoom() {
        connection.remote().maxActiveStreams(streams + passedOver.size());
    }
}
