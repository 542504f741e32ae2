package dev.dhow.agent.upstream;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import org.jspecify.annotations.Nullable;

/// Octets that came from a container. A large part is not copied: its memory is used for others once it is written.
///
/// @param octets as Vert.x writes them; it never gives their memory back itself
/// @param loan what has to be given back; null: nothing
public record Part(Buffer octets, Lending.@Nullable Loan loan) {
    /// Takes the next octets out of those that came.
    static Part lent(ByteBuf from, int length) {
        ByteBuf lent = from.readRetainedSlice(length);
        return new Part(BufferInternal.buffer(lent), Lending.lent(lent));
    }

    /// @param counts as long as somebody has them
    static Part copied(ByteBuf octets, Lending counts) {
        return new Part(BufferInternal.buffer(octets), counts.copied(octets.capacity()));
    }

    /// Nobody wants them.
    public void drop() {
        if (loan != null) {
            loan.back();
        }
    }

    /// Whoever has them will have written them.
    ///
    /// @param written where it fails, somebody may still have them: then they are not used for others
    /// @return the same
    public Future<Void> until(Future<Void> written) {
        return loan == null
                ? written
                : written.onComplete(done -> {
                    if (done.succeeded()) {
                        loan.back();
                    } else {
                        loan.lost();
                    }
                });
    }
}
