package dev.dhow.agent.story;

import dev.dhow.agent.testing.RawHttp;
import dev.dhow.agent.testing.TlsClient;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// Clients of each kind that ask an application of [dev.dhow.agent.testing.TestImages#app] without a pause, each the
/// next
/// request when it has its answer, until it is closed.
final class MixedLoad implements AutoCloseable {
    private static final int UPLOAD = 50_000_000;

    private final int port;
    private final int tls;
    private final HttpClient http2 = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_2)
            .sslContext(TlsClient.anonymous().context())
            .build();
    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<String, AtomicInteger> asked = new TreeMap<>();
    private final Queue<String> failed = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean over;

    /// One request; returns what was wrong with its answer, or nothing.
    @FunctionalInterface
    private interface Ask {
        String wrong() throws Exception;
    }

    /// @param port where the proxy listens
    /// @param tls where it listens for TLS
    MixedLoad(int port, int tls) {
        this.port = port;
        this.tls = tls;
        run("kept connection", () -> expect("ok", get("/")));
        run("HTTP/2", () -> expect("ok", answer(http2, secure("/"))));
        run("HTTP/2, answer of two seconds", () -> expect("slow", answer(http2, secure("/slow"))));
        run("HTTP/2, upload of 50 MB", () -> upload(http2, secure("/upload")));
        run("connection each", () -> expect("ok", RawHttp.tcp(port).get("/").body()));
        run("answer of two seconds", () -> expect("slow", get("/slow")));
        run("upload of 50 MB", () -> upload(client, uri("/upload")));
        run(
                "events",
                () -> expect(10, (int) get("/events")
                        .lines()
                        .filter(line -> line.startsWith("data: "))
                        .count()));
        run("websocket", this::socket);
    }

    /// Asks in yet another way.
    void run(String kind, Ask ask) {
        AtomicInteger count = new AtomicInteger();
        asked.put(kind, count);
        threads.add(Thread.ofPlatform().name(kind).start(() -> {
            while (!over) {
                try {
                    String wrong = ask.wrong();
                    if (!wrong.isEmpty()) {
                        failed.add(kind + ": " + wrong);
                    }
                } catch (Exception e) {
                    failed.add(kind + ": " + e);
                }
                count.incrementAndGet();
            }
        }));
    }

    private static String expect(Object wanted, Object found) {
        return wanted.equals(found) ? "" : "wanted %s and got %s".formatted(wanted, found);
    }

    private String get(String path) throws Exception {
        return answer(client, uri(path));
    }

    private static String answer(HttpClient client, URI uri) throws Exception {
        HttpResponse<String> answer = client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
        return answer.statusCode() == 200 ? answer.body() : answer.statusCode() + " " + answer.body();
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private URI secure(String path) {
        return URI.create("https://localhost:" + tls + path);
    }

    private static String upload(HttpClient client, URI uri) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .POST(BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(Zeros::new), UPLOAD))
                .build();
        return expect(
                Integer.toString(UPLOAD),
                client.send(request, BodyHandlers.ofString()).body().strip());
    }

    /// An upgrade must succeed. What is upgraded may then end with its container, and the client comes again.
    private String socket() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream().write("""
                GET /socket HTTP/1.1\r
                Host: localhost\r
                Upgrade: websocket\r
                Connection: Upgrade\r
                Sec-WebSocket-Version: 13\r
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                \r
                """.getBytes(StandardCharsets.ISO_8859_1));
            String head = head(socket.getInputStream());
            if (!head.startsWith("HTTP/1.1 101 ")) {
                return "not upgraded: " + head;
            }
            socket.getOutputStream().write("hello".getBytes(StandardCharsets.ISO_8859_1));
            byte[] echo = socket.getInputStream().readNBytes(5);
            return echo.length == 0 ? "" : expect("hello", new String(echo, StandardCharsets.ISO_8859_1));
        }
    }

    private static String head(InputStream from) throws Exception {
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            int next = from.read();
            if (next < 0) {
                break;
            }
            head.append((char) next);
        }
        return head.toString();
    }

    /// How many of each kind were asked so far.
    Map<String, AtomicInteger> asked() {
        return asked;
    }

    /// Lets the last requests end, and returns what went wrong.
    List<String> end() throws InterruptedException {
        over = true;
        for (Thread thread : threads) {
            thread.join();
        }
        return List.copyOf(failed);
    }

    @Override
    public void close() {
        over = true;
        client.close();
        http2.close();
    }

    /// As many octets as one asks for.
    private static final class Zeros extends InputStream {
        private int left = UPLOAD;

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] into, int from, int length) {
            if (left <= 0) {
                return -1;
            }
            int some = Math.min(length, left);
            left -= some;
            return some;
        }
    }
}
