package dev.dhow.agent.upstream;

import dev.dhow.agent.wire.Field;
import dev.dhow.agent.wire.ResponseHead;
import dev.dhow.agent.wire.ResponseReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A connection to a container, which has one request at a time. Used on its event loop only.
///
/// It goes back to its pool by itself once the request is sent and its answer is whole, unless something speaks
/// against it: then it ends.
public final class Upstream extends ChannelInboundHandlerAdapter implements Source, Sink {
    private static final Buffer NOTHING = Buffer.buffer();
    /// So long a container may take what was written last.
    private static final Duration FINISH_TIME = Duration.ofSeconds(60);

    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LINE_END = {'\r', '\n'};

    private final ContextInternal loop;
    private final Channel channel;
    private final Home home;
    private final ResponseReader reader = new ResponseReader(new Answer());
    private final Parts parts;
    private @Nullable AnswerListener listener;
    private @Nullable Runnable whenRoom;
    /// Whether the request under way is sent to its end.
    private boolean sent = true;

    private boolean chunks;
    private boolean stays = true;
    private boolean stray;
    private boolean busy;
    private boolean finishing;
    private boolean left;

    Upstream(ContextInternal loop, Channel channel, Home home, Lending lending) {
        this.loop = loop;
        this.channel = channel;
        this.home = home;
        parts = new Parts(lending, this::hear);
    }

    // --- the request ------------------------------------------------------------------------------------------------

    /// Sends a request's head; where a body follows, [#write] and [#end] send it.
    public void ask(RequestHead head, AnswerListener answer) {
        listener = answer;
        busy = true;
        chunks = head.framing() == RequestHead.Framing.CHUNKS;
        sent = head.framing() == RequestHead.Framing.NONE;
        reader.expect(head.method().equals("HEAD"));
        byte[] octets;
        try {
            octets = head.octets();
        } catch (IllegalArgumentException _) {
            broke(Fault.BROKEN);
            return;
        }
        channel.writeAndFlush(Unpooled.wrappedBuffer(octets));
    }

    /// @param part of the body, or of another protocol; handed over
    public void write(Buffer part) {
        if (!chunks) {
            channel.writeAndFlush(octets(part));
        } else if (part.length() > 0) {
            channel.write(
                    Unpooled.copiedBuffer(Integer.toHexString(part.length()) + "\r\n", StandardCharsets.US_ASCII));
            channel.write(octets(part));
            channel.writeAndFlush(Unpooled.wrappedBuffer(LINE_END));
        }
    }

    /// The body is whole.
    public void end() {
        if (chunks) {
            channel.writeAndFlush(Unpooled.wrappedBuffer(LAST_CHUNK));
        }
        sent = true;
    }

    private static ByteBuf octets(Buffer part) {
        return ((BufferInternal) part).getByteBuf();
    }

    @Override
    public boolean full() {
        return !channel.isWritable();
    }

    @Override
    public void whenRoom(Runnable then) {
        whenRoom = then;
    }

    @Override
    public void pause() {
        channel.config().setAutoRead(false);
    }

    @Override
    public void resume() {
        channel.config().setAutoRead(true);
    }

    boolean open() {
        return channel.isActive();
    }

    /// Ends it now, whatever is under way; nobody hears of it any more.
    public void close() {
        listener = null;
        stays = false;
        channel.close();
    }

    /// Ends it behind what was written, or after [#FINISH_TIME]; nobody hears of it any more.
    public void finish() {
        listener = null;
        finishing = true;
        channel.writeAndFlush(octets(NOTHING)).addListener(ChannelFutureListener.CLOSE);
        channel.eventLoop().schedule(() -> channel.close(), FINISH_TIME.toSeconds(), TimeUnit.SECONDS);
    }

    // --- the answer -------------------------------------------------------------------------------------------------

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            if (message instanceof ByteBuf octets) {
                loop.dispatch(octets, this::read);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void read(ByteBuf octets) {
        try {
            String wrong = listener == null ? null : reader.read(octets);
            parts.flush();
            if (wrong != null) {
                broke(Fault.BROKEN);
            }
        } catch (RuntimeException e) {
            // A mistake of ours: whoever waits must not wait for good.
            broke(Fault.BROKEN);
            throw e;
        }
        // Nobody asked for what is left: it would be read as the beginning of the next answer.
        stray |= octets.isReadable();
    }

    /// All that came by now is read: were there octets behind the answer, they were seen.
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (finishing) {
            return;
        }
        if (stray && listener == null) {
            channel.close();
        } else if (busy && listener == null) {
            busy = false;
            whenRoom = null;
            if (stays && sent && open()) {
                resume();
                loop.dispatch(this, home::free);
            } else {
                channel.close();
            }
        } else if (listener != null && !reader.silent()) {
            loop.dispatch(listener, AnswerListener::pause);
        }
    }

    /// The container says no more. Were it our own end of the connection, an answer would not be whole by it.
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE && !finishing) {
            loop.dispatch(this, _ -> {
                if (!reader.closed()) {
                    breakOff();
                }
                channel.close();
            });
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        loop.dispatch(this, _ -> {
            try {
                breakOff();
            } finally {
                home.gone(this);
                leave();
            }
        });
    }

    private void leave() {
        if (!left) {
            left = true;
            home.left();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        loop.dispatch(this, _ -> breakOff());
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        Runnable then = whenRoom;
        if (then != null && channel.isWritable()) {
            whenRoom = null;
            loop.dispatch(then);
        }
    }

    /// Ends it, and tells whoever waits for an answer.
    void breakOff() {
        broke(reader.silent() ? Fault.SILENT : Fault.BROKEN);
    }

    private void broke(Fault fault) {
        AnswerListener hears = listener;
        close();
        if (hears != null) {
            hears.broke(fault);
        }
    }

    private void hear(Part part) {
        AnswerListener hears = listener;
        if (hears == null) {
            part.drop();
        } else {
            hears.part(part);
        }
    }

    /// Passes on what the reader finds, as long as somebody listens.
    private final class Answer implements ResponseReader.Sink {
        @Override
        public void head(ResponseHead head) {
            stays &= head.stays();
            if (head.status() == 101) {
                // It is another protocol's from now on, and counts for no place of requests.
                leave();
            }
            AnswerListener hears = listener;
            if (hears != null) {
                hears.head(head);
            }
        }

        @Override
        public void body(ByteBuf octets, int length) {
            if (listener == null) {
                octets.skipBytes(length);
            } else {
                parts.take(octets, length);
            }
        }

        @Override
        public void end(List<Field> trailers) {
            parts.flush();
            AnswerListener hears = listener;
            listener = null;
            if (hears != null) {
                hears.end(trailers);
            }
        }
    }
}
