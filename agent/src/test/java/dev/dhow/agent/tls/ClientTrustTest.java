package dev.dhow.agent.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.testing.ManualTicker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which client certificates are good.
class ClientTrustTest {
    private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");
    private static final Instant FAR_AHEAD = Instant.parse("2090-01-01T00:00:00Z");
    private static final Issuer ROOT = Issuer.root("Clients");
    private static final Issuer MIDDLE = ROOT.below("Middle");
    private static final Issuer FOREIGN = Issuer.root("Clients");

    @TempDir
    Path temp;

    private final ManualTicker ticker = new ManualTicker();
    private Path file;

    @BeforeEach
    void write() throws Exception {
        file = Files.writeString(temp.resolve("ca.pem"), Issuer.pem(ROOT.certificate));
    }

    @Test
    void chainThatLeadsToTheAuthorityIsGood() {
        ClientCa ca = new ClientCa(file, ticker);
        assertTrue(ClientTrust.signedBy(chain(ROOT, FAR_AHEAD, KeyPurposeId.id_kp_clientAuth), ca));
        assertTrue(ClientTrust.signedBy(chain(ROOT, FAR_AHEAD, null), ca));
        assertTrue(ClientTrust.signedBy(chain(MIDDLE, FAR_AHEAD, KeyPurposeId.id_kp_clientAuth), ca));
        assertNull(ca.problem());
    }

    @Test
    void allElseIsNot() {
        ClientCa ca = new ClientCa(file, ticker);
        assertFalse(ClientTrust.signedBy(new Certificate[0], ca));
        // Another key under the same name.
        assertFalse(ClientTrust.signedBy(chain(FOREIGN, FAR_AHEAD, KeyPurposeId.id_kp_clientAuth), ca));
        assertFalse(ClientTrust.signedBy(chain(ROOT, LONG_AGO.plusSeconds(60), KeyPurposeId.id_kp_clientAuth), ca));
        // One for servers proves no client.
        assertFalse(ClientTrust.signedBy(chain(ROOT, FAR_AHEAD, KeyPurposeId.id_kp_serverAuth), ca));
        Certificate[] withoutMiddle = {chain(MIDDLE, FAR_AHEAD, null)[0]};
        assertFalse(ClientTrust.signedBy(withoutMiddle, ca));
    }

    @Test
    void fileIsReadAgainWhenItChangesAndABadOneChangesNothing() throws Exception {
        Certificate[] ours = chain(ROOT, FAR_AHEAD, null);
        Certificate[] theirs = chain(FOREIGN, FAR_AHEAD, null);
        ClientCa ca = new ClientCa(file, ticker);
        Files.writeString(file, "-----BEGIN CERT");
        ticker.advance(Duration.ofSeconds(2));
        ca.look();
        assertTrue(ClientTrust.signedBy(ours, ca));
        assertNotNull(ca.problem());
        Files.writeString(file, Issuer.pem(FOREIGN.certificate, ROOT.certificate) + " ");
        ticker.advance(Duration.ofSeconds(2));
        ca.look();
        assertTrue(ClientTrust.signedBy(theirs, ca));
        assertTrue(ClientTrust.signedBy(ours, ca));
        Files.writeString(file, Issuer.pem(FOREIGN.certificate));
        ticker.advance(Duration.ofSeconds(2));
        ca.look();
        assertFalse(ClientTrust.signedBy(ours, ca));
        assertNull(ca.problem());
    }

    @Test
    void withoutAFileNobodyIsLetInUntilItComes() throws Exception {
        Path late = temp.resolve("late.pem");
        ClientCa ca = new ClientCa(late, ticker);
        Certificate[] chain = chain(ROOT, FAR_AHEAD, null);
        assertFalse(ClientTrust.signedBy(chain, ca));
        assertEquals(late + " is missing; put it there", ca.problem());
        Files.writeString(late, Issuer.pem(ROOT.certificate));
        ticker.advance(Duration.ofSeconds(2));
        ca.look();
        assertTrue(ClientTrust.signedBy(chain, ca));
    }

    private static Certificate[] chain(Issuer by, Instant until, @Nullable KeyPurposeId purpose) {
        List<X509Certificate> chain =
                by.issue(Issuer.ec(), LONG_AGO, until, purpose, "client").chain();
        return chain.toArray(Certificate[]::new);
    }
}
