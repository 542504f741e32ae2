package dev.dhow.agent.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.TlsClient;
import dev.dhow.agent.tls.Issuer;
import dev.dhow.agent.tls.Issuer.Issued;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Whichever library does the cryptography, clients see the same.
class TlsLibraryTest {
    private static final String A = "a.example.com";
    private static final String B = "b.example.com";

    @TempDir
    Path temp;

    private TlsSite site;

    @BeforeEach
    void open() throws Exception {
        site = new TlsSite(temp, ProxyListener.NONE);
    }

    @AfterEach
    void close() throws Exception {
        site.close();
    }

    private int listen(TlsLibrary library) throws Exception {
        return site.proxy.listenTls("other", new InetSocketAddress("127.0.0.1", 0), library);
    }

    private Issued put(String file, KeyPair keys, String name) throws IOException {
        return site.put(file, site.root.issue(keys, TlsSite.LONG_AGO, TlsSite.FAR_AHEAD, name));
    }

    private static SSLSocket connect(SSLSocketFactory factory, int port, String name, String version, String... schemes)
            throws IOException {
        SSLSocket socket = (SSLSocket) factory.createSocket(new Socket("127.0.0.1", port), null, port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(name)));
        parameters.setProtocols(new String[] {version});
        if (schemes.length > 0) {
            parameters.setSignatureSchemes(schemes);
        }
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private static X509Certificate shown(int port, String name, String version, String... schemes) throws IOException {
        try (SSLSocket socket =
                connect(TlsClient.anonymous().context().getSocketFactory(), port, name, version, schemes)) {
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    /// Else the other tests would run over one library.
    @Test
    void boringSslIsThere() {
        assertEquals(TlsLibrary.BORINGSSL, TlsLibrary.best());
    }

    @ParameterizedTest
    @EnumSource
    void clientGetsTheKindOfKeyThatItCanDo(TlsLibrary library) throws Exception {
        Issued ec = put("ec", Issuer.ec(), A);
        Issued rsa = put("rsa", Issuer.rsa(), A);
        site.serve("one", TlsSite.fitting(A));
        int port = listen(library);
        Await.until(
                "both are known",
                () -> site.certificates.status().stream()
                        .flatMap(status -> status.names().stream())
                        .anyMatch(A::equals));
        for (String version : List.of("TLSv1.3", "TLSv1.2")) {
            Await.until(
                    "RSA answers " + version,
                    () -> shown(port, A, version, "rsa_pss_rsae_sha256").equals(rsa.leaf()));
            assertEquals(ec.leaf(), shown(port, A, version, "ecdsa_secp256r1_sha256"), version);
            assertEquals(ec.leaf(), shown(port, A, version, "ecdsa_secp256r1_sha256", "rsa_pss_rsae_sha256"), version);
        }
    }

    /// BoringSSL does not sign with all of them.
    @ParameterizedTest
    @EnumSource
    void keysOfEveryKindAnswer(TlsLibrary library) throws Exception {
        int port = listen(library);
        List<KeyPair> kinds = List.of(
                Issuer.keys("EC", 256),
                Issuer.keys("EC", 384),
                Issuer.keys("RSA", 2048),
                Issuer.keys("RSA", 3072),
                Issuer.keys("EC", 521),
                Issuer.keys("Ed25519", 255),
                Issuer.keys("RSASSA-PSS", 2048));
        for (int i = 0; i < kinds.size(); i++) {
            String name = "k%d.example.com".formatted(i);
            KeyPair keys = kinds.get(i);
            Issued issued = put("k" + i, keys, name);
            site.serve("s" + i, TlsSite.fitting(name));
            assertEquals(
                    issued.leaf(),
                    shown(port, name, "TLSv1.3"),
                    keys.getPrivate().getAlgorithm() + i);
        }
    }

    @ParameterizedTest
    @EnumSource
    void sessionIsTakenUpAgain(TlsLibrary library) throws Exception {
        site.certificate("a", A);
        site.serve("one", TlsSite.fitting(A));
        int port = listen(library);
        SSLSocketFactory factory = TlsClient.anonymous().context().getSocketFactory();
        Set<Long> begun = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            try (SSLSocket socket = connect(factory, port, A, "TLSv1.3")) {
                socket.getOutputStream()
                        .write("GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                                .formatted(A)
                                .getBytes(StandardCharsets.US_ASCII));
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
                begun.add(socket.getSession().getCreationTime());
            }
        }
        assertEquals(1, begun.size());
    }

    /// RFC 6066 §3. Clients of the JDK would not try.
    @ParameterizedTest
    @EnumSource
    void sessionOfAnotherNameIsNotTakenUpOverTls12(TlsLibrary library) throws Exception {
        site.certificate("a", A, B);
        site.serve("one", TlsSite.fitting(A, B));
        int port = listen(library);
        Path session = temp.resolve("session");
        assertTrue(openssl(port, A, "-sess_out", session).contains("New, TLSv1.2"));
        if (Files.exists(session)) {
            String other = openssl(port, B, "-sess_in", session);
            assertTrue(other.contains("New, TLSv1.2"), other);
        }
    }

    private static String openssl(int port, String name, String option, Path session) throws Exception {
        Process client = new ProcessBuilder(
                        "openssl",
                        "s_client",
                        "-connect",
                        "127.0.0.1:" + port,
                        "-servername",
                        name,
                        "-tls1_2",
                        "-ign_eof",
                        option,
                        session.toString())
                .redirectErrorStream(true)
                .start();
        try {
            client.getOutputStream()
                    .write("GET /.dhow/health HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                            .formatted(name)
                            .getBytes(StandardCharsets.US_ASCII));
            client.getOutputStream().flush();
            String said = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(client.waitFor(20, TimeUnit.SECONDS), "openssl does not end");
            return said;
        } finally {
            client.destroyForcibly();
        }
    }

    /// A chain that is mended keeps its leaf.
    @ParameterizedTest
    @EnumSource
    void chainThatChangesIsShown(TlsLibrary library) throws Exception {
        Issuer below = site.root.below("Test intermediate");
        Issued whole = below.issue(Issuer.ec(), TlsSite.LONG_AGO, TlsSite.FAR_AHEAD, A);
        Issued leafOnly = new Issued(List.of(whole.leaf()), whole.keys());
        site.put("a", leafOnly);
        site.serve("one", TlsSite.fitting(A));
        int port = listen(library);
        assertEquals(1, length(port));
        site.put("a", whole);
        Await.until("the whole chain is shown", () -> length(port) > 1);
        assertNotEquals(leafOnly.chain(), whole.chain());
    }

    private static int length(int port) throws IOException {
        try (SSLSocket socket = TlsClient.anonymous().connect(port, A)) {
            return socket.getSession().getPeerCertificates().length;
        }
    }
}
