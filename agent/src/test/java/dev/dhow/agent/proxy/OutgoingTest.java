package dev.dhow.agent.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dhow.agent.upstream.Part;
import dev.dhow.agent.upstream.Source;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What a client that does not read keeps in memory.
class OutgoingTest {
    private final ArrayDeque<Promise<Void>> writes = new ArrayDeque<>();
    private final List<String> heard = new ArrayList<>();
    private final Outgoing client = new Outgoing(new Client());
    private final Flow flow = new Flow(
            new Source() {
                @Override
                public void pause() {
                    heard.add("pause");
                }

                @Override
                public void resume() {
                    heard.add("resume");
                }
            },
            client,
            () -> 0);

    private void pass() {
        flow.pass(() -> client.write(new Part(Buffer.buffer("part"), null)));
    }

    @Test
    void partsThatAreNotTakenHoldTheNextBack() {
        pass();
        assertEquals(List.of(), heard);
        pass();
        assertEquals(List.of("pause"), heard);
        writes.remove().complete();
        assertEquals(List.of("pause", "resume"), heard);
    }

    /// One read may be of several parts.
    @Test
    void thereIsRoomOnceFewAreLeft() {
        pass();
        pass();
        pass();
        heard.clear();
        writes.remove().complete();
        assertEquals(List.of(), heard);
        // It went: what it did not take is with nobody.
        writes.remove().fail("gone");
        assertEquals(List.of("resume"), heard);
    }

    @Test
    void whatIsTakenAtOnceHoldsNothingBack() {
        Outgoing quick = new Outgoing(new Client() {
            @Override
            public Future<Void> write(Buffer data) {
                return Future.succeededFuture();
            }
        });
        for (int i = 0; i < 5; i++) {
            quick.write(new Part(Buffer.buffer("part"), null));
        }
        assertEquals(false, quick.full());
    }

    /// Takes nothing until it is told to.
    private class Client implements WriteStream<Buffer> {
        @Override
        public Future<Void> write(Buffer data) {
            Promise<Void> written = Promise.promise();
            writes.add(written);
            return written.future();
        }

        @Override
        public WriteStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> handler) {
            return this;
        }

        @Override
        public Future<Void> end() {
            return Future.succeededFuture();
        }

        @Override
        public WriteStream<Buffer> setWriteQueueMaxSize(int maxSize) {
            return this;
        }

        /// As the queues of the real one, which hold much more.
        @Override
        public boolean writeQueueFull() {
            return writes.size() > 3;
        }

        @Override
        public WriteStream<Buffer> drainHandler(@Nullable Handler<Void> handler) {
            return this;
        }
    }
}
