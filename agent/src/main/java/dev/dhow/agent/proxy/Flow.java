package dev.dhow.agent.proxy;

import dev.dhow.agent.upstream.Sink;
import dev.dhow.agent.upstream.Source;
import io.vertx.core.streams.ReadStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/// Octets on their way from one side to the other, and since when none has moved, and who is to blame.
final class Flow {
    private final Source from;
    private final Sink into;
    private final LongSupplier nanos;
    private long movedAt;
    private boolean full;
    private boolean over;

    /// @param nanos monotonic
    Flow(Source from, Sink into, LongSupplier nanos) {
        this.from = from;
        this.into = into;
        this.nanos = nanos;
        movedAt = nanos.getAsLong();
    }

    /// Passes a part on, and reads no more until there is room for the next.
    ///
    /// @param write hands it to the side that it goes to
    void pass(Runnable write) {
        // Before: whoever has the part may let time pass at once.
        movedAt = nanos.getAsLong();
        write.run();
        if (into.full()) {
            full = true;
            from.pause();
            into.whenRoom(() -> {
                if (over) {
                    return;
                }
                full = false;
                movedAt = nanos.getAsLong();
                from.resume();
            });
        }
    }

    /// The last part was written: whoever it came from may serve somebody else by now.
    void over() {
        over = true;
    }

    /// Whether nothing came for longer than that, while there was room for it.
    boolean starved(long now, Duration most) {
        return !full && now - movedAt > most.toNanos();
    }

    /// Whether nothing was taken for longer than that.
    boolean stuck(long now, Duration most) {
        return full && now - movedAt > most.toNanos();
    }

    /// A side as Vert.x has it.
    static Source from(ReadStream<?> stream) {
        return new Source() {
            @Override
            public void pause() {
                stream.pause();
            }

            @Override
            public void resume() {
                stream.resume();
            }
        };
    }
}
