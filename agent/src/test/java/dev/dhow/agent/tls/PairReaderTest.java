package dev.dhow.agent.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What files may look like.
class PairReaderTest {
    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant UNTIL = Instant.parse("2026-04-01T00:00:00Z");
    private static final Issuer ROOT = Issuer.root("Root");
    private static final Issuer MIDDLE = ROOT.below("Middle");
    private static final Issuer.Issued EC = MIDDLE.issue(Issuer.ec(), FROM, UNTIL, "shop.example.com");
    private static final Issuer.Issued RSA = MIDDLE.issue(Issuer.rsa(), FROM, UNTIL, "shop.example.com");

    @TempDir
    Path temp;

    static Stream<Arguments> good() {
        X509Certificate leaf = EC.leaf();
        List<X509Certificate> all = List.of(leaf, MIDDLE.certificate, ROOT.certificate);
        String mixed = Issuer.pem(ROOT.certificate, MIDDLE.certificate, leaf);
        String foreign = EC.certificates() + Issuer.pem(Issuer.root("Foreign").certificate);
        return Stream.of(
                Arguments.of("PKCS#8 EC", EC.certificates(), EC.key(), EC.chain()),
                Arguments.of("PKCS#8 RSA", RSA.certificates(), RSA.key(), RSA.chain()),
                Arguments.of("PKCS#1", RSA.certificates(), RSA.oldKey(), RSA.chain()),
                Arguments.of("SEC1", EC.certificates(), EC.oldKey(), EC.chain()),
                Arguments.of("the key in the same file, first", EC.key() + EC.certificates(), null, EC.chain()),
                Arguments.of("the chain in another order", mixed, EC.key(), all),
                Arguments.of("a certificate that belongs to nothing", foreign, EC.key(), EC.chain()),
                Arguments.of("without who signed it", Issuer.pem(leaf), EC.key(), List.of(leaf)),
                Arguments.of("words around the blocks", "Bag Attributes\n" + EC.certificates(), EC.key(), EC.chain()),
                Arguments.of("lines of Windows", EC.certificates().replace("\n", "\r\n"), EC.key(), EC.chain()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("good")
    void pairIsTakenWith(String what, String certificate, @Nullable String key, List<X509Certificate> chain)
            throws Exception {
        Pair pair = assertInstanceOf(PairReader.Result.Good.class, read(certificate, key))
                .pair();
        assertEquals(chain, pair.chain());
        assertEquals(Set.of("shop.example.com"), pair.names());
        assertEquals(chain.getFirst().getPublicKey().getAlgorithm(), pair.keyType());
    }

    static Stream<Arguments> bad() {
        String half = EC.certificates().substring(0, 300);
        return Stream.of(
                Arguments.of(EC.certificates(), RSA.key(), "the key in DIR/x.key was made for another certificate"),
                Arguments.of(EC.certificates() + RSA.key(), null, "the key in it was made for another certificate"),
                Arguments.of(
                        EC.certificates(),
                        MIDDLE.issue(Issuer.ec(), FROM, UNTIL, "a").key(),
                        "another certificate"),
                Arguments.of(half, EC.key(), "DIR/x.pem is broken"),
                Arguments.of(EC.certificates(), EC.key().substring(0, 80), "DIR/x.key is broken"),
                Arguments.of(EC.certificates(), "", "DIR/x.key holds no key"),
                Arguments.of("", EC.key(), "DIR/x.pem holds no certificate"),
                Arguments.of("", null, "DIR/x.pem holds no certificate"),
                Arguments.of(EC.certificates(), null, "DIR/x.pem has no key; put it beside, as DIR/x.key"),
                Arguments.of(EC.certificates().replace("MII", "AAA"), EC.key(), "DIR/x.pem is broken"));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void pairIsRefusedSayingWhereAndWhy(String certificate, @Nullable String key, String problem) throws Exception {
        PairReader.Result.Bad bad = assertInstanceOf(PairReader.Result.Bad.class, read(certificate, key));
        assertTrue(bad.problem().contains(problem.replace("DIR", temp.toString())), bad.problem());
    }

    @Test
    void authorityOrKeyAloneIsNoPairAndNoProblem() throws Exception {
        assertInstanceOf(PairReader.Result.NoPair.class, read(Issuer.pem(ROOT.certificate), null));
        assertInstanceOf(PairReader.Result.NoPair.class, read(EC.key(), null));
    }

    @Test
    void encryptedKeysAreRefusedWithTheWayOut() throws Exception {
        Path plain = Files.writeString(temp.resolve("plain"), RSA.key());
        Path pkcs8 = temp.resolve("pkcs8");
        Path old = temp.resolve("old");
        Shell.require("openssl", "openssl");
        Shell.run(
                "openssl", "pkcs8", "-topk8", "-in", plain.toString(), "-passout", "pass:x", "-out", pkcs8.toString());
        Shell.run(
                "openssl",
                "rsa",
                "-in",
                plain.toString(),
                "-aes128",
                "-traditional",
                "-passout",
                "pass:x",
                "-out",
                old.toString());
        for (Path encrypted : List.of(pkcs8, old)) {
            PairReader.Result.Bad bad = assertInstanceOf(
                    PairReader.Result.Bad.class, read(RSA.certificates(), Files.readString(encrypted)));
            assertTrue(bad.problem().contains("the key is encrypted"), bad.problem());
            assertTrue(bad.problem().contains("openssl pkey -in " + temp.resolve("x.key")), bad.problem());
        }
    }

    @Test
    void keysOfOpensslAreTaken() throws Exception {
        for (String curve : List.of("prime256v1", "secp384r1")) {
            Path key = temp.resolve("key");
            Path certificate = temp.resolve("cert");
            // Writes the curve's parameters in a block of their own, before the key.
            Shell.run("openssl", "ecparam", "-name", curve, "-genkey", "-out", key.toString());
            Shell.run(
                    "openssl",
                    "req",
                    "-x509",
                    "-new",
                    "-key",
                    key.toString(),
                    "-subj",
                    "/CN=Old.Example.COM",
                    "-days",
                    "1",
                    "-out",
                    certificate.toString());
            PairReader.Result.Good good = assertInstanceOf(
                    PairReader.Result.Good.class, read(Files.readString(certificate), Files.readString(key)));
            assertEquals(Set.of("old.example.com"), good.pair().names());
        }
    }

    @Test
    void edwardsKeysAreTaken() throws Exception {
        KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        Issuer.Issued issued = ROOT.issue(keys, FROM, UNTIL, "a.example.com", "10.0.0.1");
        Pair pair = assertInstanceOf(PairReader.Result.Good.class, read(issued.certificates(), issued.key()))
                .pair();
        assertEquals(Set.of("a.example.com", "10.0.0.1"), pair.names());
    }

    @Test
    void keyNeverShowsInText() {
        Pair pair = RSA.pair();
        assertEquals("Pair[shop.example.com] until 2026-04-01T00:00:00Z", pair.toString());
    }

    private PairReader.Result read(String certificate, @Nullable String key) throws IOException {
        Path file = Files.writeString(temp.resolve("x.pem"), certificate);
        Path keyFile = key == null ? null : Files.writeString(temp.resolve("x.key"), key);
        return PairReader.read((PairText.Bytes) PairText.read(new PairFiles(file, keyFile)));
    }
}
