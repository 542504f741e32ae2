package dev.dhow.agent.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;

/// The certificates and keys in a PEM text, in its order. Keys may be PKCS#8, PKCS#1 (RSA) or SEC1 (EC); they become
/// keys of the JDK, whose names for algorithms the handshake goes by. Pure.
record Pem(List<X509Certificate> certificates, List<PrivateKey> keys, List<PublicKey> publicKeys) {
    private static final int LINE = 64;

    Pem {
        certificates = List.copyOf(certificates);
        keys = List.copyOf(keys);
        publicKeys = List.copyOf(publicKeys);
    }

    /// Reads a text; what is no certificate and no key is passed over.
    ///
    /// @param file for messages
    /// @throws UnfitPem when a block is broken or a key is encrypted
    static Pem read(Path file, byte[] bytes) throws UnfitPem {
        List<X509Certificate> certificates = new ArrayList<>();
        List<PrivateKey> keys = new ArrayList<>();
        List<PublicKey> publicKeys = new ArrayList<>();
        try (PEMParser parser = new PEMParser(new StringReader(new String(bytes, StandardCharsets.ISO_8859_1)))) {
            for (Object block = parser.readObject(); block != null; block = parser.readObject()) {
                switch (block) {
                    case X509CertificateHolder holder -> certificates.add(certificate(holder.getEncoded()));
                    case PrivateKeyInfo key -> keys.add(key(file, key));
                    case PEMKeyPair pair -> keys.add(key(file, pair.getPrivateKeyInfo()));
                    case SubjectPublicKeyInfo key -> publicKeys.add(publicKey(file, key));
                    case PEMEncryptedKeyPair _, PKCS8EncryptedPrivateKeyInfo _ ->
                        throw new UnfitPem(
                                "%s: the key is encrypted, and nobody is there to type its password; decrypt it: openssl pkey -in %s -out PLAIN"
                                        .formatted(file, file));
                    default -> {
                        // Parameters of a curve, requests, revocation lists.
                    }
                }
            }
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            // The parser throws its own unchecked exceptions for blocks that are cut off.
            throw new UnfitPem("%s is broken: %s; write it anew".formatted(file, e.getMessage()), e);
        }
        return new Pem(certificates, keys, publicKeys);
    }

    /// One block of PEM.
    ///
    /// @param type such as `CERTIFICATE`
    static String block(String type, byte[] der) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(type, Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(der), type);
    }

    /// Says nothing of keys.
    @Override
    public String toString() {
        return "Pem[%d certificates, %d keys]".formatted(certificates.size(), keys.size());
    }

    private static X509Certificate certificate(byte[] der) throws CertificateException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }

    private static PrivateKey key(Path file, PrivateKeyInfo info)
            throws IOException, GeneralSecurityException, UnfitPem {
        return factory(file, info.getPrivateKeyAlgorithm().getAlgorithm())
                .generatePrivate(new PKCS8EncodedKeySpec(info.getEncoded()));
    }

    private static PublicKey publicKey(Path file, SubjectPublicKeyInfo info)
            throws IOException, GeneralSecurityException, UnfitPem {
        return factory(file, info.getAlgorithm().getAlgorithm())
                .generatePublic(new X509EncodedKeySpec(info.getEncoded()));
    }

    private static KeyFactory factory(Path file, ASN1ObjectIdentifier algorithm)
            throws GeneralSecurityException, UnfitPem {
        if (algorithm.equals(PKCSObjectIdentifiers.rsaEncryption)) {
            return KeyFactory.getInstance("RSA");
        }
        if (algorithm.equals(PKCSObjectIdentifiers.id_RSASSA_PSS)) {
            return KeyFactory.getInstance("RSASSA-PSS");
        }
        if (algorithm.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
            return KeyFactory.getInstance("EC");
        }
        if (algorithm.equals(EdECObjectIdentifiers.id_Ed25519) || algorithm.equals(EdECObjectIdentifiers.id_Ed448)) {
            return KeyFactory.getInstance("EdDSA");
        }
        throw new UnfitPem("%s: a key of algorithm %s is of no use for TLS; make an ECDSA or RSA one"
                .formatted(file, algorithm.getId()));
    }
}
