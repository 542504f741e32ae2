package dev.dhow.agent.proxy;

import dev.dhow.agent.access.Disk;
import dev.dhow.agent.access.FileWatch;
import dev.dhow.agent.access.PasswordCheck;
import dev.dhow.agent.runtime.Traffic;
import dev.dhow.agent.runtime.Traffic.Backend;
import dev.dhow.agent.runtime.Traffic.Sight;
import dev.dhow.agent.source.RegularFile;
import dev.dhow.agent.state.Ticker;
import dev.dhow.agent.testing.TestRoles;
import dev.dhow.agent.wire.Network;
import dev.dhow.agent.wire.Networks;
import dev.dhow.api.spec.ProxySpec;
import dev.dhow.api.spec.RoleSpec;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/// A real proxy with one service `shop`, its role `web`, and a client that sends octets as they are.
final class Bench implements AutoCloseable {
    private static final int LONGEST_HEAD = 256 * 1024;
    private static final Disk DISK = new Disk() {
        @Override
        public byte[] read(Path file) throws IOException {
            return RegularFile.read(file);
        }

        @Override
        public String why(Path file, IOException failure) {
            return RegularFile.why(file, failure);
        }
    };

    private final Vertx vertx = Vertx.builder()
            .withTransport(new Entrance(
                    () -> new Entrance.Who(Networks.NONE, Networks.NONE), ProxyListener.NONE, new Crowd(100_000)))
            .build();
    private final PasswordCheck logins = new PasswordCheck(1);
    private final Map<String, Backend> containers = new LinkedHashMap<>();
    private RoleSpec role = TestRoles.proxied("web", "shop:1");
    final FileWatch files;
    final Proxy proxy;
    final int port;
    final Queue<String> heard = new ConcurrentLinkedQueue<>();

    /// Its clients are believed about themselves.
    Bench(Ticker ticker) throws Exception {
        this(ticker, 2);
    }

    Bench(Ticker ticker, int loops) throws Exception {
        files = watch();
        proxy = Proxy.start(
                vertx,
                loops,
                new Settings(new Networks(Objects.requireNonNull(Network.parse("loopback"))), false, List.of()),
                () -> true,
                new ProxyListener() {
                    @Override
                    public void rejected(String reason) {
                        heard.add(reason);
                    }

                    @Override
                    public void upstreamError(String service, String role, String reason) {
                        heard.add("upstream " + reason);
                    }

                    @Override
                    public void ended(Ended request) {
                        heard.add("ended " + request.code());
                    }
                },
                ticker,
                RandomGenerator.getDefault());
        proxy.guardedBy(new Guards(files, logins, new byte[32]));
        port = proxy.listen("http", new InetSocketAddress("127.0.0.1", 0));
    }

    /// Looks at files that routes name, often.
    static FileWatch watch() {
        FileWatch files = new FileWatch(DISK, Ticker.system(), Duration.ofMillis(20));
        files.start();
        return files;
    }

    /// A default route by these words.
    static ProxySpec spec(ProxySpec.Access access, ProxySpec.Serving serving) {
        return new ProxySpec(List.of(), false, "/", true, null, ProxySpec.Tls.OFF, access, serving);
    }

    static ProxySpec spec(ProxySpec.Access access) {
        return spec(access, ProxySpec.Serving.DEFAULT);
    }

    static ProxySpec spec(ProxySpec.Serving serving) {
        return spec(ProxySpec.Access.ANYONE, serving);
    }

    Bench by(ProxySpec spec) {
        role = TestRoles.proxiedBy(spec);
        see();
        return this;
    }

    /// A container whose application listens there, and that is routed to.
    Bench container(String id, int port) {
        return container(id, port, true);
    }

    Bench container(String id, int port, boolean ready) {
        containers.put(id, new Backend("web", "shop-web-" + id, "127.0.0.1", port, ready, 1, "r1"));
        see();
        proxy.route(new Traffic.Target("shop", role, id, id));
        return this;
    }

    /// The container is gone.
    Bench without(String id) {
        containers.remove(id);
        see();
        return this;
    }

    private void see() {
        proxy.see("shop", new Sight(List.of(role), containers));
    }

    /// An answer: its head and its body as they came.
    record Reply(String head, String body) {
        int status() {
            return Integer.parseInt(head.substring(9, 12));
        }

        /// All values of a field.
        List<String> all(String name) {
            return head.lines()
                    .skip(1)
                    .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .toList();
        }

        String field(String name) {
            return String.join(" | ", all(name));
        }
    }

    /// Sends a GET for the host `a` by a connection of its own.
    Reply get(String path, String... fields) throws IOException {
        return ask("GET " + path + " HTTP/1.1", "", fields);
    }

    Reply ask(String line, String body, String... fields) throws IOException {
        StringBuilder head = new StringBuilder(line + "\r\nHost: a\r\nConnection: close\r\n");
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        return reply(raw(head + "\r\n" + body));
    }

    static Reply reply(String all) {
        int end = all.indexOf("\r\n\r\n");
        if (end < 0) {
            throw new AssertionError("no answer: " + all);
        }
        return new Reply(all.substring(0, end + 2), all.substring(end + 4));
    }

    /// All that comes back, until the connection ends.
    String raw(String text) throws IOException {
        try (Socket socket = dial()) {
            write(socket, text);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    Socket dial() throws IOException {
        Socket socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(30_000);
        return socket;
    }

    static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// A head and its body where its length is said; the connection stays.
    static Reply read(Socket socket) throws IOException {
        String head = head(socket.getInputStream());
        Reply reply = new Reply(head, "");
        String length = reply.field("content-length");
        byte[] body = socket.getInputStream().readNBytes(length.isEmpty() ? 0 : Integer.parseInt(length));
        return new Reply(head, new String(body, StandardCharsets.ISO_8859_1));
    }

    /// Octets until the end of a head. What has none fails soon: whoever went on with it would keep others from
    /// running.
    static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n", Math.max(0, head.length() - 4)) < 0) {
            int octet = in.read();
            if (octet < 0 || head.length() > LONGEST_HEAD) {
                throw new IOException("ended or too long after: " + head.substring(0, Math.min(head.length(), 1000)));
            }
            head.append((char) octet);
        }
        return head.toString();
    }

    @Override
    public void close() {
        proxy.close();
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
        files.close();
        logins.close();
    }
}
