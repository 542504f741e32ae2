package dev.dhow.agent.proxy;

import dev.dhow.agent.upstream.Part;
import dev.dhow.agent.upstream.Sink;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import org.jspecify.annotations.Nullable;

/// What goes to a client. While two parts are not taken to their end, there is no room for another: a client that reads
/// slowly, or nothing at all, then holds these, and not as many as the queues behind it have place for.
final class Outgoing implements Sink {
    /// With one, a quick client would wait for each part to be fetched: a fifth more CPU at 100 KB.
    private static final int MOST = 2;

    private final WriteStream<Buffer> client;
    private int untaken;
    private @Nullable Runnable then;

    Outgoing(WriteStream<Buffer> client) {
        this.client = client;
    }

    void write(Part part) {
        untaken++;
        part.until(client.write(part.octets())).onComplete(_ -> {
            untaken--;
            Runnable next = then;
            if (!full() && next != null) {
                then = null;
                next.run();
            }
        });
    }

    @Override
    public boolean full() {
        return untaken >= MOST;
    }

    @Override
    public void whenRoom(Runnable next) {
        then = next;
    }
}
