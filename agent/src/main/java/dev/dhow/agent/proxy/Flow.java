package dev.dhow.agent.proxy;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/// Octets on their way from one side to the other, and since when none has moved, and who is to blame.
final class Flow {
    private final ReadStream<Buffer> from;
    private final WriteStream<Buffer> into;
    private final LongSupplier nanos;
    private long movedAt;
    private boolean full;

    /// @param nanos monotonic
    Flow(ReadStream<Buffer> from, WriteStream<Buffer> into, LongSupplier nanos) {
        this.from = from;
        this.into = into;
        this.nanos = nanos;
        movedAt = nanos.getAsLong();
    }

    /// Writes a part, and reads no more until there is room for the next.
    void pass(Buffer part) {
        movedAt = nanos.getAsLong();
        into.write(part);
        if (into.writeQueueFull()) {
            full = true;
            from.pause();
            into.drainHandler(_ -> {
                full = false;
                movedAt = nanos.getAsLong();
                from.resume();
            });
        }
    }

    /// Whether nothing came for longer than that, while there was room for it.
    boolean starved(long now, Duration most) {
        return !full && now - movedAt > most.toNanos();
    }

    /// Whether nothing was taken for longer than that.
    boolean stuck(long now, Duration most) {
        return full && now - movedAt > most.toNanos();
    }
}
