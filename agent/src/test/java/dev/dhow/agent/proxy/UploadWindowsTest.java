package dev.dhow.agent.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.ManualTicker;
import dev.dhow.agent.testing.RawHttp2;
import dev.dhow.agent.testing.TlsClient;
import dev.dhow.agent.wire.Held;
import dev.dhow.api.status.TrafficStatus;
import dev.dhow.api.status.TrafficStatus.State;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Uploads over HTTP/2: how much a client may send ahead, and what of it we hold.
class UploadWindowsTest {
    private static final String QUICK = "a.example.com";
    private static final String STUCK = "stuck.example.com";
    private static final int KIB = 1024;
    private static final int MIB = KIB * KIB;
    private static final TrafficStatus PAUSED = new TrafficStatus(State.PAUSED, null, Instant.EPOCH);
    /// Requests at once on one connection.
    private static final int STREAMS = 100;

    @TempDir
    Path temp;

    private final Held held = new Held(MIB);
    private final ManualTicker ticker = new ManualTicker();
    private final AtomicLong read = new AtomicLong();
    private final Queue<String> rejected = new ConcurrentLinkedQueue<>();
    /// That the log and the measures are told.
    private final Queue<Integer> codes = new ConcurrentLinkedQueue<>();

    private TlsSite site;
    private RawApp reading;

    @BeforeEach
    void open() throws Exception {
        ProxyListener listener = new ProxyListener() {
            @Override
            public void rejected(String reason) {
                rejected.add(reason);
            }

            @Override
            public boolean wantsVisits() {
                return true;
            }

            @Override
            public void visited(Visited visit) {
                codes.add(visit.code());
            }

            @Override
            public void ended(Ended exchange) {
                codes.add(exchange.code());
            }
        };
        site = new TlsSite(temp, listener, ticker);
        site.certificate("all", QUICK, STUCK);
        reading = new RawApp((head, socket) -> {
            InputStream in = socket.getInputStream();
            byte[] some = new byte[64 * KIB];
            for (long left = length(head); left > 0; ) {
                int got = in.read(some, 0, (int) Math.min(some.length, left));
                if (got < 0) {
                    return;
                }
                left -= got;
                read.addAndGet(got);
            }
            RawApp.say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        });
        site.serveAt(reading.port());
        // What its clients send waits until it goes on.
        site.serve("stuck", TlsSite.fitting(STUCK));
        site.proxy.traffic("stuck", PAUSED);
    }

    @AfterEach
    void close() throws Exception {
        site.close();
        reading.close();
    }

    private static long length(String head) {
        return head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
                .mapToLong(line -> Long.parseLong(line.substring(15).strip()))
                .findFirst()
                .orElse(0);
    }

    /// From now on there is room for all that one test sends.
    private Held roomy() {
        Held held = new Held(64 * MIB);
        site.proxy.among(new Crowd(STREAMS, held));
        return held;
    }

    private RawHttp2 connect() throws IOException {
        return new RawHttp2(TlsClient.anonymous().connect(site.tls, QUICK, "h2")).settle();
    }

    private static RawHttp2 post(RawHttp2 http, int stream, String host, long length) throws IOException {
        return http.post(stream, host, "/", "content-length", Long.toString(length));
    }

    private static void upload(RawHttp2 http, int stream, long length) throws IOException {
        post(http, stream, QUICK, length);
        long left = length;
        while (left > 0) {
            left -= http.awaitRoom(stream, 1).fill(stream, left, true);
        }
        assertEquals("headers %d 200 end".formatted(stream), http.await("headers " + stream));
    }

    /// What a client has sent by the time that it hears that nobody wants it is a window's worth of frames, each for a
    /// request that is no more. That is nobody's fault.
    @Test
    void whatIsUnderWayWhenItIsRefusedDoesNotEndTheConnection() throws Exception {
        Held held = roomy();
        CountDownLatch enough = new CountDownLatch(1);
        try (RawApp refusing = new RawApp((head, socket) -> {
                    if (length(head) > 0) {
                        Thread.ofVirtual().start(() -> {
                            try {
                                enough.await();
                                RawApp.say(socket, "HTTP/1.1 413 No\r\nContent-Length: 0\r\n\r\n");
                            } catch (IOException | InterruptedException _) {
                                // The test fails by what it misses.
                            }
                        });
                        socket.getInputStream().transferTo(OutputStream.nullOutputStream());
                    }
                    RawApp.say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                });
                RawHttp2 http = connect()) {
            site.serveAt(refusing.port());
            post(http, 1, QUICK, 1L << 30);
            for (long window = 64 * KIB; window <= 4 * MIB; window *= 2) {
                http.awaitRoom(1, window);
                if (window < 4 * MIB) {
                    http.fill(1);
                }
            }
            enough.countDown();
            assertEquals("headers 1 413 end", http.await("headers 1"));
            http.fill(1);
            http.get(3, QUICK, "/");
            assertEquals("headers 3 200 end", http.await("headers 3"));
            Await.until("nothing is held", () -> held.octets() == 0);
        }
    }

    /// With what is under way at once, a client sends that much per round trip.
    @Test
    void moreIsUnderWayWhileTheApplicationReads() throws Exception {
        long length = 8 * MIB - 64 * KIB;
        try (RawHttp2 http = connect()) {
            post(http, 1, QUICK, length);
            long sent = 0;
            for (long window = 64 * KIB; window < 4 * MIB; window *= 2) {
                assertEquals(window, http.awaitRoom(1, window).room(1));
                sent += http.fill(1);
                long all = sent;
                Await.until("read", () -> read.get() == all);
            }
            http.awaitRoom(1, 4 * MIB);
            sent += http.fill(1, length - sent, true);
            assertEquals(length, sent);
            assertEquals("headers 1 200 end", http.await("headers"));
            assertEquals(64 * KIB, http.room(3), "the next begins small");
        }
    }

    @Test
    void whatNobodyReadsStaysSmall() throws Exception {
        try (RawHttp2 http = connect()) {
            post(http, 1, STUCK, MIB);
            assertEquals(64 * KIB, http.fill(1));
            assertEquals(0, http.settle().room(1));
        }
    }

    /// The kernel takes some before it is full, and some more whenever it likes: the client sends all that it may.
    @Test
    void applicationThatDoesNotReadStopsTheClient() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        Held held = roomy();
        try (RawApp deaf = new RawApp((_, _) -> over.await())) {
            site.proxy.forget("other");
            site.serveAt(deaf.holding(64 * KIB).port());
            try (RawHttp2 http = connect()) {
                post(http, 1, QUICK, 200 * MIB);
                String heard = "pong";
                for (long sent = 0; heard.equals("pong"); ) {
                    sent += http.fill(1);
                    assertTrue(sent < 24 * MIB, "it is not stopped");
                    assertTrue(held.octets() <= 4 * MIB, "held " + held.octets());
                    ticker.advance(Duration.ofSeconds(1));
                    heard = http.ping().next();
                }
                assertEquals("headers 1 504", heard);
                Await.until("nothing is held", () -> held.octets() == 0);
            }
            over.countDown();
        }
    }

    /// Whatever waits for one service is none of another's, also on one connection.
    @Test
    void requestsThatAreStuckDoNotHoldUpOthers() throws Exception {
        try (RawHttp2 http = connect()) {
            for (int i = 0; i < STREAMS - 1; i++) {
                post(http, 1 + 2 * i, STUCK, MIB);
                assertEquals(64 * KIB, http.fill(1 + 2 * i));
            }
            assertEquals(0, http.settle().room(1));
            upload(http, 199, 8 * MIB);
        }
    }

    /// Those of which the most waits go, on connections that hold more than a little; all else goes on.
    @Test
    void whatAllHoldIsBounded() throws Exception {
        site.proxy.among(new Crowd(STREAMS, held));
        try (RawHttp2 greedy = connect();
                RawHttp2 modest = connect()) {
            for (int i = 0; i < STREAMS - 1; i++) {
                post(greedy, 1 + 2 * i, STUCK, 64 * KIB).fill(1 + 2 * i, 64 * KIB, true);
            }
            assertTrue(greedy.await("reset").endsWith("ENHANCE_YOUR_CALM"));
            greedy.settle();
            assertTrue(held.octets() > MIB - 128 * KIB && held.octets() <= MIB, "held " + held.octets());
            greedy.get(1 + 2 * STREAMS, QUICK, "/").await("headers %d 200".formatted(1 + 2 * STREAMS));
            upload(greedy, 3 + 2 * STREAMS, MIB);
            upload(modest, 1, 4 * MIB);
            assertTrue(rejected.contains("uploads"), rejected.toString());
            site.proxy.traffic("stuck", null);
            // The newest is the last of those that were kept.
            greedy.await("headers %d 200".formatted(2 * STREAMS - 3));
            Await.until("nothing is held", () -> held.octets() == 0);
        }
    }

    /// They send nothing more by the time that there is too much: whoever comes then pays for nothing of theirs.
    @Test
    void whoHoldsTheMostMakesRoomAlsoWhereItIsSilent() throws Exception {
        site.proxy.among(new Crowd(STREAMS, held));
        List<RawHttp2> hoarders = new ArrayList<>();
        try (RawHttp2 honest = connect()) {
            for (int i = 0; i < 4; i++) {
                hoarders.add(hold(252 * KIB));
            }
            assertEquals(MIB, held.octets());
            assertEquals(64 * KIB, post(honest, 1, STUCK, 100 * KIB).fill(1));
            assertEquals("pong", honest.ping().next());
            Await.until("there is room", () -> held.octets() <= MIB);
            assertEquals(List.of("uploads"), List.copyOf(rejected));
            upload(honest, 3, MIB);
            site.proxy.traffic("stuck", null);
            honest.awaitRoom(1, 36 * KIB).fill(1, 36 * KIB, true);
            assertEquals("headers 1 200", honest.await("headers"));
        } finally {
            closeAll(hoarders);
        }
    }

    /// Each holds hardly more than what waits of one upload.
    @Test
    void whatManyHoldOfWhichEachHoldsLittleIsBounded() throws Exception {
        site.proxy.among(new Crowd(STREAMS, held));
        List<RawHttp2> hoarders = new ArrayList<>();
        try (RawHttp2 honest = connect()) {
            assertEquals(64 * KIB, post(honest, 1, STUCK, 100 * KIB).fill(1));
            for (int i = 0; i < 40; i++) {
                hoarders.add(hold(72 * KIB));
            }
            Await.until("it is bounded", () -> held.octets() <= 2 * MIB);
            assertTrue(held.octets() > MIB, "held " + held.octets());
            assertEquals("pong", honest.ping().next());
            hoarders.add(connect());
            upload(hoarders.getLast(), 1, MIB);
            site.proxy.traffic("stuck", null);
            honest.awaitRoom(1, 36 * KIB).fill(1, 36 * KIB, true);
            assertEquals("headers 1 200", honest.await("headers"));
        } finally {
            closeAll(hoarders);
        }
    }

    /// A connection that holds so much.
    private RawHttp2 hold(long octets) throws IOException {
        RawHttp2 hoarder = connect();
        int stream = 1;
        for (long left = octets; left > 0; stream += 2) {
            left -= post(hoarder, stream, STUCK, MIB).fill(stream, left, false);
        }
        return hoarder.settle();
    }

    private static void closeAll(List<RawHttp2> connections) throws IOException {
        for (RawHttp2 connection : connections) {
            connection.close();
        }
    }

    @Test
    void requestThatIsResetLeavesItsContainer() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        CompletableFuture<Void> gone = new CompletableFuture<>();
        site.proxy.among(new Crowd(STREAMS, new Held(128 * KIB)));
        try (RawApp deaf = new RawApp((_, socket) -> {
            over.await();
            while (socket.getInputStream().read(new byte[64 * KIB]) >= 0) {
                // Until it is closed.
            }
            gone.complete(null);
        })) {
            site.proxy.forget("other");
            site.serveAt(deaf.holding(64 * KIB).port());
            try (RawHttp2 http = connect()) {
                post(http, 1, QUICK, 200 * MIB);
                String heard = "pong";
                for (long sent = 0; heard.equals("pong"); ) {
                    sent += http.fill(1);
                    assertTrue(sent < 24 * MIB, "it is not reset");
                    heard = http.ping().next();
                }
                assertEquals("reset 1 ENHANCE_YOUR_CALM", heard);
                Await.until("it ended", () -> site.proxy.inFlight() == 0);
                Await.until("it is ours: " + codes, () -> List.copyOf(codes).equals(List.of(503, 503)));
                over.countDown();
                gone.get(10, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void smallFramesCountForWhatTheyCost() throws Exception {
        site.proxy.among(new Crowd(STREAMS, held));
        try (RawHttp2 http = connect()) {
            post(http, 1, STUCK, MIB);
            for (int i = 0; i < 6_000; i++) {
                http.data(1, false, "x");
            }
            assertEquals("reset 1 ENHANCE_YOUR_CALM", http.await(""));
            Await.until("nothing is held", () -> held.octets() == 0);
            Await.until("it is ours: " + codes, () -> List.copyOf(codes).equals(List.of(503, 503)));
        }
    }

    /// It waited when its end came: what is taken then is not held, however late the answer is.
    @Test
    void bodyThatIsTakenIsNotHeldUntilItsAnswer() throws Exception {
        site.proxy.among(new Crowd(STREAMS, held));
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        site.app.answers(exchange -> {
            goOn.join();
            Backends.say(exchange, 200, "late");
        });
        try (RawHttp2 http = connect()) {
            for (int i = 0; i < 10; i++) {
                post(http, 1 + 2 * i, STUCK, 64 * KIB).fill(1 + 2 * i, 64 * KIB, true);
            }
            http.settle();
            assertEquals(640 * KIB + 40 * 256, held.octets());
            site.proxy.traffic("stuck", null);
            Await.until("nothing is held", () -> held.octets() == 0);
            goOn.complete(null);
            for (int i = 0; i < 10; i++) {
                http.await("headers");
            }
        }
    }

    /// Padding is given back by whoever reads frames, with the frame: not twice. A container's connection that is kept
    /// takes a body while its frames are read.
    @Test
    void paddedEndLeavesTheConnectionWhole() throws Exception {
        try (RawHttp2 http = connect()) {
            upload(http, 1, 5);
            for (int padding : new int[] {0, 7, 255}) {
                int stream = 3 + 2 * padding;
                post(http, stream, QUICK, 5).padded(stream, true, "hello", padding);
                assertEquals("headers %d 200 end".formatted(stream), http.await(""));
            }
            upload(http, 601, MIB);
        }
    }

    @Test
    void paddedEndTakesNothingFromARequestThatWaits() throws Exception {
        try (RawHttp2 http = connect()) {
            upload(http, 1, 5);
            post(http, 3, STUCK, 64 * KIB).fill(3, 64 * KIB, true);
            post(http, 5, QUICK, 5).padded(5, true, "hello", 200);
            assertEquals("headers 5 200 end", http.await(""));
            site.proxy.traffic("stuck", null);
            assertEquals("headers 3 200", http.await(""));
            upload(http, 7, MIB);
        }
    }

    @Test
    void emptyFramesCountToo() throws Exception {
        site.proxy.among(new Crowd(STREAMS, held));
        try (RawHttp2 http = connect()) {
            post(http, 1, STUCK, MIB)
                    .data(1, false, "x")
                    .data(1, false, "")
                    .data(1, false, "")
                    .settle();
            assertEquals(1 + 3 * 256, held.octets());
        }
    }
}
