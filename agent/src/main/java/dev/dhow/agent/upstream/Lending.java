package dev.dhow.agent.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.EventLoop;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/// Memory that one event loop's connections read into, and which goes on to the client as it is: copying a large body
/// costs as much as all else that is done with it.
///
/// What is given back is lent again. What is never given back, because whoever had it was interrupted, is the garbage
/// collector's: nothing is lost, and nobody reads what was written over.
final class Lending extends DefaultMaxMessagesRecvByteBufAllocator {
    /// Octets of one piece.
    static final int SIZE = 64 * 1024;
    /// Pieces that wait to be lent again.
    private static final int MOST = 64;

    private final EventLoop loop;
    private final ArrayDeque<ByteBuffer> kept = new ArrayDeque<>();

    Lending(EventLoop loop) {
        this.loop = loop;
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
        ByteBuffer piece = kept.poll();
        return new Lent(piece == null ? ByteBuffer.allocateDirect(SIZE) : piece).clear();
    }

    private void back(ByteBuffer piece) {
        if (loop.inEventLoop() && kept.size() < MOST) {
            kept.push(piece);
        }
    }

    private final class Lent extends UnpooledDirectByteBuf {
        private final ByteBuffer piece;

        Lent(ByteBuffer piece) {
            super(UnpooledByteBufAllocator.DEFAULT, piece, SIZE);
            this.piece = piece;
        }

        @Override
        protected void deallocate() {
            super.deallocate();
            back(piece);
        }
    }
}
