package dev.dhow.agent.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.RawHttp;
import dev.dhow.agent.testing.RawHttp2;
import dev.dhow.agent.testing.TlsClient;
import dev.dhow.agent.tls.Issuer;
import dev.dhow.agent.tls.Issuer.Issued;
import dev.dhow.api.spec.CertificateSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who shows a client certificate, and who must.
class ClientAuthTest {
    private static final String A = "a.example.com";
    private static final String OPEN = "open.example.com";

    @TempDir
    Path temp;

    private final Issuer cdn = Issuer.root("CDN");
    private final TlsClient anonymous = TlsClient.anonymous();
    private final TlsClient known = client(cdn, TlsSite.FAR_AHEAD);
    private TlsSite site;
    private Path ca;

    @BeforeEach
    void open() throws Exception {
        site = new TlsSite(temp, ProxyListener.NONE);
        site.certificate("a", A, OPEN);
        ca = Files.writeString(temp.resolve("ca.pem"), Issuer.pem(cdn.certificate));
        site.serve("two", TlsSite.fitting(OPEN));
    }

    @AfterEach
    void close() throws Exception {
        site.close();
    }

    private static TlsClient client(Issuer by, Instant until) {
        Issued issued = by.issue(Issuer.ec(), TlsSite.LONG_AGO, until, KeyPurposeId.id_kp_clientAuth, "edge");
        return TlsClient.with(issued.chain(), issued.keys());
    }

    private void guard() throws Exception {
        site.serve("one", TlsSite.tls(new CertificateSource.Fitting(), ca, A));
    }

    private String ask(TlsClient client, String host, String path) throws Exception {
        return client.raw(
                site.tls, host, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n".formatted(path, host));
    }

    private static void refused(String answer, String why) {
        assertTrue(answer.startsWith("HTTP/1.1 403") && answer.contains(why), answer);
    }

    @Test
    void onlyCertificatesOfTheAuthorityComeIn() throws Exception {
        guard();
        assertTrue(ask(known, A, "/").endsWith("app"));
        refused(ask(anonymous, A, "/"), "none was shown");
        refused(ask(client(Issuer.root("CDN"), TlsSite.FAR_AHEAD), A, "/"), "not signed by an authority");
        refused(ask(client(cdn, Instant.parse("2021-01-01T00:00:00Z")), A, "/"), "not valid now");
        assertTrue(ask(anonymous, OPEN, "/").endsWith("app"), "another role asks for none");
        assertTrue(ask(client(Issuer.root("CDN"), TlsSite.FAR_AHEAD), OPEN, "/").endsWith("app"));
        assertEquals(3, site.app.asked().size());
    }

    /// Another name in the handshake opens no door.
    @Test
    void hostOfTheRequestDecides() throws Exception {
        guard();
        refused(
                anonymous.raw(site.tls, OPEN, "GET / HTTP/1.1\r\nHost: " + A + "\r\nConnection: close\r\n\r\n"),
                "none was shown");
        try (RawHttp2 http = new RawHttp2(anonymous.connect(site.tls, OPEN, "h2"))) {
            http.get(1, OPEN, "/");
            assertEquals("headers 1 200", http.await("headers"));
            http.get(3, A, "/");
            assertEquals("headers 3 403", http.await("headers"));
        }
    }

    @Test
    void healthIsAnsweredWithoutOne() throws Exception {
        guard();
        for (String path : List.of("/.dhow/health", "/.dhow/health/one", "/up")) {
            assertTrue(ask(anonymous, A, path).startsWith("HTTP/1.1 200"), path);
        }
        assertTrue(ask(anonymous, A, "/up/").startsWith("HTTP/1.1 403"));
    }

    @Test
    void withoutTlsNobodyComesIn() throws Exception {
        site.serve("one", TlsSite.withoutRedirect(TlsSite.tls(new CertificateSource.Fitting(), ca, A)));
        RawHttp.Reply reply =
                RawHttp.tcp(site.plain).raw("GET / HTTP/1.1\r\nHost: " + A + "\r\nConnection: close\r\n\r\n");
        assertEquals(403, reply.status());
        assertTrue(reply.body().contains("over HTTPS to this host only"), reply.body());
    }

    @Test
    void sessionsAreTakenUpAgainWithWhoTheyWereOf() throws Exception {
        SSLContext before = anonymous.context();
        resumed(before, OPEN, "/", "200");
        guard();
        SSLContext edge = known.context();
        resumed(edge, A, "/", "200");
        assertTrue(resumed(edge, A, "/", "200"), "the second time without a certificate on the wire");
        resumed(before, A, "/", "403");
    }

    @Test
    void connectionOfATimeWithoutClientCertificatesEnds() throws Exception {
        site.certificate("a", A, OPEN);
        try (RawHttp2 http = new RawHttp2(known.connect(site.tls, OPEN, "h2"))) {
            http.get(1, OPEN, "/");
            assertEquals("headers 1 200", http.await("headers"));
            guard();
            http.get(3, A, "/");
            assertEquals("headers 3 403", http.await("headers"));
            assertEquals("goaway NO_ERROR", http.await("goaway"));
        }
        assertTrue(ask(known, A, "/").endsWith("app"));
    }

    /// @return whether the session is an older one
    private boolean resumed(SSLContext context, String host, String path, String status) throws Exception {
        long began = System.currentTimeMillis();
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", site.tls)) {
            var parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new javax.net.ssl.SNIHostName(host)));
            socket.setSSLParameters(parameters);
            socket.getOutputStream()
                    .write("GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                            .formatted(path, host)
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertEquals(status, answer.substring(9, 12), answer);
            SSLSession session = socket.getSession();
            return session.getCreationTime() < began;
        }
    }

    @Test
    void fileOfTheAuthorityIsWatched() throws Exception {
        Files.delete(ca);
        guard();
        refused(ask(known, A, "/"), "cannot be read");
        Files.writeString(ca, Issuer.pem(cdn.certificate));
        Await.until("it was read", () -> ask(known, A, "/").endsWith("app"));
        try (SSLSocket kept = known.connect(site.tls, A)) {
            String request = "GET / HTTP/1.1\r\nHost: " + A + "\r\n\r\n";
            kept.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            assertEquals("HTTP/1.1 200", new String(kept.getInputStream().readNBytes(12), StandardCharsets.US_ASCII));
            Issuer next = Issuer.root("Next");
            Files.writeString(ca, Issuer.pem(next.certificate) + "\n");
            Await.until("it was read", () -> ask(known, A, "/").startsWith("HTTP/1.1 403"));
            assertTrue(ask(client(next, TlsSite.FAR_AHEAD), A, "/").endsWith("app"));
            kept.getOutputStream()
                    .write(request.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String rest = new String(kept.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertTrue(rest.contains("HTTP/1.1 403"), rest);
        }
    }
}
