package dev.dhow.agent.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.List;

/// Stands on both sides of the HTTP codec of a connection to a server, and passes on one answer for each request.
///
/// What comes before an answer (RFC 9110 §15.2) is kept: whoever asks waits for the answer itself. An answer whose
/// status or framing the codec took without understanding it is none. And octets that nobody asked for, such as a body
/// behind a 204 or behind the answer to a HEAD, end the connection: they would be read as the beginning of the next
/// answer.
public final class StrictAnswers extends ChannelDuplexHandler {
    private static final int SWITCHES = 101;
    private static final int FIRST = 100;
    private static final int FINAL = 200;
    private static final int LAST = 999;
    /// Nobody has more to say before an answer.
    private static final int MOST = 20;

    /// Whether a request waits for its answer.
    private boolean due;
    /// Whether an answer came to its end by the octets that were read last.
    private boolean ended;

    private boolean switched;
    private boolean interim;
    private int count;

    private StrictAnswers() {}

    /// Puts it around the codec of that name, before the first request is sent.
    public static void into(ChannelPipeline pipeline, String codec) {
        StrictAnswers strict = new StrictAnswers();
        pipeline.addBefore(codec, "octets", strict.new Octets());
        pipeline.addAfter(codec, "answers", strict);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) throws Exception {
        if (message instanceof HttpRequest) {
            due = true;
        }
        super.write(ctx, message, promise);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpResponse answer && answer.decoderResult().isSuccess()) {
            begins(answer);
        }
        if (!interim) {
            if (message instanceof LastHttpContent && !switched) {
                due = false;
                ended = true;
            }
            ctx.fireChannelRead(message);
            return;
        }
        if (message instanceof LastHttpContent) {
            interim = false;
        }
        ReferenceCountUtil.release(message);
        if (count > MOST) {
            ctx.close();
        }
    }

    private void begins(HttpResponse answer) {
        int status = answer.status().code();
        List<String> coding = answer.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (status < FIRST || status > LAST) {
            answer.setDecoderResult(DecoderResult.failure(new IllegalArgumentException("no status: " + status)));
        } else if (!coding.isEmpty()
                && !(coding.size() == 1 && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(coding.getFirst()))) {
            answer.setDecoderResult(DecoderResult.failure(new IllegalArgumentException("no coding: " + coding)));
        } else {
            switched = status == SWITCHES;
            interim = status < FINAL && !switched;
            count = interim ? count + 1 : 0;
        }
    }

    /// Sees what the codec is given, and what it leaves.
    private final class Octets extends ChannelInboundHandlerAdapter {
        /// Whether the codec may keep the beginning of something. It is seen where it begins, and forgotten with the
        /// connection only: what is added to it is copied.
        private boolean held;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (!(message instanceof ByteBuf octets) || switched) {
                ctx.fireChannelRead(message);
                return;
            }
            if (!due) {
                octets.release();
                ctx.close();
                return;
            }
            ended = false;
            // The codec lets go of what it has read.
            octets.retain();
            try {
                ctx.fireChannelRead(octets);
                held |= octets.isReadable();
            } finally {
                octets.release();
            }
            if (ended && held) {
                ctx.close();
            }
        }
    }
}
