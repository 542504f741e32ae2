package dev.dhow.agent.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.testing.Await;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// More connections than there is room for, and as many as there is.
class ManyConnectionsTest {
    /// Beside the JVM's own files.
    private static final int FEW = 300;

    private static final int MANY = 10_000;

    /// An application that writes word by word, and more of it than systems hold for a client that reads nothing.
    private static final String CHUNKS =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + "5\r\nwords\r\n".repeat(100_000);

    @TempDir
    Path temp;

    private final List<SocketChannel> held = new ArrayList<>();
    private final CountDownLatch goOn = new CountDownLatch(1);
    private RawApp app;

    @BeforeEach
    void open() throws Exception {
        app = new RawApp((head, socket) -> {
            if (head.startsWith("GET /slow ")) {
                RawApp.say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nsl");
                goOn.await(60, TimeUnit.SECONDS);
                RawApp.say(socket, "ow");
            } else if (head.startsWith("GET /chunks ")) {
                RawApp.say(socket, CHUNKS);
            } else {
                RawApp.say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            }
        });
    }

    @AfterEach
    void close() throws Exception {
        letGo();
        app.close();
    }

    /// Connects from one of many addresses of this machine.
    private SocketChannel connect(int number, int port) throws IOException {
        SocketChannel channel = SocketChannel.open();
        held.add(channel);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, 8 * 1024);
        channel.bind(new InetSocketAddress("127.0.1." + (1 + number / 1000), 0));
        channel.connect(new InetSocketAddress("127.0.0.1", port));
        return channel;
    }

    private void letGo() throws IOException {
        for (SocketChannel channel : held) {
            channel.close();
        }
        held.clear();
    }

    private static Socket dial(int port) throws IOException {
        Socket socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static String ask(Socket socket, String path) throws IOException {
        Bench.write(socket, "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
        Bench.Reply reply = Bench.read(socket);
        return reply.status() + " " + reply.body();
    }

    @Test
    void withoutDescriptorsItWaitsAndRunningConnectionsGoOn() throws Exception {
        try (ChildProxy proxy = new ChildProxy(temp, FEW, app.port());
                Socket kept = dial(proxy.port);
                Socket slow = dial(proxy.port)) {
            // Classes are files too, here.
            assertEquals("200 ok 200 ok\n", ask(kept, "/") + " " + ask(kept, "/.dhow/health"));
            Bench.write(slow, "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
            Bench.head(slow.getInputStream());
            // The system takes those that the proxy does not.
            for (int i = 0; i < 2 * FEW; i++) {
                connect(i, proxy.port);
            }
            SocketChannel last = held.getLast();
            say(last, "GET /.dhow/health HTTP/1.0\r\n\r\n");
            Await.until(
                    "there is none left",
                    () -> proxy.log().stream().anyMatch(line -> line.contains("none can be accepted")));

            Duration before = proxy.cpu();
            for (int i = 0; i < 20; i++) {
                assertEquals("200 ok\n", ask(kept, "/.dhow/health"));
                Thread.sleep(100);
            }
            Duration took = proxy.cpu().minus(before);
            assertTrue(took.compareTo(Duration.ofSeconds(1)) < 0, "it turns without end: " + took + " in 2 s");
            assertEquals(1, proxy.log().size(), String.join("\n", proxy.log()));
            goOn.countDown();
            assertEquals("slow", new String(slow.getInputStream().readNBytes(4), StandardCharsets.US_ASCII));

            last.configureBlocking(false);
            assertEquals(0, last.read(ByteBuffer.allocate(10)), "nobody answers it yet");
            held.remove(last);
            letGo();
            held.add(last);
            last.configureBlocking(true);
            assertTrue(last.read(ByteBuffer.allocate(10)) > 0, "and now somebody does");
            try (Socket fresh = dial(proxy.port)) {
                assertEquals("200 ok", ask(fresh, "/"));
            }
            assertEquals("200 ok\n", ask(kept, "/.dhow/health"));
        }
    }

    /// A third has asked before, a third has begun to ask, and a third says nothing. The heap is bounded from outside.
    /// K69
    @Test
    void idleConnectionsCostOthersNothingAndEndInTime() throws Exception {
        try (ChildProxy proxy = new ChildProxy(
                        temp, MANY + FEW, app.port(), "-Xmx128m", "-XX:MaxDirectMemorySize=64m", "-XX:+UseSerialGC");
                Socket kept = dial(proxy.port)) {
            for (int i = 0; i < MANY; i++) {
                SocketChannel channel = connect(i, proxy.port);
                if (i % 3 > 0) {
                    say(channel, "GET /.dhow/health HTTP/1.1\r\nHost: a\r\n" + (i % 3 == 1 ? "\r\n" : ""));
                }
            }
            for (int i = 1; i < MANY; i += 3) {
                assertTrue(held.get(i).read(ByteBuffer.allocate(1000)) > 0);
            }
            for (int i = 0; i < 50; i++) {
                assertEquals("200 ok", ask(kept, "/"));
                try (Socket fresh = dial(proxy.port)) {
                    assertEquals("200 ok", ask(fresh, "/"));
                }
            }
            assertEquals(MANY, left(), "nobody's time has come");
            proxy.advance(Duration.ofSeconds(11));
            Await.until("heads that do not come to their end", () -> left() == MANY - MANY / 3);
            proxy.advance(Duration.ofSeconds(60));
            assertEquals("200 ok", ask(kept, "/"));
            proxy.advance(Duration.ofSeconds(10));
            Await.until("connections without a request", () -> left() == 0);
            assertEquals("200 ok", ask(kept, "/"), "it asked a moment ago");
            assertEquals(List.of(), proxy.log());
        }
    }

    /// Each word by itself would cost a hundred times its octets.
    @Test
    void smallChunksThatNobodyReadsCostLittleMoreThanTheirOctets() throws Exception {
        int clients = 150;
        try (ChildProxy proxy = new ChildProxy(
                        temp,
                        MANY + FEW,
                        app.port(),
                        "-Xmx64m",
                        "-XX:MaxDirectMemorySize=64m",
                        "-XX:+UseSerialGC",
                        "-XX:+ExitOnOutOfMemoryError");
                Socket kept = dial(proxy.port)) {
            for (int i = 0; i < clients; i++) {
                say(connect(i, proxy.port), "GET /chunks HTTP/1.1\r\nHost: a\r\n\r\n");
            }
            for (SocketChannel client : held) {
                assertTrue(client.read(ByteBuffer.allocate(10)) > 0);
            }
            for (int i = 0; i < 50; i++) {
                assertEquals("200 ok", ask(kept, "/"));
                try (Socket fresh = dial(proxy.port)) {
                    assertEquals("200 ok", ask(fresh, "/"));
                }
            }
            assertEquals(List.of(), proxy.log());
        }
    }

    private static void say(SocketChannel to, String text) throws IOException {
        to.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    /// How many of those that are held the proxy has not ended.
    private int left() throws IOException {
        ByteBuffer some = ByteBuffer.allocate(1000);
        for (SocketChannel channel : List.copyOf(held)) {
            channel.configureBlocking(false);
            if (channel.read(some.clear()) < 0) {
                channel.close();
                held.remove(channel);
            }
        }
        return held.size();
    }
}
