package dev.dhow.agent.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.state.Ticker;
import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.RawHttp;
import dev.dhow.agent.testing.Shell;
import dev.dhow.agent.tls.CertificateListener;
import dev.dhow.agent.tls.Certificates;
import dev.dhow.agent.tls.CertificatesConfig;
import dev.dhow.agent.wire.Networks;
import dev.dhow.agent.wire.Sender;
import dev.dhow.api.spec.ProxySpec;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.nio.NioIoHandler;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PfxOptions;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// PROXY headers before the real proxy.
class EntranceTest {
    private static final Networks LOOPBACK = Served.networks("loopback");

    private static RawHttp.Reply ask(RawHttp at, String before, String path) throws Exception {
        return at.raw(before + "GET " + path + " HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 198.51.100.9\r\n"
                + "Connection: close\r\n\r\n");
    }

    @Test
    void clientIsTheOneThatTheHeaderNames() throws Exception {
        Settings settings = new Settings(Networks.NONE, false, List.of());
        try (Served served = new Served(settings, LOOPBACK).serve(ProxySpec.PLAIN)) {
            RawHttp http = served.open("http");
            assertEquals(
                    "shop",
                    ask(http, "PROXY TCP4 192.0.2.7 10.0.0.1 8080 80\r\n", "/").body());
            assertEquals("192.0.2.7", served.backend.asked().getLast().header("X-Forwarded-For"));
            assertEquals("shop", ask(http, "PROXY UNKNOWN\r\n", "/").body());
            assertEquals("127.0.0.1", served.backend.asked().getLast().header("X-Forwarded-For"));
        }
    }

    @Test
    void connectionThatThereIsNoRoomForIsClosedAsItComes() throws Exception {
        try (Served served = new Served(Served.PLAIN, Networks.NONE, new Crowd(2)).serve(ProxySpec.PLAIN)) {
            RawHttp http = served.open("http");
            RawHttp health = served.open(Probe.HEALTH_LISTENER);
            try (Socket one = idle(http);
                    Socket two = idle(http)) {
                try (Socket three = connect(http)) {
                    assertEquals(-1, three.getInputStream().read());
                }
                assertEquals(List.of("connections"), List.copyOf(served.rejected));
                assertEquals(200, ask(health, "", "/.dhow/health").status(), "health does not count");
                assertTrue(one.isConnected() && two.isConnected());
            }
            Await.until("there is room again", () -> {
                try {
                    return ask(http, "", "/").status() == 200;
                } catch (IOException _) {
                    return false;
                }
            });
        }
    }

    @Test
    void idleConnectionsMakeRoomWhereItBecomesScarce() throws Exception {
        try (Served served = new Served(Served.PLAIN, Networks.NONE, new Crowd(5)).serve(ProxySpec.PLAIN)) {
            RawHttp http = served.open("http");
            List<Socket> idle = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                idle.add(idle(http));
            }
            served.ticker.advance(Duration.ofSeconds(6));
            assertEquals(200, ask(http, "", "/").status(), "one more for a moment");
            idle.add(idle(http));
            for (Socket oldest : idle.subList(0, 3)) {
                assertEquals(-1, oldest.getInputStream().read());
            }
            idle.getLast().getOutputStream().write(KEPT.getBytes(StandardCharsets.US_ASCII));
            assertEquals('H', idle.getLast().getInputStream().read(), "it was not idle for so long");
            for (Socket each : idle) {
                each.close();
            }
        }
    }

    private static final String KEPT = "GET /.dhow/health HTTP/1.1\r\nHost: a\r\n\r\n";

    private static Socket connect(RawHttp at) throws IOException {
        Socket socket = new Socket();
        socket.connect(at.address());
        socket.setSoTimeout(20_000);
        return socket;
    }

    /// A connection after its first request.
    private static Socket idle(RawHttp at) throws IOException {
        Socket socket = connect(at);
        socket.getOutputStream().write(KEPT.getBytes(StandardCharsets.US_ASCII));
        while (socket.getInputStream().read() != '\n' || socket.getInputStream().available() > 0) {
            // The answer is of several lines.
        }
        return socket;
    }

    /// A request needs two files, the rest of the agent some.
    @Test
    void roomIsByTheFilesThatMayBeOpen() {
        assertEquals(64, Crowd.fitting(1024));
        assertEquals(1536, Crowd.fitting(4096));
        assertEquals(10_000, Crowd.fitting(65_536));
        assertEquals(10_000, Crowd.fitting(Long.MAX_VALUE));
    }

    @Test
    void trustInForwardedFieldsIsInTheOneThatTheHeaderNames() throws Exception {
        Settings settings = new Settings(Served.networks("192.0.2.0/24"), false, List.of());
        try (Served served = new Served(settings, LOOPBACK).serve(ProxySpec.PLAIN)) {
            RawHttp http = served.open("http");
            ask(http, "PROXY TCP4 192.0.2.7 10.0.0.1 8080 80\r\n", "/");
            assertEquals(
                    "198.51.100.9, 192.0.2.7", served.backend.asked().getLast().header("X-Forwarded-For"));
            ask(http, "PROXY UNKNOWN\r\n", "/");
            assertEquals("127.0.0.1", served.backend.asked().getLast().header("X-Forwarded-For"));
        }
    }

    @Test
    void senderWithoutHeaderGetsHealthAndNothingElse() throws Exception {
        Settings settings = new Settings(Networks.NONE, false, List.of());
        try (Served served = new Served(settings, LOOPBACK).serve(ProxySpec.PLAIN)) {
            RawHttp http = served.open("http");
            assertEquals(200, ask(http, "", "/.dhow/health").status());
            RawHttp.Reply refused = ask(http, "", "/");
            assertEquals(400, refused.status());
            assertTrue(refused.body().startsWith("a PROXY header is due from this peer"), refused.body());
            assertEquals(List.of(), served.backend.asked());
            assertEquals(
                    200,
                    ask(http, "PROXY TCP4 192.0.2.7 10.0.0.1 8080 80\r\n", "/.dhow/health")
                            .status());
            assertEquals(
                    List.of("missing", "v1"),
                    served.probes.stream().map(p -> p.sender().header().word()).toList());
        }
    }

    @Test
    void strangersAreToldAndTheProbesKnow() throws Exception {
        Settings settings = new Settings(Networks.NONE, false, List.of());
        try (Served served = new Served(settings, Networks.NONE).serve(ProxySpec.PLAIN)) {
            RawHttp http = served.open("http");
            RawHttp.Reply refused = ask(http, "PROXY TCP4 192.0.2.7 10.0.0.1 8080 80\r\n", "/.dhow/health");
            assertEquals(400, refused.status());
            assertEquals("PROXY header from an untrusted peer\n", refused.body());
            Probe probe = served.probes.element();
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
    }

    @Test
    void listenerForHealthSpeaksNoProxyProtocolAndServesNothingElse() throws Exception {
        Settings settings = new Settings(Networks.NONE, false, List.of());
        try (Served served = new Served(settings, LOOPBACK).serve(ProxySpec.PLAIN)) {
            RawHttp http = served.open("health");
            assertEquals(200, ask(http, "", "/.dhow/health").status());
            assertEquals(404, ask(http, "", "/").status());
            assertEquals(400, ask(http, "PROXY UNKNOWN\r\n", "/.dhow/health").status());
            assertEquals(List.of(), served.backend.asked());
        }
    }

    /// On a listener of TLS the header stands before the handshake, in plain text.
    @Test
    void headerStandsBeforeTls(@TempDir Path directory) throws Exception {
        Settings settings = new Settings(Networks.NONE, false, List.of());
        try (Served served = new Served(settings, LOOPBACK).serve(ProxySpec.PLAIN)) {
            served.open("http");
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
            int port = served.vertx
                    .createHttpServer(new HttpServerOptions()
                            .setSsl(true)
                            .setKeyCertOptions(
                                    new PfxOptions().setPath(keys.toString()).setPassword("secret")))
                    .connectionHandler(http -> seen.add(
                            Sender.of(((ConnectionBase) http).channel()).address()))
                    .requestHandler(request -> request.response().end("safe"))
                    .listen(0, "127.0.0.1")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS)
                    .actualPort();
            served.entrance.watch("https", new InetSocketAddress("127.0.0.1", port));
            try (Socket socket = new Socket("127.0.0.1", port)) {
                socket.getOutputStream()
                        .write("PROXY TCP4 192.0.2.7 10.0.0.1 8080 80\r\n".getBytes(StandardCharsets.US_ASCII));
                SSLSocket tls = (SSLSocket) trusting().getSocketFactory().createSocket(socket, "a", port, true);
                tls.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertTrue(new String(tls.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).endsWith("safe"));
            }
            assertEquals(List.of("192.0.2.7"), List.copyOf(seen));
        }
    }

    /// What a handshake costs is not for strangers to spend.
    @Test
    void whoMayNotConnectGetsNoHandshake(@TempDir Path directory) throws Exception {
        try (Certificates certificates = new Certificates(
                        new CertificatesConfig(directory, directory.resolve("acme"), null, Duration.ofMillis(20)),
                        Ticker.system(),
                        CertificateListener.NONE);
                Served served = new Served(new Settings(Networks.NONE, false, List.of(), certificates), Networks.NONE)
                        .accepting(Served.networks("192.0.2.0/24"))) {
            certificates.start();
            InetSocketAddress any = new InetSocketAddress("127.0.0.1", 0);
            int port = served.proxy.listenTls("https", any);
            served.entrance.watch("https", new InetSocketAddress("127.0.0.1", port));
            try (Socket silent = connect(RawHttp.tcp(port))) {
                silent.setSoTimeout(3000);
                assertEquals(-1, silent.getInputStream().read(), "nothing is waited for");
            }
            try (Socket socket = new Socket("127.0.0.1", port)) {
                SSLSocket tls = (SSLSocket) trusting().getSocketFactory().createSocket(socket, "a", port, true);
                assertThrows(IOException.class, tls::startHandshake);
            }
            assertEquals(List.of(), List.copyOf(served.handshakes));
            assertEquals(List.of("accept_from", "accept_from"), List.copyOf(served.rejected));
        }
    }

    @Test
    void whoMayConnectIsLookedAtAsEachConnectionComes() throws Exception {
        try (Served served = new Served(Served.PLAIN, LOOPBACK).serve(ProxySpec.PLAIN)) {
            RawHttp http = served.open("http");
            RawHttp health = served.open(Probe.HEALTH_LISTENER);
            try (Socket before = idle(http)) {
                served.accepting(Served.networks("192.0.2.0/24"));
                for (RawHttp listener : List.of(http, health)) {
                    try (Socket silent = connect(listener)) {
                        assertEquals(-1, silent.getInputStream().read(), "nothing is waited for");
                    }
                }
                assertEquals(List.of("accept_from", "accept_from"), List.copyOf(served.rejected));
                before.getOutputStream().write(KEPT.getBytes(StandardCharsets.US_ASCII));
                assertEquals('H', before.getInputStream().read(), "whoever is in stays");
            }
            served.accepting(LOOPBACK);
            String header = "PROXY TCP4 198.51.100.7 10.0.0.1 8080 80\r\n";
            assertEquals(200, ask(http, header, "/").status(), "the peer is asked after, not whom it names");
            assertEquals("198.51.100.7", served.backend.asked().getLast().header("X-Forwarded-For"));
        }
    }

    /// Nobody can say any more whether it may have connected.
    @Test
    void whoIsGoneAlreadyIsClosedAndNotCounted() throws Exception {
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try (Served served = new Served().accepting(LOOPBACK)) {
            Channel listener = new ServerBootstrap()
                    .group(loops)
                    .channelFactory(served.entrance.serverChannelFactory(false))
                    .childHandler(new ChannelInboundHandlerAdapter())
                    .bind("127.0.0.1", 0)
                    .sync()
                    .channel();
            served.entrance.watch("http", (InetSocketAddress) listener.localAddress());
            Channel gone = new EmbeddedChannel() {
                @Override
                protected @Nullable SocketAddress remoteAddress0() {
                    return null;
                }
            };
            listener.pipeline().fireChannelRead(gone);
            Await.until("it is closed", () -> !gone.isOpen());
            assertEquals(List.of(), List.copyOf(served.rejected));
        } finally {
            loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync();
        }
    }

    @Test
    void listenerOfAllAddressesIsWatchedToo() throws Exception {
        try (Served served = new Served().accepting(Served.networks("192.0.2.0/24"))) {
            int port = served.proxy.listen("http", new InetSocketAddress("0.0.0.0", 0));
            served.entrance.watch("http", new InetSocketAddress("0.0.0.0", port));
            try (Socket silent = connect(RawHttp.tcp(port))) {
                assertEquals(-1, silent.getInputStream().read());
            }
        }
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
        Settings settings = new Settings(Networks.NONE, false, List.of());
        try (Served served = new Served(settings, LOOPBACK).serve(ProxySpec.PLAIN)) {
            served.open("http");
            int other = served.vertx
                    .createHttpServer(new HttpServerOptions())
                    .requestHandler(request -> request.response().end("mine"))
                    .listen(0, "127.0.0.1")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS)
                    .actualPort();
            assertEquals("mine", ask(RawHttp.tcp(other), "", "/").body());
        }
    }
}
