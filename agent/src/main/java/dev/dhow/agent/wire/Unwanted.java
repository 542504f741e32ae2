package dev.dhow.agent.wire;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Stream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Bodies over HTTP/2 that nobody wants, because the answer is sent.
public final class Unwanted {
    /// By then the client has heard of it.
    private static final Duration LATE = Duration.ofSeconds(2);

    private Unwanted() {}

    /// Lets the client stop to send, and keep the answer (RFC 9113 §8.1).
    ///
    /// What it has sent by the time that it hears of it is passed over (RFC 9113 §5.1). A request that is
    /// forgotten at once would be reset with each of its frames, until there are too many resets.
    ///
    /// @param frames where the connection's frames are read
    public static void stop(ChannelHandlerContext frames, int streamId) {
        if (!(frames.handler() instanceof Http2ConnectionHandler handler)) {
            return;
        }
        Http2Stream stream = handler.connection().stream(streamId);
        if (stream == null) {
            return;
        }
        stream.resetSent();
        handler.encoder()
                .frameWriter()
                .writeRstStream(frames, streamId, Http2Error.NO_ERROR.code(), frames.newPromise());
        frames.flush();
        frames.executor().schedule(stream::close, LATE.toMillis(), TimeUnit.MILLISECONDS);
    }
}
