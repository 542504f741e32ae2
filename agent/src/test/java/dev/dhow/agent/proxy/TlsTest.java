package dev.dhow.agent.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.RawHttp;
import dev.dhow.agent.testing.RawHttp2;
import dev.dhow.agent.testing.TlsClient;
import dev.dhow.api.spec.CertificateSource;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real handshakes with the real proxy.
class TlsTest {
    private static final String A = "a.example.com";
    private static final String B = "b.example.com";

    @TempDir
    Path temp;

    private final Queue<String> handshakes = new ConcurrentLinkedQueue<>();
    private final TlsClient client = TlsClient.anonymous();
    private TlsSite site;

    @BeforeEach
    void open() throws Exception {
        site = new TlsSite(temp, new ProxyListener() {
            @Override
            public void handshake(String listener, String result, String version, Duration took) {
                handshakes.add(listener + " " + result + " " + version);
            }
        });
    }

    @AfterEach
    void close() throws Exception {
        site.close();
    }

    private static String get(String host, String path) {
        return "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n".formatted(path, host);
    }

    @Test
    void certificateFollowsTheServerName() throws Exception {
        var a = site.certificate("a", A);
        var b = site.certificate("b", "*.example.com");
        site.serve("one", TlsSite.fitting(A));
        site.serve("two", TlsSite.fitting(B));
        assertEquals(a.leaf(), client.certificate(site.tls, A));
        assertEquals(b.leaf(), client.certificate(site.tls, B));
        assertEquals(a.leaf(), client.certificate(site.tls, "A.Example.com"));
        String answer = client.raw(site.tls, A, get(A, "/x"));
        assertTrue(answer.startsWith("HTTP/1.1 200") && answer.endsWith("app"), answer);
        assertEquals("https", site.app.asked().getFirst().header("X-Forwarded-Proto"));
    }

    @Test
    void clientWithoutAServerNameGetsTheDefaultRoutesCertificate() throws Exception {
        var a = site.certificate("a", A);
        var other = site.certificate("other", "other.example.com");
        site.serve("one", TlsSite.fitting(A));
        site.serve("two", TlsSite.tls(new CertificateSource.Files("other.pem", "other.key"), null));
        Await.until("the default route has its own", () -> site.certificates.serves(null));
        assertEquals(other.leaf(), client.certificate(site.tls, null));
        assertEquals(a.leaf(), client.certificate(site.tls, A));
        assertEquals(other.leaf(), client.certificate(site.tls, "unknown.example.com"));
        assertTrue(client.raw(site.tls, null, get("10.0.0.1:443", "/")).startsWith("HTTP/1.1 200"));
    }

    @Test
    void whereNoCertificateFitsOnlyHealthIsAnswered() throws Exception {
        site.certificate("a", A);
        site.certificate("b", B);
        site.serve("one", TlsSite.fitting(A));
        assertEquals(
                "CN=dhow",
                client.certificate(site.tls, null).getSubjectX500Principal().getName());
        assertTrue(client.raw(site.tls, null, get("10.0.0.1", "/.dhow/health")).startsWith("HTTP/1.1 200"));
        assertTrue(
                client.raw(site.tls, "unknown.org", get("unknown.org", "/up")).startsWith("HTTP/1.1 200"));
        assertTrue(
                client.raw(site.tls, null, "GET /.dhow/health HTTP/1.0\r\n\r\n").startsWith("HTTP/1.0 200"));
        String refused = client.raw(site.tls, null, "GET / HTTP/1.1\r\nHost: " + A + "\r\n\r\n");
        assertTrue(refused.startsWith("HTTP/1.1 421"), refused);
        assertTrue(refused.contains("no certificate of this host fits"), refused);
        assertTrue(client.raw(site.tls, null, get(A, "/up")).startsWith("HTTP/1.1 421"), "an application's own");
        assertEquals(0, site.app.asked().size());
        try (RawHttp2 http = new RawHttp2(client.connect(site.tls, null, "h2"))) {
            http.get(1, "10.0.0.1", "/.dhow/health");
            assertEquals("headers 1 200", http.await("headers"));
            assertEquals("data 1 ok end", http.await("data"));
            http.get(3, A, "/");
            assertEquals("headers 3 421", http.await("headers"));
            assertEquals("goaway NO_ERROR", http.await("goaway"));
        }
    }

    @Test
    void plainRequestsAreSentToHttpsByTheEffectiveScheme() throws Exception {
        site.certificate("a", A);
        site.serve("one", TlsSite.fitting(A));
        RawHttp plain = RawHttp.tcp(site.plain);
        RawHttp.Reply reply = plain.raw(get(A + ":8080", "/x?y"));
        assertEquals(301, reply.status());
        assertTrue(reply.head().contains("https://" + A + "/x?y"), reply.head());
        assertEquals(200, plain.raw(get(A, "/.dhow/health")).status());
        assertEquals(200, plain.raw(get(A, "/up")).status());
        assertTrue(client.raw(site.tls, A, get(A, "/x?y")).startsWith("HTTP/1.1 200"));
    }

    @Test
    void whatIsStrictWithoutTlsIsStrictWithIt() throws Exception {
        site.certificate("a", A);
        site.serve("one", TlsSite.fitting(A));
        for (String bad : List.of(
                "POST / HTTP/1.1\r\nHost: " + A
                        + "\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /s HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: " + A + "\r\nHost: " + B + "\r\n\r\n",
                "GET /  HTTP/1.1\r\nHost: " + A + "\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: " + A + "\r\n : x\r\n\r\n")) {
            String answer = client.raw(site.tls, A, bad);
            assertTrue(answer.startsWith("HTTP/1.0 400"), bad + answer);
        }
        String upgrade = get(A, "/")
                .replace("close", "Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__");
        try (SSLSocket socket = client.connect(site.tls, A, "http/1.1")) {
            socket.getOutputStream().write(upgrade.getBytes(StandardCharsets.US_ASCII));
            String first = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            assertEquals("HTTP/1.1 200", first);
        }
        assertEquals(1, site.app.asked().size());
    }

    @Test
    void handshakesAreCountedByHowTheyEnd() throws Exception {
        site.certificate("a", A);
        client.connect(site.tls, A).close();
        Await.until("counted", () -> handshakes.contains("https success TLSv1.3"));
        try (Socket socket = new Socket("127.0.0.1", site.tls)) {
            // Looks whether the port is open, as load balancers do.
            assertTrue(socket.isConnected());
        }
        try (Socket socket = new Socket("127.0.0.1", site.tls)) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertEquals(-1, socket.getInputStream().read());
        }
        Await.until("counted", () -> handshakes.contains("https failure none"));
        assertEquals(2, handshakes.size(), handshakes.toString());
    }

    @Test
    void onlyModernTlsIsSpoken() throws Exception {
        site.certificate("a", A);
        try (SSLSocket socket = client.connect(site.tls, A)) {
            assertEquals("TLSv1.3", socket.getSession().getProtocol());
        }
        assertTrue(spoken("TLSv1.2", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256").startsWith("TLSv1.2"));
        assertThrows(IOException.class, () -> spoken("TLSv1.2", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"));
    }

    @Test
    void webSocketsPassThroughTls() throws Exception {
        site.certificate("a", A);
        String agreed = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
        try (RawApp backend = RawApp.closing(agreed + "hello")) {
            site.serveAt(backend.port());
            String answer = client.raw(
                    site.tls,
                    A,
                    get(A, "/ws").replace("close", "Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x"));
            assertTrue(answer.startsWith("HTTP/1.1 101") && answer.endsWith("hello"), answer);
        }
    }

    private String spoken(String version, String suite) throws IOException {
        SSLSocketFactory factory = client.context().getSocketFactory();
        try (SSLSocket socket = (SSLSocket) factory.createSocket("127.0.0.1", site.tls)) {
            socket.setEnabledProtocols(new String[] {version});
            socket.setEnabledCipherSuites(new String[] {suite});
            socket.startHandshake();
            return socket.getSession().getProtocol() + socket.getSession().getCipherSuite();
        }
    }
}
