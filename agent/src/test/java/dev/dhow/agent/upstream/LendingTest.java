package dev.dhow.agent.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Memory is used for others when nobody can have it any more, and never before.
class LendingTest {
    private final EventLoop loop = new DefaultEventLoop();
    private final Lending lending = new Lending(loop);

    @AfterEach
    void close() {
        loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }

    @Test
    void aLargePartIsItsOwnersUntilItIsWritten() throws Exception {
        on(() -> {
            Part part = large();
            Promise<Void> written = Promise.promise();
            part.until(written.future());
            ByteBuf other = lend("b".repeat(40_000));
            assertEquals("a".repeat(40_000), part.octets().toString(StandardCharsets.US_ASCII));
            other.release();
            written.complete();
            assertEquals(2, lending.kept(), "both pieces are lent again");
            return null;
        });
    }

    /// Somebody may still hold it: it is nobody's but the garbage collector's.
    @Test
    void whatFailedToBeWrittenIsNotUsedForOthers() throws Exception {
        on(() -> {
            Part part = large();
            part.until(Future.failedFuture("the client went"));
            lend("b".repeat(64_000)).release();
            assertEquals("a".repeat(40_000), part.octets().toString(StandardCharsets.US_ASCII));
            assertEquals(1, lending.kept());
            return null;
        });
    }

    /// A client that takes a few octets slowly does not hold on to a whole piece.
    @Test
    void aSmallPartIsACopy() throws Exception {
        on(() -> {
            ByteBuf piece = lend("abc");
            Part part = Part.of(piece, 2);
            assertEquals(1, piece.readableBytes());
            piece.release();
            assertEquals(1, lending.kept());
            lend("xyz").release();
            assertEquals("ab", part.octets().toString(StandardCharsets.US_ASCII));
            return null;
        });
    }

    /// A hundred clients that read nothing would else have a hundred pieces, and a thousand a thousand.
    @Test
    void whereManyAreOutLittleIsReadAtOnceAndCopied() throws Exception {
        on(() -> {
            Lending few = new Lending(loop, 2);
            List<Part> held = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                ByteBuf piece = few.newHandle().allocate(UnpooledByteBufAllocator.DEFAULT);
                assertEquals(Lending.SIZE, piece.writeZero(Lending.SIZE).readableBytes());
                held.add(Part.of(piece, Lending.SIZE));
                piece.release();
            }
            ByteBuf little = few.newHandle().allocate(UnpooledByteBufAllocator.DEFAULT);
            assertEquals(Lending.LITTLE, little.writableBytes());
            little.writeZero(Lending.LITTLE);
            assertNull(Part.of(little, Lending.LITTLE).lent(), "a copy");
            little.release();
            // One comes back, one never will: both are with nobody.
            held.removeFirst().drop();
            held.removeFirst().until(Future.failedFuture("the client went"));
            for (int i = 0; i < 2; i++) {
                ByteBuf piece = few.newHandle().allocate(UnpooledByteBufAllocator.DEFAULT);
                assertEquals(Lending.SIZE, piece.writableBytes());
            }
            return null;
        });
    }

    @Test
    void whatIsGivenBackElsewhereIsNotKept() throws Exception {
        ByteBuf piece = on(() -> lend("abc"));
        assertTrue(piece.release());
        assertEquals(0, on(lending::kept));
    }

    /// All of what came, and its connection has let go of it.
    private Part large() {
        ByteBuf piece = lend("a".repeat(40_000));
        Part part = Part.of(piece, 40_000);
        piece.release();
        return part;
    }

    private ByteBuf lend(String octets) {
        ByteBuf piece = lending.newHandle().allocate(UnpooledByteBufAllocator.DEFAULT);
        piece.writeCharSequence(octets, StandardCharsets.US_ASCII);
        return piece;
    }

    private <T extends @Nullable Object> T on(Callable<T> work) throws Exception {
        return loop.submit(work).get(10, TimeUnit.SECONDS);
    }
}
