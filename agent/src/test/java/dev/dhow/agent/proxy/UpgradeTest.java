package dev.dhow.agent.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.runtime.Traffic;
import dev.dhow.agent.runtime.Traffic.Backend;
import dev.dhow.agent.runtime.Traffic.Sight;
import dev.dhow.agent.state.Ticker;
import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.TestRoles;
import dev.dhow.agent.wire.Networks;
import dev.dhow.api.spec.RoleSpec;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Requests that become WebSockets, or ask to and may not.
class UpgradeTest {
    private static final RoleSpec WEB = TestRoles.proxied("web", "shop:1");
    private static final String ASK = "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\n"
            + "Upgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n";

    private final Vertx vertx = Vertx.vertx();
    private ServerSocket application;
    private Proxy proxy;
    private int port;

    @BeforeEach
    void open() throws Exception {
        application = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        proxy = Proxy.start(
                vertx,
                1,
                new Settings(Networks.NONE, false, List.of()),
                () -> true,
                ProxyListener.NONE,
                Ticker.system(),
                RandomGenerator.getDefault());
        port = proxy.listen("http", new InetSocketAddress("127.0.0.1", 0));
        Backend backend = new Backend("web", "shop-web-1", "127.0.0.1", application.getLocalPort(), true, 1, "r1");
        proxy.see("shop", new Sight(List.of(WEB), Map.of("a", backend)));
        proxy.route(new Traffic.Target("shop", WEB, "a", "shop-web-1"));
    }

    @AfterEach
    void close() throws Exception {
        proxy.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        application.close();
    }

    /// Answers with this head, then sends back what comes.
    private Thread echo(String head) {
        return Thread.ofVirtual().start(() -> {
            try (Socket one = application.accept()) {
                String asked = head(one);
                one.getOutputStream()
                        .write((head + "X-Asked: " + asked.contains("pgrade: websocket") + "\r\n\r\n")
                                .getBytes(StandardCharsets.ISO_8859_1));
                one.getInputStream().transferTo(one.getOutputStream());
            } catch (IOException _) {
                // The proxy ended it.
            }
        });
    }

    private static String head(Socket from) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = from.getInputStream().read();
            if (octet < 0) {
                return head.toString();
            }
            head.append((char) octet);
        }
        return head.toString();
    }

    private Socket ask(String text) throws IOException {
        Socket client = new Socket("127.0.0.1", port);
        client.setSoTimeout(20_000);
        client.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return client;
    }

    /// What the two ends agree on is theirs: a proxy that took an offer of its own accord would spoil every message.
    @Test
    void extensionsAreAgreedByTheEndsAlone() throws Exception {
        echo("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n");
        String offer = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n";
        try (Socket client = ask(ASK.replaceFirst("\r\n$", offer))) {
            String head = head(client);
            assertTrue(head.startsWith("HTTP/1.1 101 "), head);
            assertFalse(head.toLowerCase(Locale.ROOT).contains("extensions"), head);
        }
    }

    /// K32, K34
    @Test
    void octetsGoBothWaysAndTheBeginOfADrainEndsThem() throws Exception {
        echo("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n");
        try (Socket client = ask(ASK)) {
            String head = head(client);
            assertTrue(head.startsWith("HTTP/1.1 101 "), head);
            assertTrue(head.contains("X-Asked: true"), head);
            byte[] large = "0123456789".repeat(100_000).getBytes(StandardCharsets.US_ASCII);
            Thread.ofVirtual().start(() -> {
                try {
                    client.getOutputStream().write(large);
                } catch (IOException _) {
                    // Read below.
                }
            });
            InputStream in = client.getInputStream();
            assertEquals(
                    new String(large, StandardCharsets.US_ASCII),
                    new String(in.readNBytes(large.length), StandardCharsets.US_ASCII));

            proxy.unroute("shop", "a");

            assertEquals(-1, in.read());
            proxy.drain("shop", "a", Duration.ofSeconds(10));
        }
    }

    @Test
    void applicationThatRefusesAnswersAsToAnyRequest() throws Exception {
        echo("HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n");
        try (Socket client = ask(ASK)) {
            String head = head(client);
            assertTrue(head.startsWith("HTTP/1.1 426 "), head);
            client.getOutputStream()
                    .write("GET /.dhow/health HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            String next = head(client);
            assertTrue(next.startsWith("HTTP/1.1 200 "), "the connection goes on: " + next);
        }
    }

    /// Only WebSockets may: the application would else speak HTTP/2 past everything that is checked here.
    @Test
    void otherUpgradesAreNotPassedOn() throws Exception {
        echo("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n");
        try (Socket client = ask("GET / HTTP/1.1\r\n"
                + "Host: a\r\n"
                + "Connection: Upgrade, HTTP2-Settings\r\n"
                + "Upgrade: h2c\r\n"
                + "HTTP2-Settings: AAA\r\n\r\n")) {
            String head = head(client);
            assertTrue(head.startsWith("HTTP/1.1 200 "), head);
            assertTrue(head.contains("X-Asked: false"), head);
        }
    }

    /// Were the body left out, the container would read the next client's request as it.
    @Test
    void aRequestWithABodyIsNoUpgrade() throws Exception {
        try (RawApp app = new RawApp((head, socket) -> {
            boolean withBody = head.contains("Content-Length: 3");
            String body = withBody ? new String(socket.getInputStream().readNBytes(3), StandardCharsets.US_ASCII) : "";
            RawApp.say(
                    socket,
                    "HTTP/1.1 200 OK\r\nX-Asked: " + head.contains("pgrade") + " " + body
                            + "\r\nContent-Length: 0\r\n\r\n");
        })) {
            serve(app.port());
            try (Socket client = ask(ASK.substring(0, ASK.length() - 2) + "Content-Length: 3\r\n\r\nabc")) {
                assertTrue(head(client).contains("X-Asked: false abc"));
            }
            try (Socket client = ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")) {
                assertTrue(head(client).contains("X-Asked: false\r\n"));
            }
        }
    }

    /// Whoever answers: a load balancer has other requests for the connection.
    @Test
    void whatIsRefusedHereLeavesTheConnectionToOthers() throws Exception {
        application.close();
        for (String asked : List.of(ASK, ASK.replace("Connection: keep-alive, Upgrade\r\n", ""))) {
            try (Socket client = ask(asked)) {
                String head = head(client);
                assertTrue(head.startsWith("HTTP/1.1 502 "), head);
                int length = Integer.parseInt(head.replaceAll("(?is).*content-length: (\\d+).*", "$1"));
                client.getInputStream().readNBytes(length);
                client.getOutputStream()
                        .write("GET /.dhow/health HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertTrue(head(client).startsWith("HTTP/1.1 200 "));
            }
        }
    }

    @Test
    void oneThatWaitsWhenTheDrainEndsIsAnswered() throws Exception {
        try (RawApp app = new RawApp((_, socket) -> socket.getInputStream().read())) {
            serve(app.port());
            try (Socket client = ask(ASK)) {
                Await.until("it waits", () -> !app.heads.isEmpty());
                proxy.unroute("shop", "a");
                proxy.drain("shop", "a", Duration.ZERO);
                String head = head(client);
                assertTrue(head.startsWith("HTTP/1.1 504 "), head);
            }
        }
    }

    private void serve(int at) throws Exception {
        Backend backend = new Backend("web", "shop-web-1", "127.0.0.1", at, true, 1, "r1");
        proxy.see("shop", new Sight(List.of(WEB), Map.of("a", backend)));
    }
}
