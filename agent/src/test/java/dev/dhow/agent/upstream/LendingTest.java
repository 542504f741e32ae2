package dev.dhow.agent.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
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
    void fewOctetsAreACopy() throws Exception {
        on(() -> {
            List<Part> parts = new ArrayList<>();
            Parts gather = new Parts(lending, parts::add);
            ByteBuf piece = lend("abc");
            gather.take(piece, 2);
            gather.flush();
            assertEquals(1, piece.readableBytes());
            piece.release();
            assertEquals(1, lending.kept());
            lend("xyz").release();
            assertEquals(List.of("ab"), texts(parts));
            return null;
        });
    }

    @Test
    void fewOctetsThatComeTogetherAreOnePartInTheirOrder() throws Exception {
        on(() -> {
            List<Part> parts = new ArrayList<>();
            Parts gather = new Parts(lending, parts::add);
            String large = "x".repeat(20_000);
            ByteBuf piece = lend("ab" + large + "cdef");
            gather.take(piece, 1);
            gather.take(piece, 1);
            gather.take(piece, large.length());
            gather.take(piece, 3);
            assertEquals(List.of("ab", large), texts(parts));
            gather.take(piece, 1);
            gather.flush();
            gather.flush();
            assertEquals(List.of("ab", large, "cdef"), texts(parts));
            piece.release();
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
                held.add(Part.lent(piece, Lending.SIZE));
                piece.release();
            }
            ByteBuf little = few.newHandle().allocate(UnpooledByteBufAllocator.DEFAULT);
            assertEquals(Lending.LITTLE, little.writableBytes());
            new Parts(few, held::addFirst).take(little.writeZero(Lending.LITTLE), Lending.LITTLE);
            assertEquals(2, held.size(), "a copy, and not yet a part");
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

    /// Clients that take copies slowly, or nothing of them, would else have any amount.
    @Test
    void whereMuchIsCopiedLeastIsReadAtOnce() throws Exception {
        on(() -> {
            Lending few = new Lending(loop, 2);
            ArrayDeque<Part> held = new ArrayDeque<>();
            Parts parts = new Parts(few, held::add);
            while (held.size() < 13) {
                assertEquals(Lending.SIZE, room(few));
                parts.take(lend("a".repeat(10_000)), 10_000);
                parts.flush();
            }
            assertEquals(Lending.LEAST, room(few), "more than two pieces");
            held.remove().drop();
            assertEquals(Lending.SIZE, room(few), "nobody wants one");
            parts.take(lend("a".repeat(10_000)), 10_000);
            parts.flush();
            assertEquals(Lending.LEAST, room(few));
            Promise<Void> written = Promise.promise();
            held.remove().until(written.future());
            assertEquals(Lending.LEAST, room(few));
            written.complete();
            assertEquals(Lending.SIZE, room(few), "one is written");
            parts.take(lend("a".repeat(10_000)), 10_000);
            parts.flush();
            held.remove().until(Future.failedFuture("the client went"));
            assertEquals(Lending.SIZE, room(few), "one has nobody to wait for");
            return null;
        });
    }

    /// Whatever a part costs beside its octets, it counts too.
    @Test
    void manyCopiesOfLittleAreMuch() throws Exception {
        on(() -> {
            Lending few = new Lending(loop, 1);
            for (int i = 0; i < 200; i++) {
                few.copied(1);
            }
            assertEquals(Lending.LEAST, room(few));
            return null;
        });
    }

    /// Octets that would be read at once now.
    private static int room(Lending lending) {
        ByteBuf piece = lending.newHandle().allocate(UnpooledByteBufAllocator.DEFAULT);
        try {
            return piece.writableBytes();
        } finally {
            piece.release();
        }
    }

    private static List<String> texts(List<Part> parts) {
        return parts.stream()
                .map(part -> part.octets().toString(StandardCharsets.US_ASCII))
                .toList();
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
        Part part = Part.lent(piece, 40_000);
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
