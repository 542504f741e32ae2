package dev.dhow.agent.wire;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameWriter;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Stream;

/// What of a connection's windows is left as Netty has it.
abstract class Windows implements Http2LocalFlowController {
    final Http2LocalFlowController own;

    Windows(Http2LocalFlowController own) {
        this.own = own;
    }

    @Override
    public Http2LocalFlowController frameWriter(Http2FrameWriter frameWriter) {
        own.frameWriter(frameWriter);
        return this;
    }

    @Override
    public void channelHandlerContext(ChannelHandlerContext ctx) throws Http2Exception {
        own.channelHandlerContext(ctx);
    }

    @Override
    public int unconsumedBytes(Http2Stream stream) {
        return own.unconsumedBytes(stream);
    }

    @Override
    public int initialWindowSize(Http2Stream stream) {
        return own.initialWindowSize(stream);
    }

    @Override
    public void initialWindowSize(int newWindowSize) throws Http2Exception {
        own.initialWindowSize(newWindowSize);
    }

    @Override
    public int initialWindowSize() {
        return own.initialWindowSize();
    }

    @Override
    public int windowSize(Http2Stream stream) {
        return own.windowSize(stream);
    }

    @Override
    public void incrementWindowSize(Http2Stream stream, int delta) throws Http2Exception {
        own.incrementWindowSize(stream, delta);
    }
}
