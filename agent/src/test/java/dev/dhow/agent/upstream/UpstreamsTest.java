package dev.dhow.agent.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.FreePort;
import dev.dhow.agent.testing.ManualTicker;
import dev.dhow.agent.wire.Field;
import dev.dhow.agent.wire.ResponseHead;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Who gets which connection, and when it ends. The test is the application: it takes connections, and answers by hand.
class UpstreamsTest {
    private static final RequestHead ASK = new RequestHead("GET", "/", List.of(), RequestHead.Framing.NONE);
    private static final String OK = "HTTP/1.1 204 X\r\n\r\n";

    private final ManualTicker ticker = new ManualTicker();
    private final Vertx vertx = Vertx.vertx();
    private final ContextInternal loop = ((VertxInternal) vertx).createEventLoopContext();
    private final BlockingQueue<Socket> accepted = new LinkedBlockingQueue<>();
    /// The garbage collector closes a socket that nobody holds, which is the end of an answer without a length.
    private final Queue<Socket> held = new ConcurrentLinkedQueue<>();
    private ServerSocket app;
    private InetSocketAddress address;
    private Upstreams upstreams;

    /// Asks as soon as it is connected.
    private static class Caller implements Upstreams.Caller, AnswerListener {
        final CompletableFuture<Upstream> connected = new CompletableFuture<>();
        final List<String> heard = new CopyOnWriteArrayList<>();
        volatile boolean over;

        @Override
        public boolean over() {
            return over;
        }

        @Override
        public void connected(Upstream to) {
            to.ask(ASK, this);
            connected.complete(to);
        }

        @Override
        public void refused(Upstreams.Refused why) {
            heard.add("refused " + why);
        }

        @Override
        public void head(ResponseHead head) {
            heard.add("head " + head.status());
        }

        @Override
        public void pause() {
            // Comes with each read.
        }

        @Override
        public void part(Part part) {
            heard.add("part " + part.octets().length());
        }

        @Override
        public void end(List<Field> trailers) {
            heard.add("end");
        }

        @Override
        public void broke(Fault fault) {
            heard.add("broke " + fault);
        }
    }

    @BeforeEach
    void open() throws Exception {
        app = new ServerSocket(0, 2000, InetAddress.getLoopbackAddress());
        address = Upstreams.address("127.0.0.1", app.getLocalPort());
        upstreams = new Upstreams(loop, () -> ticker.now().toNanos());
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    Socket socket = app.accept();
                    held.add(socket);
                    accepted.add(socket);
                }
            } catch (IOException _) {
                // The test is over.
            }
        });
    }

    @AfterEach
    void close() throws Exception {
        app.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        for (Socket socket : held) {
            socket.close();
        }
    }

    @Test
    void aConnectionIsUsedAgainOnceItsAnswerIsWhole() throws Exception {
        Caller first = dial();
        Socket socket = answered(first);
        Caller second = dial();
        assertSame(upstream(first), upstream(second));
        say(socket, OK);
        heard(second, "head 204, end");
        assertEquals(0, accepted.size());
    }

    @Test
    void chunksThatComeTogetherAreOnePart() throws Exception {
        Caller caller = dial();
        Socket socket = next();
        say(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + "3\r\nabc\r\n".repeat(100));
        heard(caller, "head 200, part 300");
        say(socket, "1\r\na\r\n1\r\nb\r\n0\r\n\r\n");
        heard(caller, "head 200, part 300, part 2, end");
    }

    /// What came before is passed on.
    @Test
    void chunksBeforeNonsenseAreHeardOf() throws Exception {
        Caller caller = dial();
        say(next(), "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\nnonsense");
        heard(caller, "head 200, part 2, broke BROKEN");
    }

    /// As long as its answer is not whole it is nobody else's.
    @Test
    void aConnectionHasOneRequestAtATime() throws Exception {
        Caller first = dial();
        say(next(), "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no");
        heard(first, "head 200, part 1");
        Caller second = dial();
        answered(second);
    }

    @Test
    void oneThatNobodyUsedForAWhileEndsAndIsNotUsed() throws Exception {
        Caller first = dial();
        Socket old = answered(first);
        ticker.advance(Duration.ofSeconds(5));
        dial();
        assertTrue(next().isConnected());
        ended(old);
    }

    @Test
    void sweepingEndsWhatNobodyUsed() throws Exception {
        Caller first = dial();
        Socket old = answered(first);
        upstream(first);
        ticker.advance(Duration.ofSeconds(3));
        on(() -> upstreams.sweep());
        Caller second = dial();
        assertSame(upstream(first), upstream(second), "not yet");
        say(old, OK);
        heard(second, "head 204, end");
        ticker.advance(Duration.ofSeconds(5));
        on(() -> upstreams.sweep());
        ended(old);
    }

    @Test
    void whatNobodyAskedForEndsAnIdleConnection() throws Exception {
        Caller first = dial();
        Socket old = answered(first);
        say(old, "HTTP/1.1 408 ");
        ended(old);
        dial();
        assertTrue(next().isConnected());
    }

    /// 512 connections, then 512 that wait, then none.
    @Test
    void thereAreSoManyAndTheOthersWaitInTurn() throws Exception {
        List<Caller> all = new CopyOnWriteArrayList<>();
        on(() -> dial(1025, all));
        heard(all.getLast(), "refused BUSY");
        Socket socket = next();
        all.get(512).over = true;
        read(socket);
        say(socket, OK);
        Await.until(
                "the one behind the one that left has it",
                () -> all.get(513).connected.isDone());
        assertTrue(!all.get(512).connected.isDone());
        // One that ends makes room for another.
        next().close();
        Await.until("and the next", () -> all.get(514).connected.isDone());
        assertEquals(all.get(513).heard, List.of());
    }

    /// What is another protocol by now may last for days.
    @Test
    void aSwitchedConnectionTakesNobodysPlace() throws Exception {
        List<Caller> all = new CopyOnWriteArrayList<>();
        on(() -> dial(513, all));
        say(read(next()), "HTTP/1.1 101 Go\r\n\r\n");
        assertSame(upstream(all.getLast()), upstream(all.getLast()), "has one");
    }

    @Test
    void whoLeftWhileWaitingLeavesRoomForOthers() throws Exception {
        List<Caller> all = new CopyOnWriteArrayList<>();
        on(() -> {
            dial(1024, all);
            all.get(700).over = true;
            dial(2, all);
        });
        heard(all.get(1025), "refused BUSY");
        assertEquals(List.of(), all.get(1024).heard);
    }

    @Test
    void whoWantsAFreshOneGetsIt() throws Exception {
        Caller first = dial();
        answered(first);
        Caller second = new Caller();
        on(() -> upstreams.dial(address, second, true));
        answered(second);
    }

    /// Only the container's own end of it says that there is no more to come.
    @Test
    void anAnswerWithoutALengthIsNotWholeWhenWeEndIt() throws Exception {
        Caller whole = dial();
        say(next(), "HTTP/1.1 200 OK\r\n\r\nall");
        heard(whole, "head 200, part 3");
        on(() -> upstreams.close());
        heard(whole, "head 200, part 3, broke BROKEN");
        Caller other = dial();
        Socket socket = next();
        say(socket, "HTTP/1.1 200 OK\r\n\r\nall");
        heard(other, "head 200, part 3");
        socket.shutdownOutput();
        heard(other, "head 200, part 3, end");
        ended(socket);
    }

    @Test
    void aMistakeOfWhoeverHearsEndsTheConnection() throws Exception {
        Caller caller = new Caller() {
            @Override
            public void head(ResponseHead head) {
                throw new IllegalStateException("a mistake, as it should be in this test");
            }
        };
        on(() -> upstreams.dial(address, caller, false));
        Socket socket = next();
        say(socket, OK);
        heard(caller, "broke BROKEN");
        ended(socket);
    }

    @Test
    void nobodyThereIsARefusal() throws Exception {
        InetSocketAddress nobody = Upstreams.address("127.0.0.1", FreePort.find());
        for (InetSocketAddress to : List.of(nobody, Upstreams.address("a.name.example", 80))) {
            Caller caller = new Caller();
            on(() -> upstreams.dial(to, caller, false));
            heard(caller, "refused CONNECT");
        }
    }

    /// Which may be asked again, and which may not.
    @Test
    void anEndWithoutAnOctetIsToldFromOneInTheMiddle() throws Exception {
        Caller silent = dial();
        read(next()).close();
        heard(silent, "broke SILENT");
        Caller half = dial();
        Socket socket = next();
        say(socket, "H");
        read(socket).close();
        heard(half, "broke BROKEN");
    }

    /// As where the client of a WebSocket has said its last and left.
    @Test
    void finishingSendsWhatWasWrittenThoughTheContainerStillTalks() throws Exception {
        int much = 12 << 20;
        Caller caller = dial();
        Socket socket = read(next());
        say(socket, "HTTP/1.1 101 Go\r\n\r\n");
        heard(caller, "head 101");
        Upstream upstream = upstream(caller);
        on(() -> {
            upstream.write(Buffer.buffer(new byte[much]));
            upstream.finish();
        });
        say(socket, "still here");
        // Other work of the loop comes after what it has read by now.
        on(() -> {});
        on(() -> {});
        assertEquals(much, socket.getInputStream().readAllBytes().length);
    }

    @Test
    void closingEndsAll() throws Exception {
        Caller caller = dial();
        Socket socket = next();
        upstream(caller);
        on(() -> upstreams.close());
        heard(caller, "broke SILENT");
        ended(socket);
    }

    /// On the loop.
    private void dial(int times, List<Caller> all) {
        for (int i = 0; i < times; i++) {
            all.add(new Caller());
            upstreams.dial(address, all.getLast(), false);
        }
    }

    /// Answers the one whose connection comes next.
    private Socket answered(Caller caller) throws Exception {
        Socket socket = next();
        say(socket, OK);
        heard(caller, "head 204, end");
        return socket;
    }

    private Caller dial() throws Exception {
        Caller caller = new Caller();
        on(() -> upstreams.dial(address, caller, false));
        return caller;
    }

    private void on(Runnable work) throws Exception {
        CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
        loop.runOnContext(_ -> {
            work.run();
            done.complete(null);
        });
        done.get(10, TimeUnit.SECONDS);
    }

    private Socket next() throws Exception {
        Socket socket = accepted.poll(10, TimeUnit.SECONDS);
        assertTrue(socket != null, "nobody connects");
        socket.setSoTimeout(10_000);
        return socket;
    }

    /// Takes the head of a request in.
    private static Socket read(Socket socket) throws IOException {
        String head = "";
        while (!head.endsWith("\r\n\r\n")) {
            head += (char) socket.getInputStream().read();
        }
        return socket;
    }

    private static void say(Socket socket, String answer) throws IOException {
        socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void ended(Socket socket) throws IOException {
        while (socket.getInputStream().read() >= 0) {
            // What was asked before.
        }
    }

    private static Upstream upstream(Caller caller) throws Exception {
        return caller.connected.get(10, TimeUnit.SECONDS);
    }

    private static void heard(Caller caller, String expected) {
        Await.until(expected, () -> String.join(", ", caller.heard).equals(expected));
    }
}
