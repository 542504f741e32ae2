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
import java.util.concurrent.atomic.AtomicLong;

/// Memory that one event loop's connections read into, and which goes on to the client as it is: copying a large body
/// costs as much as all else that is done with it.
///
/// What is given back is lent again. What is never given back, because whoever had it was interrupted, is the garbage
/// collector's: nothing is lost, and nobody reads what was written over. Where clients that read slowly have a good
/// deal of it, less is read at once, and copied: the rest waits where it comes from. Copies are counted too, and where
/// they are as much again, still less is read at once.
final class Lending extends DefaultMaxMessagesRecvByteBufAllocator {
    /// Octets of one piece.
    static final int SIZE = 64 * 1024;
    /// Pieces that wait to be lent again.
    private static final int MOST = 64;

    /// Octets read at once where too many pieces are out; few enough to be copied.
    static final int LITTLE = 8 * 1024;
    /// Octets read at once where too much is copied; what waits then is little beside what a request costs anyway.
    static final int LEAST = 2 * 1024;
    /// About what a part costs beside its octets, with all that waits to hear that it is written.
    private static final int BESIDE = 512;
    /// Of what a process may have outside of its heap, which is as much as the heap by default, all loops together.
    private static final int SHARE = 4;

    private final EventLoop loop;
    private final int mostOut;
    private final ArrayDeque<ByteBuffer> kept = new ArrayDeque<>();
    private final AtomicInteger out = new AtomicInteger();
    private final AtomicLong copied = new AtomicLong();

    /// Memory that somebody has for a while.
    interface Loan {
        /// It is not used any more.
        void back();

        /// Somebody may still use it: nobody else gets it.
        void lost();
    }

    /// With a fair share of what this process can bear.
    Lending(EventLoop loop) {
        this(loop, fitting(loop));
    }

    /// @param mostOut pieces that may be with clients before less is read at once; copies may be as many octets
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
        int size = out.incrementAndGet() > mostOut ? LITTLE : SIZE;
        return new Lent(piece, copied.get() > (long) mostOut * SIZE ? LEAST : size).clear();
    }

    /// @param part a slice of a piece, which will be given back
    static Loan lent(ByteBuf part) {
        return new Loan() {
            @Override
            public void back() {
                part.release();
            }

            @Override
            public void lost() {
                if (part.unwrap() instanceof Lent piece) {
                    piece.lose();
                }
            }
        };
    }

    /// Counts octets that were copied until it is given back.
    Loan copied(int octets) {
        long all = octets + BESIDE;
        copied.addAndGet(all);
        return new Loan() {
            @Override
            public void back() {
                copied.addAndGet(-all);
            }

            @Override
            public void lost() {
                back();
            }
        };
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
