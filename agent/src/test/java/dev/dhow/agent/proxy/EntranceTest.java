package dev.dhow.agent.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.runtime.Traffic;
import dev.dhow.agent.runtime.Traffic.Backend;
import dev.dhow.agent.runtime.Traffic.Sight;
import dev.dhow.agent.state.Ticker;
import dev.dhow.agent.testing.RawHttp;
import dev.dhow.agent.testing.Shell;
import dev.dhow.agent.testing.TestRoles;
import dev.dhow.agent.wire.Network;
import dev.dhow.agent.wire.Networks;
import dev.dhow.agent.wire.Sender;
import dev.dhow.api.spec.RoleSpec;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PfxOptions;
import io.vertx.core.net.impl.ConnectionBase;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// PROXY headers before the real proxy.
class EntranceTest {
    private static final RoleSpec WEB = TestRoles.proxied("web", "shop:1");
    private static final Networks LOOPBACK = new Networks(Objects.requireNonNull(Network.parse("loopback")));

    private final ConcurrentLinkedQueue<Probe> probes = new ConcurrentLinkedQueue<>();
    private Vertx vertx;
    private Proxy proxy;
    private Backends backend;
    private Entrance entrance;

    private int start(Networks senders, Networks trusted, String name) throws Exception {
        ProxyListener told = new ProxyListener() {
            @Override
            public void probe(Probe probe) {
                probes.add(probe);
            }
        };
        entrance = new Entrance(senders, told);
        vertx = Vertx.builder().withTransport(entrance).build();
        proxy = Proxy.start(
                vertx,
                1,
                new Settings(trusted, Networks.NONE, false, List.of()),
                () -> true,
                told,
                Ticker.system(),
                RandomGenerator.getDefault());
        backend = new Backends("shop");
        proxy.see(
                "shop",
                new Sight(
                        List.of(WEB),
                        Map.of("a", new Backend("web", "shop-web-r1-1", "127.0.0.1", backend.port(), true, 1, "r1"))));
        proxy.route(new Traffic.Target("shop", WEB, "a", "a"));
        int port = proxy.listen(name, new InetSocketAddress("127.0.0.1", 0));
        entrance.watch(name, new InetSocketAddress("127.0.0.1", port));
        return port;
    }

    @AfterEach
    void close() throws Exception {
        proxy.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        backend.close();
    }

    private static RawHttp.Reply ask(int port, String before, String path) throws Exception {
        return RawHttp.tcp(port)
                .raw(before + "GET " + path + " HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 198.51.100.9\r\n"
                        + "Connection: close\r\n\r\n");
    }

    @Test
    void clientIsTheOneThatTheHeaderNames() throws Exception {
        int port = start(LOOPBACK, Networks.NONE, "http");
        assertEquals(
                "shop",
                ask(port, "PROXY TCP4 192.0.2.7 10.0.0.1 8080 80\r\n", "/").body());
        assertEquals("192.0.2.7", backend.asked().getLast().header("X-Forwarded-For"));
        assertEquals("shop", ask(port, "PROXY UNKNOWN\r\n", "/").body());
        assertEquals("127.0.0.1", backend.asked().getLast().header("X-Forwarded-For"));
    }

    @Test
    void trustInForwardedFieldsIsInTheOneThatTheHeaderNames() throws Exception {
        int port = start(LOOPBACK, new Networks(Objects.requireNonNull(Network.parse("192.0.2.0/24"))), "http");
        ask(port, "PROXY TCP4 192.0.2.7 10.0.0.1 8080 80\r\n", "/");
        assertEquals("198.51.100.9, 192.0.2.7", backend.asked().getLast().header("X-Forwarded-For"));
        ask(port, "PROXY UNKNOWN\r\n", "/");
        assertEquals("127.0.0.1", backend.asked().getLast().header("X-Forwarded-For"));
    }

    @Test
    void senderWithoutHeaderGetsHealthAndNothingElse() throws Exception {
        int port = start(LOOPBACK, Networks.NONE, "http");
        assertEquals(200, ask(port, "", "/.dhow/health").status());
        RawHttp.Reply refused = ask(port, "", "/");
        assertEquals(400, refused.status());
        assertTrue(refused.body().startsWith("a PROXY header is due from this peer"), refused.body());
        assertEquals(List.of(), backend.asked());
        assertEquals(
                200,
                ask(port, "PROXY TCP4 192.0.2.7 10.0.0.1 8080 80\r\n", "/.dhow/health")
                        .status());
        assertEquals(
                List.of("missing", "v1"),
                probes.stream().map(p -> p.sender().header().word()).toList());
    }

    @Test
    void strangersAreToldAndTheProbesKnow() throws Exception {
        int port = start(Networks.NONE, Networks.NONE, "http");
        RawHttp.Reply refused = ask(port, "PROXY TCP4 192.0.2.7 10.0.0.1 8080 80\r\n", "/.dhow/health");
        assertEquals(400, refused.status());
        assertEquals("PROXY header from an untrusted peer\n", refused.body());
        Probe probe = probes.element();
        assertEquals(
                "http 127.0.0.1 untrusted 400 PROXY header from an untrusted peer",
                "%s %s %s %d %s"
                        .formatted(
                                probe.listener(),
                                probe.sender().peer(),
                                probe.sender().header().word(),
                                probe.code(),
                                probe.why()));
    }

    @Test
    void listenerForHealthSpeaksNoProxyProtocolAndServesNothingElse() throws Exception {
        int port = start(LOOPBACK, Networks.NONE, "health");
        assertEquals(200, ask(port, "", "/.dhow/health").status());
        assertEquals(404, ask(port, "", "/").status());
        assertEquals(400, ask(port, "PROXY UNKNOWN\r\n", "/.dhow/health").status());
        assertEquals(List.of(), backend.asked());
    }

    /// On a listener of TLS the header stands before the handshake, in plain text.
    @Test
    void headerStandsBeforeTls(@TempDir Path directory) throws Exception {
        start(LOOPBACK, Networks.NONE, "http");
        Path keys = directory.resolve("keys.p12");
        Shell.run(
                System.getProperty("java.home") + "/bin/keytool",
                "-genkeypair",
                "-alias",
                "a",
                "-keyalg",
                "EC",
                "-dname",
                "CN=a",
                "-storetype",
                "PKCS12",
                "-storepass",
                "secret",
                "-keystore",
                keys.toString());
        ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
        int port = vertx.createHttpServer(new HttpServerOptions()
                        .setSsl(true)
                        .setKeyCertOptions(
                                new PfxOptions().setPath(keys.toString()).setPassword("secret")))
                .connectionHandler(http ->
                        seen.add(Sender.of(((ConnectionBase) http).channel()).address()))
                .requestHandler(request -> request.response().end("safe"))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS)
                .actualPort();
        entrance.watch("https", new InetSocketAddress("127.0.0.1", port));
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream()
                    .write("PROXY TCP4 192.0.2.7 10.0.0.1 8080 80\r\n".getBytes(StandardCharsets.US_ASCII));
            SSLSocket tls = (SSLSocket) trusting().getSocketFactory().createSocket(socket, "a", port, true);
            tls.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertTrue(new String(tls.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).endsWith("safe"));
        }
        assertEquals(List.of("192.0.2.7"), List.copyOf(seen));
    }

    /// Whoever it is, it is the right one.
    private static SSLContext trusting() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                null,
                new TrustManager[] {
                    new X509ExtendedTrustManager() {
                        @Override
                        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

                        @Override
                        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

                        @Override
                        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

                        @Override
                        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

                        @Override
                        public void checkClientTrusted(X509Certificate[] chain, String type) {}

                        @Override
                        public void checkServerTrusted(X509Certificate[] chain, String type) {}

                        @Override
                        public X509Certificate[] getAcceptedIssuers() {
                            return new X509Certificate[0];
                        }
                    }
                },
                null);
        return context;
    }

    @Test
    void otherListenersOfTheProcessAreLeftAlone() throws Exception {
        start(LOOPBACK, Networks.NONE, "http");
        int other = vertx.createHttpServer(new HttpServerOptions())
                .requestHandler(request -> request.response().end("mine"))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS)
                .actualPort();
        assertEquals("mine", ask(other, "", "/").body());
    }
}
