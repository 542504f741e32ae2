package dev.dhow.agent.wire;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.function.Consumer;

/// Stands between the frames of an HTTP/2 connection and whoever takes its requests: a request whose head
/// [Http2Head] finds bad is reset (RFC 9113 §8.1.1), and the connection's others go on.
///
/// A request that has no body says so in its head, for whoever must know before the body would come.
public final class StrictHttp2 extends Http2FrameListenerDecorator {
    private static final HeadLimits LIMITS = StrictHttp1.LIMITS;

    private final Consumer<Refusal> refused;
    private int newest;

    private StrictHttp2(Http2FrameListener behind, Consumer<Refusal> refused) {
        super(behind);
        this.refused = refused;
    }

    /// Puts one into a connection of which no frame was read yet.
    ///
    /// @param refused hears of each request that is reset
    public static void into(Http2ConnectionHandler connection, Consumer<Refusal> refused) {
        connection.decoder().frameListener(new StrictHttp2(connection.decoder().frameListener(), refused));
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean endOfStream)
            throws Http2Exception {
        look(streamId, headers, endOfStream);
        super.onHeadersRead(ctx, streamId, headers, padding, endOfStream);
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx,
            int streamId,
            Http2Headers headers,
            int streamDependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean endOfStream)
            throws Http2Exception {
        look(streamId, headers, endOfStream);
        super.onHeadersRead(ctx, streamId, headers, streamDependency, weight, exclusive, padding, endOfStream);
    }

    private void look(int streamId, Http2Headers headers, boolean endOfStream) throws Http2Exception {
        if (streamId <= newest) {
            // Trailers, which nobody behind us reads.
            return;
        }
        newest = streamId;
        Refusal refusal = Http2Head.problem(headers, LIMITS);
        if (refusal != null) {
            refused.accept(refusal);
            boolean large = refusal.reason().equals(Refusal.TOO_LARGE);
            throw Http2Exception.streamError(
                    streamId, large ? Http2Error.ENHANCE_YOUR_CALM : Http2Error.PROTOCOL_ERROR, refusal.message());
        }
        if (endOfStream && !headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, "0");
        }
    }
}
