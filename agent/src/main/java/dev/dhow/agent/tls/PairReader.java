package dev.dhow.agent.tls;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds out whether texts are a certificate with its key, whatever the order they stand in. Pure.
final class PairReader {
    private static final byte[] PROBE = "dhow".getBytes(StandardCharsets.US_ASCII);
    private static final int SANE_LENGTH = 10;

    private PairReader() {}

    /// What reading gives.
    sealed interface Result {
        /// They belong together.
        record Good(Pair pair) implements Result {}

        /// They do not.
        ///
        /// @param problem names the file and the next step
        record Bad(String problem) implements Result {}

        /// Nobody meant a pair: the certificate of an authority, or a key that belongs to another file.
        record NoPair() implements Result {}
    }

    static Result read(PairText.Bytes text) {
        Path file = text.files().certificate();
        try {
            Pem own = Pem.read(file, text.certificate());
            Path keyFile = text.files().key();
            byte[] keyText = text.key();
            Pem other = keyFile == null || keyText == null ? own : Pem.read(keyFile, keyText);
            return pair(file, keyFile, own, other.keys());
        } catch (UnfitPem e) {
            return new Result.Bad(String.valueOf(e.getMessage()));
        }
    }

    private static Result pair(Path file, @Nullable Path keyFile, Pem own, List<PrivateKey> keys) {
        List<X509Certificate> certificates = own.certificates();
        if (certificates.isEmpty()) {
            return keyFile == null && !own.keys().isEmpty()
                    ? new Result.NoPair()
                    : new Result.Bad(
                            "%s holds no certificate in PEM; convert it: openssl x509 -inform der -in %s -out NEW.pem"
                                    .formatted(file, file));
        }
        if (keys.isEmpty()) {
            if (keyFile != null) {
                return new Result.Bad(
                        "%s holds no key; put there the one that %s was made for".formatted(keyFile, file));
            }
            return certificates.stream().allMatch(c -> c.getBasicConstraints() >= 0)
                    ? new Result.NoPair()
                    : new Result.Bad(
                            "%s has no key; put it beside, as %s".formatted(file, PairDirectory.keyName(file)));
        }
        for (PrivateKey key : keys) {
            for (X509Certificate leaf : certificates) {
                if (belongTogether(leaf.getPublicKey(), key)) {
                    return good(file, chain(leaf, certificates), key);
                }
            }
        }
        return new Result.Bad("%s: the key in %s was made for another certificate; put the right one there"
                .formatted(file, keyFile == null ? "it" : keyFile));
    }

    private static Result good(Path file, List<X509Certificate> chain, PrivateKey key) {
        try {
            return new Result.Good(Pair.of(chain, key));
        } catch (GeneralSecurityException e) {
            return new Result.Bad("%s is broken: %s; write it anew".formatted(file, e.getMessage()));
        }
    }

    /// The leaf, who signed it, who signed that. Certificates that do not belong to it are left out.
    static List<X509Certificate> chain(X509Certificate leaf, List<X509Certificate> certificates) {
        List<X509Certificate> chain = new ArrayList<>(List.of(leaf));
        while (chain.size() < SANE_LENGTH) {
            X509Certificate last = chain.getLast();
            X509Certificate next = certificates.stream()
                    .filter(c -> !chain.contains(c) && signed(last, c))
                    .findFirst()
                    .orElse(null);
            if (next == null) {
                break;
            }
            chain.add(next);
        }
        return chain;
    }

    static boolean signed(X509Certificate certificate, X509Certificate by) {
        if (!certificate.getIssuerX500Principal().equals(by.getSubjectX500Principal())) {
            return false;
        }
        try {
            certificate.verify(by.getPublicKey());
            return true;
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    private static boolean belongTogether(PublicKey open, PrivateKey secret) {
        if (!open.getAlgorithm().equals(secret.getAlgorithm())) {
            return false;
        }
        if (open instanceof RSAKey rsa && secret instanceof RSAKey own) {
            return rsa.getModulus().equals(own.getModulus());
        }
        String algorithm = switch (secret.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            default -> secret.getAlgorithm();
        };
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(secret);
            signature.update(PROBE);
            byte[] signed = signature.sign();
            signature.initVerify(open);
            signature.update(PROBE);
            return signature.verify(signed);
        } catch (InvalidKeyException | SignatureException _) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK signs by " + algorithm, e);
        }
    }
}
