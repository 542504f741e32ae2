package dev.dhow.agent.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Makes parts of a body's octets. Short ones that came together are one part: an application that writes word by word
/// sends a chunk for each, and a part for each would cost a hundred times its octets where a client does not read.
final class Parts {
    /// Below, octets are copied: a client that takes them slowly would else hold on to a whole piece of memory for a
    /// few.
    private static final int COPIED = Lending.SIZE / 4;

    private final Lending lending;
    private final Consumer<Part> hears;
    private @Nullable ByteBuf few;

    Parts(Lending lending, Consumer<Part> hears) {
        this.lending = lending;
        this.hears = hears;
    }

    /// Takes the next octets out of those that came.
    void take(ByteBuf from, int length) {
        if (length >= COPIED) {
            flush();
            hears.accept(Part.lent(from, length));
            return;
        }
        ByteBuf into = few;
        if (into == null) {
            into = new UnpooledHeapByteBuf(UnpooledByteBufAllocator.DEFAULT, length, Integer.MAX_VALUE);
            few = into;
        }
        into.writeBytes(from, length);
    }

    /// No more comes for now.
    void flush() {
        ByteBuf all = few;
        if (all != null) {
            few = null;
            hears.accept(Part.copied(all, lending));
        }
    }
}
