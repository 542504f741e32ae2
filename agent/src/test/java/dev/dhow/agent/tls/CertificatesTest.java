package dev.dhow.agent.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.ManualTicker;
import dev.dhow.api.spec.CertificateSource;
import dev.dhow.api.status.CertificateStatus;
import dev.dhow.api.status.CertificateStatus.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Real handshakes with one server context that is made once, while files come and go.
@Timeout(60)
class CertificatesTest {
    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant UNTIL = Instant.parse("2026-04-01T00:00:00Z");
    private static final CertificateSource FITTING = new CertificateSource.Fitting();
    private static final Issuer ROOT = Issuer.root("Root");
    private static final Issuer MIDDLE = ROOT.below("Middle");

    @TempDir
    Path temp;

    private final ManualTicker ticker = new ManualTicker();
    private Path directory;
    private Certificates certificates;
    private HandshakeServer server;

    @BeforeEach
    void open() throws Exception {
        directory = Files.createDirectory(temp.resolve("certs"));
        CertificatesConfig config =
                new CertificatesConfig(directory, temp.resolve("acme"), null, Duration.ofMillis(10));
        certificates = new Certificates(config, ticker, CertificateListener.NONE);
        server = new HandshakeServer(certificates.keyManager());
    }

    @AfterEach
    void close() throws Exception {
        certificates.close();
        server.close();
    }

    @Test
    void certificateIsPickedByTheServerName() throws Exception {
        Issuer.Issued shop = put("shop", MIDDLE, "shop.example.com");
        Issuer.Issued wide = put("wide", ROOT, "*.example.com");
        certificates.start();
        assertEquals(shop.chain(), server.chain("shop.example.com"));
        assertEquals(wide.chain(), server.chain("other.example.com"));
        assertTrue(certificates.serves("shop.example.com"));
        assertTrue(certificates.serves("Other.Example.Com."));
    }

    /// K50
    @Test
    void selfSignedOneAnswersWhereNothingFits() throws Exception {
        certificates.start();
        X509Certificate answered = server.chain("unknown.example.com").getFirst();
        assertEquals("CN=dhow", answered.getSubjectX500Principal().getName());
        assertEquals(answered, server.chain(null).getFirst());
        answered.verify(answered.getPublicKey());
        assertFalse(certificates.serves("unknown.example.com"));
        assertFalse(certificates.serves(null));
        put("one", ROOT, "one.example.com");
        put("two", ROOT, "two.example.com");
        await("two.example.com");
        assertEquals(answered, server.chain("unknown.example.com").getFirst());
        assertEquals(answered, server.chain(null).getFirst());
    }

    /// K13
    @Test
    void onlyCertificateAnswersAClientWithoutAServerName() throws Exception {
        Issuer.Issued only = put("only", ROOT, "shop.example.com");
        certificates.start();
        assertEquals(only.chain(), server.chain(null));
        assertTrue(certificates.serves(null));
    }

    /// K68
    @Test
    void swapReachesNewHandshakesOfTheSameContextAndLeavesOpenConnections() throws Exception {
        put("shop", ROOT, "shop.example.com");
        certificates.start();
        try (HandshakeServer.Connection open = server.connect("shop.example.com")) {
            assertEquals("1", open.echo("1"));
            Issuer.Issued next = put("shop", MIDDLE, "shop.example.com");
            tick(
                    "the new certificate answers",
                    () -> server.chain("shop.example.com").equals(next.chain()));
            assertEquals("2", open.echo("2"));
        }
    }

    /// K20
    @Test
    void badReplacementLeavesTheOldOneAnsweringAndSaysSo() throws Exception {
        Issuer.Issued good = put("shop", ROOT, "shop.example.com");
        certificates.start();
        certificates.want(Set.of(new WantedCertificate("shop.example.com", FITTING, "shop")));
        assertNull(status("shop.example.com").problem());
        Files.writeString(
                directory.resolve("shop.key"),
                ROOT.issue(Issuer.ec(), FROM, UNTIL, "x").key());
        tick("the problem shows", () -> status("shop.example.com").problem() != null);
        assertTrue(String.valueOf(status("shop.example.com").problem())
                .contains("was made for another certificate; put the right one there; the one before stays in force"));
        assertEquals(good.chain(), server.chain("shop.example.com"));
    }

    @Test
    void clientGetsTheKindOfKeyThatItCanDo() throws Exception {
        Issuer.Issued ec = put("ecdsa", ROOT, "shop.example.com");
        Issuer.Issued rsa = ROOT.issue(Issuer.rsa(), FROM, UNTIL.plusSeconds(1), "shop.example.com");
        write("rsa", rsa);
        certificates.start();
        for (String protocol : List.of("TLSv1.3", "TLSv1.2")) {
            assertEquals(ec.chain(), server.chain("shop.example.com", protocol, "ecdsa_secp256r1_sha256"), protocol);
            assertEquals(rsa.chain(), server.chain("shop.example.com", protocol, "rsa_pss_rsae_sha256"), protocol);
            assertEquals(
                    ec.chain(),
                    server.chain("shop.example.com", protocol, "ecdsa_secp256r1_sha256", "rsa_pss_rsae_sha256"),
                    protocol);
        }
    }

    @Test
    void clientThatCanDoNoneOfTheKeysGetsNoOtherCertificate() throws Exception {
        put("ecdsa", ROOT, "shop.example.com");
        certificates.start();
        assertThrows(IOException.class, () -> server.chain("shop.example.com", "TLSv1.3", "rsa_pss_rsae_sha256"));
    }

    @Test
    void rsaAloneAnswersAClientThatCouldDoBoth() throws Exception {
        Issuer.Issued rsa = ROOT.issue(Issuer.rsa(), FROM, UNTIL, "shop.example.com");
        write("rsa", rsa);
        certificates.start();
        assertEquals(rsa.chain(), server.chain("shop.example.com"));
    }

    /// K49
    @Test
    void filesOfARoleAnswerForItsHosts() throws Exception {
        certificates.start();
        Issuer.Issued own = ROOT.issue(Issuer.ec(), FROM, UNTIL, "own.example.com");
        Files.writeString(temp.resolve("own.crt"), own.certificates());
        Files.writeString(temp.resolve("own.key"), own.key());
        CertificateSource files = new CertificateSource.Files(
                "../own.crt", temp.resolve("own.key").toString());
        certificates.want(Set.of(new WantedCertificate("shop.example.com", files, "shop")));
        await("shop.example.com");
        assertEquals(own.chain(), server.chain("shop.example.com"));
        CertificateStatus status = status("shop.example.com");
        assertEquals(Source.FILES, status.source());
        assertEquals(List.of("own.example.com"), status.names());
        assertTrue(String.valueOf(status.problem()).contains("not for shop.example.com"));
        certificates.want(Set.of());
        assertFalse(certificates.serves("shop.example.com"));
    }

    @Test
    void statusNamesEveryWantWithItsNextStepAndWhatTheDirectoryHoldsBeside() throws Exception {
        put("good", ROOT, "good.example.com");
        write("old", ROOT.issue(Issuer.ec(), FROM.minusSeconds(99), FROM.minusSeconds(9), "old.example.com"));
        Files.writeString(directory.resolve("rubbish.pem"), "rubbish");
        certificates.start();
        certificates.want(Set.of(
                new WantedCertificate("good.example.com", FITTING, "shop"),
                new WantedCertificate("lacking.example.com", FITTING, "shop"),
                new WantedCertificate("*.wide.example.com", new CertificateSource.Acme(), "shop"),
                new WantedCertificate("acme.example.com", new CertificateSource.Acme(), "shop")));
        String told = certificates.status().stream()
                .map(s -> "%s %s %s: %s".formatted(s.host(), s.source().label(), s.issuer(), s.problem()))
                .collect(Collectors.joining("\n"))
                .replace(directory.toString(), "DIR");
        assertEquals("""
            *.wide.example.com self_signed null: ACME by HTTP-01 proves single names only, not *.wide.example.com; put a certificate for it into DIR and say `tls: true`
            acme.example.com self_signed null: nothing is ordered by ACME without `proxy.acme` in agent.yaml; set it, or put a certificate for acme.example.com into DIR and say `tls: true`
            good.example.com directory Root: null
            lacking.example.com self_signed null: no certificate in DIR fits lacking.example.com; put one there as NAME.pem with NAME.key, or set `proxy.acme` in agent.yaml
            null directory Root: DIR/old.pem expired at 2025-12-31T23:59:51Z; replace it
            null directory null: DIR/rubbish.pem holds no certificate in PEM; convert it: openssl x509 -inform der -in DIR/rubbish.pem -out NEW.pem\
            """, told);
    }

    @Test
    void missingDirectoryIsNoProblemForThoseWhoWantNothing() throws Exception {
        Files.delete(directory);
        certificates.start();
        assertEquals(List.of(), certificates.status());
        certificates.want(Set.of(new WantedCertificate("a.example.com", FITTING, "shop")));
        assertTrue(String.valueOf(status("a.example.com").problem()).startsWith("there is no " + directory));
    }

    @Test
    void tokenThatIsNotBeingAskedForIsUnknown() {
        assertNull(certificates.challenge("token"));
    }

    private CertificateStatus status(String host) {
        return certificates.status().stream()
                .filter(s -> host.equals(s.host()))
                .findFirst()
                .orElseThrow();
    }

    private Issuer.Issued put(String name, Issuer by, String host) throws IOException {
        Issuer.Issued issued = by.issue(Issuer.ec(), FROM, UNTIL, host);
        write(name, issued);
        return issued;
    }

    private void write(String name, Issuer.Issued issued) throws IOException {
        Files.writeString(directory.resolve(name + ".key"), issued.key());
        Files.writeString(directory.resolve(name + ".pem"), issued.certificates());
    }

    private void await(@Nullable String name) {
        tick(name + " is served", () -> certificates.serves(name));
    }

    /// Waits, while the clock goes on.
    private void tick(String what, Await.Source<Boolean> condition) {
        Await.until(what, () -> {
            ticker.advance(Duration.ofMillis(250));
            return condition.get();
        });
    }
}
