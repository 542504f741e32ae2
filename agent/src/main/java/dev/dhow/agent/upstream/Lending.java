package dev.dhow.agent.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.MultithreadEventExecutorGroup;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;

/// Memory that one event loop's connections read into, and which goes on to the client as it is: copying a large body
/// costs as much as all else that is done with it.
///
/// What is given back is lent again. What is never given back, because whoever had it was interrupted, is the garbage
/// collector's: nothing is lost, and nobody reads what was written over. Where clients that read slowly have a good
/// deal of it, less is read at once, and copied: the rest waits where it comes from.
final class Lending extends DefaultMaxMessagesRecvByteBufAllocator {
    /// Octets of one piece.
    static final int SIZE = 64 * 1024;
    /// Pieces that wait to be lent again.
    private static final int MOST = 64;

    /// Octets read at once where too many pieces are out; few enough to be copied.
    static final int LITTLE = 8 * 1024;
    /// Of what a process may have outside of its heap, which is as much as the heap by default, all loops together.
    private static final int SHARE = 4;

    private final EventLoop loop;
    private final int mostOut;
    private final ArrayDeque<ByteBuffer> kept = new ArrayDeque<>();
    private final AtomicInteger out = new AtomicInteger();

    /// With a fair share of what this process can bear.
    Lending(EventLoop loop) {
        this(loop, fitting(loop));
    }

    /// @param mostOut pieces that may be with clients before less is read at once
    Lending(EventLoop loop, int mostOut) {
        this.loop = loop;
        this.mostOut = mostOut;
    }

    private static int fitting(EventLoop loop) {
        int loops = loop.parent() instanceof MultithreadEventExecutorGroup group ? group.executorCount() : 1;
        return Math.toIntExact(Math.min(Runtime.getRuntime().maxMemory() / SHARE / SIZE / loops, 1 << 20));
    }

    @Override
    public MaxMessageHandle newHandle() {
        return new MaxMessageHandle() {
            @Override
            public int guess() {
                return SIZE;
            }

            @Override
            public ByteBuf allocate(ByteBufAllocator ignored) {
                return lend();
            }
        };
    }

    /// How many pieces wait to be lent again.
    int kept() {
        return kept.size();
    }

    private ByteBuf lend() {
        ByteBuffer before = kept.poll();
        ByteBuffer piece = before == null ? ByteBuffer.allocateDirect(SIZE) : before;
        return new Lent(piece, out.incrementAndGet() > mostOut ? LITTLE : SIZE).clear();
    }

    /// Some of a piece will not be given back.
    ///
    /// @param part a slice of it
    static void lost(ByteBuf part) {
        if (part.unwrap() instanceof Lent piece) {
            piece.lose();
        }
    }

    private void back(ByteBuffer piece) {
        if (loop.inEventLoop() && kept.size() < MOST) {
            kept.push(piece);
        }
    }

    private final class Lent extends UnpooledDirectByteBuf {
        private final ByteBuffer piece;
        private boolean lost;

        Lent(ByteBuffer piece, int size) {
            super(UnpooledByteBufAllocator.DEFAULT, size == SIZE ? piece : piece.slice(0, size), size);
            this.piece = piece;
        }

        void lose() {
            if (!lost) {
                lost = true;
                out.decrementAndGet();
            }
        }

        @Override
        protected void deallocate() {
            super.deallocate();
            out.decrementAndGet();
            back(piece);
        }
    }
}
