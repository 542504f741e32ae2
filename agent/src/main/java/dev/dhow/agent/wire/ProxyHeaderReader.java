package dev.dhow.agent.wire;

import dev.dhow.agent.wire.Sender.Header;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProtocolVersion;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol.TransportProtocol;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Stands first on a connection, before TLS and HTTP: reads the PROXY header of those who may send one, refuses it from
/// all others, and leaves. Whatever else comes first is passed on as it is.
///
/// A sender that is due to send a header and sends none is passed on too, as [Header#MISSING]: load balancers check
/// health
/// without it. Whoever answers requests must not take such a peer for a client.
public final class ProxyHeaderReader extends ChannelInboundHandlerAdapter {
    private static final byte[] V1 = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] V2 = {0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A};
    /// What senders may add to a header of version 2.
    private static final int MOST_EXTRA = 8192;
    /// Senders that stand behind each other.
    private static final int MOST_HEADERS = 3;

    private final Networks senders;
    private final Duration most;
    private final BiConsumer<Sender, String> refused;
    private @Nullable ByteBuf held;
    private @Nullable Future<?> timer;
    private @Nullable Sender sender;
    private int headers;
    private @Nullable Guard guard;
    private boolean decoding;
    private boolean over;

    /// @param senders from whom a header is due
    /// @param most how long a header may take from its first octet to its last
    /// @param refused told of whom nothing is read any more, and why
    public ProxyHeaderReader(Networks senders, Duration most, BiConsumer<Sender, String> refused) {
        this.senders = senders;
        this.most = most;
        this.refused = refused;
    }

    /// Netty's reader closes a connection whose header is broken before it says so; it is to be told first.
    private final class Guard extends ChannelDuplexHandler {
        private boolean inside;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
            inside = true;
            try {
                super.channelRead(ctx, message);
            } finally {
                inside = false;
            }
        }

        @Override
        public void close(ChannelHandlerContext ctx, ChannelPromise promise) throws Exception {
            if (!inside || !decoding) {
                super.close(ctx, promise);
            }
        }
    }

    private enum Begins {
        NO,
        PERHAPS,
        YES
    }

    private static Begins begins(ByteBuf in) {
        Begins one = begins(in, V1);
        return one == Begins.NO ? begins(in, V2) : one;
    }

    private static Begins begins(ByteBuf in, byte[] prefix) {
        int known = Math.min(in.readableBytes(), prefix.length);
        for (int i = 0; i < known; i++) {
            if (in.getByte(in.readerIndex() + i) != prefix[i]) {
                return Begins.NO;
            }
        }
        return known == prefix.length ? Begins.YES : Begins.PERHAPS;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HAProxyMessage header) {
            try {
                took(ctx, header);
            } finally {
                header.release();
            }
        } else if (over || !(message instanceof ByteBuf in)) {
            ReferenceCountUtil.release(message);
        } else {
            look(ctx, joined(ctx, in));
        }
    }

    private ByteBuf joined(ChannelHandlerContext ctx, ByteBuf in) {
        ByteBuf before = held;
        held = null;
        if (before == null) {
            return in;
        }
        try {
            ByteBuf all = ctx.alloc().buffer(before.readableBytes() + in.readableBytes());
            return all.writeBytes(before).writeBytes(in);
        } finally {
            before.release();
            in.release();
        }
    }

    private Sender sender(ChannelHandlerContext ctx) {
        Sender known = sender;
        if (known == null) {
            known = Sender.plain(ctx.channel());
            sender = known;
        }
        return known;
    }

    private boolean mayTell(Sender from) {
        return senders.have(Network.address(from.address()));
    }

    private void look(ChannelHandlerContext ctx, ByteBuf in) {
        Sender from = sender(ctx);
        switch (begins(in)) {
            case PERHAPS -> {
                held = in;
                watch(ctx);
            }
            case NO -> {
                boolean due = headers == 0 && mayTell(from);
                leave(ctx, due ? from.with(Header.MISSING) : from);
                ctx.fireChannelRead(in);
            }
            case YES -> {
                if (!mayTell(from)) {
                    in.release();
                    refuse(ctx, from.with(Header.UNTRUSTED), "PROXY header from an untrusted peer");
                } else if (headers == MOST_HEADERS) {
                    in.release();
                    refuse(ctx, from.with(Header.BROKEN), "more than %d PROXY headers".formatted(MOST_HEADERS));
                } else if (begins(in, V1) == Begins.YES) {
                    decode(ctx, in);
                } else if (!BinaryHeader.whole(in, MOST_EXTRA)) {
                    held = in;
                    watch(ctx);
                } else if (BinaryHeader.damaged(in)) {
                    in.release();
                    refuse(ctx, from.with(Header.BROKEN), "the PROXY header does not fit its checksum");
                } else {
                    decode(ctx, in);
                }
            }
        }
    }

    private void decode(ChannelHandlerContext ctx, ByteBuf in) {
        decoding = true;
        watch(ctx);
        if (guard == null) {
            guard = new Guard();
            ctx.pipeline().addBefore(ctx.name(), null, guard);
        }
        ctx.pipeline().addBefore(ctx.name(), null, new HAProxyMessageDecoder(MOST_EXTRA, true));
        // It leaves after the header and passes on what follows, to this handler or the next.
        // Its reader of version 2 counts from a buffer's start, wherever reading stands.
        ctx.pipeline().fireChannelRead(in.readerIndex() == 0 ? in : in.slice());
    }

    private void took(ChannelHandlerContext ctx, HAProxyMessage header) {
        decoding = false;
        headers++;
        Sender from = sender(ctx);
        String named = header.command() == HAProxyCommand.LOCAL ? null : address(header);
        boolean text = header.protocolVersion() == HAProxyProtocolVersion.V1;
        Sender now = named == null
                ? from.with(text ? Header.V1_UNKNOWN : Header.V2_LOCAL)
                : new Sender(from.peer(), named, text ? Header.V1 : Header.V2);
        sender = now;
        if (named == null || !mayTell(now)) {
            leave(ctx, now);
        }
        // Else the one that it names is a sender too, whose header may follow.
    }

    /// The client's address; null: it names nobody that has one.
    private static @Nullable String address(HAProxyMessage header) {
        String source = header.sourceAddress();
        boolean stream = header.proxiedProtocol().transportProtocol() == TransportProtocol.STREAM;
        return stream && source != null && Network.address(source) != null ? source : null;
    }

    private void leave(ChannelHandlerContext ctx, Sender known) {
        over = true;
        unwatch();
        known.keep(ctx.channel());
        Guard used = guard;
        if (used != null) {
            ctx.pipeline().remove(used);
        }
        ctx.pipeline().remove(this);
    }

    private void refuse(ChannelHandlerContext ctx, Sender from, String why) {
        over = true;
        decoding = false;
        unwatch();
        if (!ctx.channel().isActive()) {
            // Whoever checks by TCP alone breaks off wherever it likes.
            return;
        }
        refused.accept(from, why);
        byte[] line = (why + "\n").getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n"
                + "Cache-Control: no-store\r\nContent-Length: " + line.length + "\r\nConnection: close\r\n\r\n";
        // In plain text also where TLS is spoken: nobody has said hello yet.
        ctx.writeAndFlush(Unpooled.wrappedBuffer(head.getBytes(StandardCharsets.US_ASCII), line))
                .addListener(ChannelFutureListener.CLOSE);
    }

    private void watch(ChannelHandlerContext ctx) {
        if (timer == null) {
            timer = ctx.executor().schedule(() -> ctx.close(), most.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void unwatch() {
        Future<?> running = timer;
        timer = null;
        if (running != null) {
            running.cancel(false);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
        if (over) {
            return;
        }
        if (cause instanceof IOException) {
            ctx.close();
        } else if (decoding) {
            refuse(ctx, sender(ctx).with(Header.BROKEN), "the PROXY header cannot be read");
        } else {
            super.exceptionCaught(ctx, cause);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        unwatch();
        ByteBuf rest = held;
        held = null;
        if (rest != null) {
            rest.release();
        }
    }
}
