package dev.dhow.agent.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// How much of its requests' bodies a client may send ahead on one connection of HTTP/2 (RFC 9113 §5.2).
///
/// A client sends a window's worth per round trip and no more: 128 KiB over 50 ms are 2.6 MB/s, however fast the
/// application reads. So a request begins with a small window, which doubles each time that a whole one was taken and
/// nothing waits, as TCP's own does: it ends where the application or the network is what limits. One whose
/// application does not read stays small.
///
/// The connection has room for all that its requests may send together: however many of them are stuck, the others go
/// on. What waits for slow applications is counted over all connections by [Held]. While there is too much of it, the
/// connection that holds the most loses the request of which the most waits there. All else on it goes on: a connection
/// that is not read would be deaf to what its client takes, too.
public final class UploadWindows extends Windows {
    /// Of a request at its beginning: what a client may assume before it has heard of any (RFC 9113 §6.9.2).
    public static final int FIRST = 64 * 1024;
    /// Of a request at most: 80 MB/s over 50 ms.
    static final int MOST = 4 * 1024 * 1024;
    /// By which all windows of a connection grow at most.
    private static final int GROWTH = 8 * 1024 * 1024;
    /// The memory that a frame takes beside its octets, so that small ones cannot hide what they cost.
    private static final int FRAME = 256;

    private final Http2ConnectionHandler handler;
    private final Http2Connection connection;
    private final ChannelHandlerContext reader;
    private final Held held;
    private final Consumer<Refusal> refused;
    private final Http2Connection.PropertyKey key;
    private final AtomicBoolean asked = new AtomicBoolean();
    private int grown;
    private int frames;
    /// Written on the event loop only.
    private volatile long told;

    private int refusedLast;
    private boolean closed;

    /// A request's part of it.
    private static final class Share {
        private int grown;
        private int taken;
        private int frames;
    }

    private UploadWindows(
            Http2ConnectionHandler handler, ChannelHandlerContext reader, Held held, Consumer<Refusal> refused) {
        super(handler.connection().local().flowController());
        this.handler = handler;
        connection = handler.connection();
        this.reader = reader;
        this.held = held;
        this.refused = refused;
        key = connection.newKey();
        connection.addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamClosed(Http2Stream stream) {
                left(stream);
            }
        });
        held.comes(this);
        reader.channel().closeFuture().addListener(_ -> {
            closed = true;
            held.leaves(this);
            count();
        });
    }

    /// Puts them into a connection of which no frame was read yet.
    ///
    /// @param reader where its frames are read
    /// @param refused hears of each request that is reset because too much waits
    public static UploadWindows into(
            Http2ConnectionHandler handler, ChannelHandlerContext reader, Held held, Consumer<Refusal> refused) {
        UploadWindows made = new UploadWindows(handler, reader, held, refused);
        handler.connection().local().flowController(made);
        return made;
    }

    /// The window of a connection: all that its requests' windows may come to, twice, because as much as half of what
    /// was taken is given back only with more of it.
    ///
    /// @param streams requests at once
    public static int ofConnection(int streams) {
        return 2 * (streams * FIRST + GROWTH);
    }

    /// Part of a request's body was handed on. Vert.x gives that back, but not what waited when the body's end came.
    public void passed(int streamId, int octets) {
        Http2Stream stream = connection.stream(streamId);
        if (stream == null) {
            return;
        }
        if (octets == 0) {
            // Nothing of an empty frame is given back, and of padding only beside it.
            forget(share(stream), 1);
            count();
        } else if (!stream.state().remoteSideOpen()) {
            // Not while a frame is read: whoever reads it gives its padding back, and counts on finding all of it.
            reader.channel().eventLoop().execute(() -> giveBack(streamId, octets));
        }
    }

    private void giveBack(int streamId, int octets) {
        Http2Stream stream = connection.stream(streamId);
        if (stream == null) {
            return;
        }
        try {
            if (consumeBytes(stream, Math.min(octets, own.unconsumedBytes(stream)))) {
                reader.channel().flush();
            }
        } catch (Http2Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /// Tells what is held here.
    private void count() {
        long now = closed ? 0 : own.unconsumedBytes(connection.connectionStream()) + (long) frames * FRAME;
        held.add(now - told);
        told = now;
    }

    /// Octets; asked by any thread.
    long holds() {
        return told;
    }

    /// Whether this request was reset because too much waits, for whoever hears of its end.
    public boolean refused(int streamId) {
        return streamId == refusedLast;
    }

    /// Makes room where more came than there is, or has another connection make it.
    private void relieve() throws Http2Exception {
        UploadWindows first = held.worst();
        while (first == this) {
            Http2Stream worst = worst();
            if (worst == null) {
                return;
            }
            refused.accept(new Refusal(503, "uploads", "too much waits for applications"));
            refusedLast = worst.id();
            handler.resetStream(reader, worst.id(), Http2Error.ENHANCE_YOUR_CALM.code(), reader.newPromise());
            // At once, and not when that was written: the client may take nothing either.
            worst.close();
            first = held.worst();
        }
        if (first != null) {
            first.ask();
        }
    }

    /// Another connection wants room; from any thread.
    private void ask() {
        if (!asked.getAndSet(true)) {
            reader.channel().eventLoop().execute(() -> {
                asked.set(false);
                try {
                    relieve();
                } catch (Http2Exception e) {
                    throw new IllegalStateException(e);
                }
                reader.channel().flush();
            });
        }
    }

    /// The request of which the most waits; null: nothing does.
    private @Nullable Http2Stream worst() throws Http2Exception {
        AtomicReference<@Nullable Http2Stream> worst = new AtomicReference<>();
        long[] most = {0};
        connection.forEachActiveStream(stream -> {
            long cost = own.unconsumedBytes(stream) + (long) share(stream).frames * FRAME;
            if (cost > most[0]) {
                most[0] = cost;
                worst.set(stream);
            }
            return true;
        });
        return worst.get();
    }

    private Share share(Http2Stream stream) {
        Share known = stream.getProperty(key);
        if (known == null) {
            known = new Share();
            stream.setProperty(key, known);
        }
        return known;
    }

    private void left(Http2Stream stream) {
        Share share = stream.removeProperty(key);
        if (share != null) {
            grown -= share.grown;
            forget(share, share.frames);
        }
        count();
    }

    private void forget(Share share, int most) {
        int gone = Math.min(share.frames, most);
        share.frames -= gone;
        frames -= gone;
    }

    @Override
    public void receiveFlowControlledFrame(Http2Stream stream, ByteBuf data, int padding, boolean endOfStream)
            throws Http2Exception {
        own.receiveFlowControlledFrame(stream, data, padding, endOfStream);
        if (stream != null && stream.isResetSent() && endOfStream) {
            // Of an unwanted one, which is passed over: no more of it comes.
            stream.close();
        }
        if (stream != null && stream.state() != Http2Stream.State.CLOSED) {
            // Octets and padding are given back one by one.
            int parts = (data.isReadable() || !endOfStream ? 1 : 0) + (padding > 0 ? 1 : 0);
            share(stream).frames += parts;
            frames += parts;
            count();
            relieve();
        }
    }

    /// Hears of it once Vert.x has handed the octets on, not when they came.
    @Override
    public boolean consumeBytes(Http2Stream stream, int octets) throws Http2Exception {
        boolean given = own.consumeBytes(stream, octets);
        if (octets > 0 && stream != null && stream.state() != Http2Stream.State.CLOSED) {
            Share share = share(stream);
            forget(share, own.unconsumedBytes(stream) == 0 ? share.frames : 1);
            share.taken += octets;
            given |= grow(stream, share);
            count();
        }
        return given;
    }

    private boolean grow(Http2Stream stream, Share share) throws Http2Exception {
        int window = own.initialWindowSize(stream);
        if (share.taken < window || !stream.state().remoteSideOpen()) {
            return false;
        }
        int more = Math.min(Math.min(window, MOST - window), GROWTH - grown);
        if (own.unconsumedBytes(stream) > 0 || more <= 0 || held.scarce()) {
            // What was taken counts no further than that.
            share.taken = window;
            return false;
        }
        share.taken = 0;
        share.grown += more;
        grown += more;
        own.incrementWindowSize(stream, more);
        return true;
    }
}
