package dev.dhow.agent.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dhow.agent.testing.TlsClient;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The memory that answers are read into is used again and again: nobody gets an octet of somebody else's, however many
/// take theirs at the same time and however many leave in the middle.
class LargeAnswersTest {
    private static final int SIZE = 3 << 20;
    /// More than a kernel holds for a client that reads nothing.
    private static final int MUCH = 12 << 20;
    private static final int EACH = 6;
    private static final int LATE = 4;

    private TlsSite site;

    @BeforeEach
    void open(@TempDir Path temp) throws Exception {
        site = new TlsSite(temp, ProxyListener.NONE);
        site.certificate("local", "localhost");
        site.serve("shop", TlsSite.withoutRedirect(TlsSite.fitting("localhost")));
        site.app.answers(exchange -> {
            long number = Long.parseLong(exchange.getRequestURI().getPath().substring(1));
            byte[] body = all(number);
            exchange.sendResponseHeaders(200, number % 2 == 0 ? body.length : 0);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }

    @AfterEach
    void close() throws Exception {
        site.close();
    }

    /// Its number, over and over.
    private static byte[] all(long number) {
        ByteBuffer body = ByteBuffer.allocate(number % 10 == LATE ? MUCH : SIZE);
        while (body.hasRemaining()) {
            body.putLong(number);
        }
        return body.array();
    }

    @Test
    void everybodyGetsTheirOwn() throws Exception {
        List<Future<String>> got = new ArrayList<>();
        CountDownLatch all = new CountDownLatch(EACH);
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
                HttpClient one = client(HttpClient.Version.HTTP_1_1);
                HttpClient two = client(HttpClient.Version.HTTP_2)) {
            for (int i = 0; i < EACH; i++) {
                long number = 10L * i;
                got.add(clients.submit(() -> fetch(one, "http", site.plain, number)));
                got.add(clients.submit(() -> fetch(one, "https", site.tls, number + 1)));
                got.add(clients.submit(() -> fetch(two, "https", site.tls, number + 2)));
                got.add(clients.submit(() -> leave(number + 3)));
                got.add(clients.submit(() -> late(number + LATE, all)));
            }
            for (Future<String> body : got) {
                assertEquals("its own", body.get(60, TimeUnit.SECONDS));
            }
        }
    }

    private static HttpClient client(HttpClient.Version version) {
        return HttpClient.newBuilder()
                .version(version)
                .sslContext(TlsClient.anonymous().context())
                .build();
    }

    private static String fetch(HttpClient client, String scheme, int port, long number) throws Exception {
        URI uri = URI.create("%s://localhost:%d/%d".formatted(scheme, port, number));
        byte[] body = client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofByteArray())
                .body();
        return compared(body, number);
    }

    private static String compared(byte[] body, long number) {
        int at = Arrays.mismatch(body, all(number));
        return at < 0 ? "its own" : "of %d octets another one at %d".formatted(body.length, at);
    }

    /// Takes the beginning, and resets its connection.
    private String leave(long number) throws Exception {
        try (Socket socket = asked(number)) {
            socket.getInputStream().readNBytes(100_000);
            socket.setSoLinger(true, 0);
        }
        return "its own";
    }

    /// Takes the beginning, and the rest when all others have theirs: until then it waits in the proxy.
    private String late(long number, CountDownLatch all) throws Exception {
        try (Socket socket = asked(number)) {
            Bench.head(socket.getInputStream());
            all.countDown();
            all.await();
            return compared(socket.getInputStream().readNBytes(MUCH), number);
        }
    }

    private Socket asked(long number) throws Exception {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(16 * 1024);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), site.plain));
        socket.getOutputStream()
                .write("GET /%d HTTP/1.1\r\nHost: localhost\r\n\r\n"
                        .formatted(number)
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }
}
