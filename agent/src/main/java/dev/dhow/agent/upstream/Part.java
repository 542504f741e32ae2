package dev.dhow.agent.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import org.jspecify.annotations.Nullable;

/// Octets that came from a container. A large part is not copied: its memory is used for others once it is written.
///
/// @param octets as Vert.x writes them; it never gives their memory back itself
/// @param lent what has to be given back; null: nothing
public record Part(Buffer octets, @Nullable ByteBuf lent) {
    /// Below, a part is copied: a client that takes it slowly would else hold on to a whole piece of memory for a few
    /// octets.
    private static final int COPIED = Lending.SIZE / 4;

    /// Takes the next octets out of those that came.
    static Part of(ByteBuf from, int length) {
        if (length < COPIED) {
            byte[] copy = new byte[length];
            from.readBytes(copy);
            return new Part(BufferInternal.buffer(Unpooled.wrappedBuffer(copy)), null);
        }
        ByteBuf lent = from.readRetainedSlice(length);
        return new Part(BufferInternal.buffer(lent), lent);
    }

    /// Nobody wants them.
    public void drop() {
        if (lent != null) {
            lent.release();
        }
    }

    /// Whoever has them will have written them.
    ///
    /// @param written where it fails, somebody may still have them: then they are not used for others
    /// @return the same
    public Future<Void> until(Future<Void> written) {
        return lent == null
                ? written
                : written.onComplete(done -> {
                    if (done.succeeded()) {
                        lent.release();
                    } else {
                        Lending.lost(lent);
                    }
                });
    }
}
