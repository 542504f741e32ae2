package dev.dhow.agent.tls;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// A certificate with its key, ready for handshakes.
///
/// @param alias tells pairs apart in a handshake; the same for the same chain
/// @param chain leaf first, each signed by the next
/// @param names what the leaf is made out for, lower case
record Pair(String alias, List<X509Certificate> chain, PrivateKey key, SortedSet<String> names) {
    Pair {
        chain = List.copyOf(chain);
        names = Collections.unmodifiableSortedSet(new TreeSet<>(names));
    }

    /// A pair of parts that belong together; [PairReader] finds out whether they do.
    ///
    /// @throws GeneralSecurityException when the leaf cannot be read in full
    static Pair of(List<X509Certificate> chain, PrivateKey key) throws GeneralSecurityException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (X509Certificate certificate : chain) {
            digest.update(certificate.getEncoded());
        }
        try {
            return new Pair(HexFormat.of().formatHex(digest.digest()), chain, key, Names.of(chain.getFirst()));
        } catch (CertificateParsingException e) {
            throw new GeneralSecurityException("the names cannot be read: " + e.getMessage(), e);
        }
    }

    X509Certificate leaf() {
        return chain.getFirst();
    }

    Instant notBefore() {
        return leaf().getNotBefore().toInstant();
    }

    Instant notAfter() {
        return leaf().getNotAfter().toInstant();
    }

    boolean validAt(Instant moment) {
        return !moment.isBefore(notBefore()) && !moment.isAfter(notAfter());
    }

    /// The algorithm as a handshake asks for it: `EC`, `RSA`, `EdDSA` …
    String keyType() {
        return key.getAlgorithm();
    }

    /// Whether every library of TLS signs with such a key: RSA, and ECDSA with the curves of P-256 and P-384.
    boolean common() {
        return switch (leaf().getPublicKey()) {
            case RSAPublicKey rsa -> rsa.getAlgorithm().equals("RSA");
            case ECPublicKey ec -> ec.getParams().getOrder().bitLength() <= 384;
            default -> false;
        };
    }

    /// Says nothing of the key.
    @Override
    public String toString() {
        return "Pair%s until %s".formatted(names, notAfter());
    }
}
