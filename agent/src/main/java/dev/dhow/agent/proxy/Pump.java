package dev.dhow.agent.proxy;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;

/// Back-pressure: what is read goes on no faster than it is taken.
final class Pump {
    private Pump() {}

    /// Writes a part, and reads no more until there is room for the next.
    static void pass(Buffer part, ReadStream<Buffer> from, WriteStream<Buffer> into) {
        into.write(part);
        if (into.writeQueueFull()) {
            from.pause();
            into.drainHandler(_ -> from.resume());
        }
    }
}
