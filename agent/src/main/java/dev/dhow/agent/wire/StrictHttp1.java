package dev.dhow.agent.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpObjectDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Stands before the HTTP codec of a connection and passes on only what [RequestScanner] found good.
///
/// A head that was refused is replaced by one well-formed request, the last of its connection, so that its answer comes
/// in turn behind those of the requests before it: whoever handles requests counts them and asks [#refused]. A body
/// that
/// was refused ends its request as one that the codec could not read.
public final class StrictHttp1 extends ChannelInboundHandlerAdapter {
    private static final byte[] STAND_IN =
            "GET / HTTP/1.0\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    static final HeadLimits LIMITS = new HeadLimits(8192, 32768, 100);

    private final RequestScanner scanner = new RequestScanner(LIMITS);
    private final Supplier<Duration> clock;
    private @Nullable ByteBuf pending;
    private int scanned;
    private boolean ended;
    private @Nullable Duration headSince;
    private @Nullable ChannelHandlerContext context;

    /// @param clock monotonic
    public StrictHttp1(Supplier<Duration> clock) {
        this.clock = clock;
    }

    /// How long a line and a head may be; a codec behind this handler needs no smaller limits.
    public static int headLimit() {
        return LIMITS.head();
    }

    /// Why the request with this number, from 1, was refused; null: it was not.
    public @Nullable Refusal refused(long number) {
        return number > scanner.heads() ? scanner.refusal() : null;
    }

    /// Since when a head is under way, monotonic; null: none is.
    public @Nullable Duration headSince() {
        return headSince;
    }

    /// The answer to an upgrade is known: another request may follow, or the connection is no HTTP any more.
    public void upgraded(boolean switched) {
        ChannelHandlerContext ctx = context;
        if (ctx == null || !scanner.over()) {
            return;
        }
        if (switched) {
            ctx.pipeline().remove(this);
        } else {
            scanner.resume();
            ByteBuf held = pending;
            if (held != null) {
                pending = null;
                scanned = 0;
                channelRead(ctx, held);
            }
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        ByteBuf held = pending;
        pending = null;
        if (held != null) {
            ctx.fireChannelRead(held);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof ByteBuf in)) {
            ctx.fireChannelRead(message);
            return;
        }
        if (ended) {
            ReferenceCountUtil.release(in);
            return;
        }
        ByteBuf held = pending;
        if (held == null) {
            pass(ctx, in, in.readerIndex());
        } else {
            pending = null;
            pass(ctx, joined(ctx, held, in), scanned);
        }
    }

    /// Puts what came behind what was kept, whose places the scanner knows as they were from its start.
    private static ByteBuf joined(ChannelHandlerContext ctx, ByteBuf held, ByteBuf in) {
        try {
            ByteBuf all = ctx.alloc().buffer(held.readableBytes() + in.readableBytes());
            return all.writeBytes(held).writeBytes(in);
        } finally {
            held.release();
            in.release();
        }
    }

    private void pass(ChannelHandlerContext ctx, ByteBuf in, int from) {
        int good = scanner.scan(in, from);
        Refusal refusal = scanner.refusal();
        if (refusal != null) {
            end(ctx, in, good, scanner.inHead() ? null : refusal);
            return;
        }
        if (good == in.writerIndex()) {
            headSince = null;
            ctx.fireChannelRead(in);
            return;
        }
        keep(ctx, in, good);
    }

    /// Nothing of the connection is read any more.
    ///
    /// @param body why the body under way was refused; null: a head was
    private void end(ChannelHandlerContext ctx, ByteBuf in, int good, @Nullable Refusal body) {
        ended = true;
        headSince = null;
        int start = in.readerIndex();
        if (good > start) {
            ctx.fireChannelRead(in.retainedSlice(start, good - start));
        }
        in.release();
        if (body == null) {
            ctx.fireChannelRead(Unpooled.wrappedBuffer(STAND_IN));
        } else {
            LastHttpContent broken = new DefaultLastHttpContent(Unpooled.EMPTY_BUFFER);
            broken.setDecoderResult(DecoderResult.failure(new DecoderException(body.message())));
            ctx.pipeline().context(HttpObjectDecoder.class).fireChannelRead(broken);
        }
        ctx.fireChannelReadComplete();
    }

    /// Passes on what is good and keeps the rest: a head that is not over, or what follows an upgrade.
    private void keep(ChannelHandlerContext ctx, ByteBuf in, int good) {
        int start = in.readerIndex();
        int rest = in.writerIndex() - good;
        if (scanner.over() && rest > LIMITS.head()) {
            // Nobody sends so much before the answer to an upgrade.
            in.release();
            ctx.close();
            return;
        }
        ByteBuf held = ctx.alloc().buffer(Math.max(rest, 512));
        held.writeBytes(in, good, rest);
        scanner.moved(-good);
        scanned = scanner.over() ? 0 : rest;
        pending = held;
        if (headSince == null && scanner.inHead()) {
            headSince = clock.get();
        }
        if (good > start) {
            ctx.fireChannelRead(in.retainedSlice(start, good - start));
        }
        in.release();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        ByteBuf held = pending;
        pending = null;
        if (held != null) {
            held.release();
        }
        super.channelInactive(ctx);
    }
}
