package dev.dhow.agent.wire;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;

/// Stands behind the HTTP codec of a connection to a server and keeps what comes before an answer (RFC 9110 §15.2):
/// whoever
/// asks waits for the answer itself. What switches the protocol is one.
public final class InterimAnswers extends ChannelInboundHandlerAdapter {
    private static final int SWITCHES = 101;
    private static final int FINAL = 200;
    /// Nobody has more to say before an answer.
    private static final int MOST = 20;

    private boolean inside;
    private int count;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpResponse answer) {
            int status = answer.status().code();
            inside = answer.decoderResult().isSuccess() && status < FINAL && status != SWITCHES;
            count = inside ? count + 1 : 0;
        }
        if (!inside) {
            ctx.fireChannelRead(message);
            return;
        }
        if (message instanceof LastHttpContent) {
            inside = false;
        }
        ReferenceCountUtil.release(message);
        if (count > MOST) {
            ctx.close();
        }
    }
}
