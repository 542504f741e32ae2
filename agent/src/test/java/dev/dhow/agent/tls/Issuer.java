package dev.dhow.agent.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/// A certificate authority for tests.
public final class Issuer {
    private static final AtomicLong SERIAL = new AtomicLong(1);
    private static final Duration CA_LIFETIME = Duration.ofDays(36500);

    public final X509Certificate certificate;
    private final @Nullable Issuer above;
    private final PrivateKey key;
    private final X500Name name;

    private Issuer(String name, @Nullable Issuer above) {
        KeyPair keys = ec();
        this.name = new X500Name("CN=" + name);
        this.above = above;
        this.key = keys.getPrivate();
        this.certificate = sign(
                above == null ? this : above,
                this.name,
                keys,
                Instant.EPOCH,
                Instant.EPOCH.plus(CA_LIFETIME),
                true,
                null,
                List.of());
    }

    /// One that signs itself.
    public static Issuer root(String name) {
        return new Issuer(name, null);
    }

    /// One that this one signs.
    public Issuer below(String name) {
        return new Issuer(name, this);
    }

    /// What was issued, leaf first.
    public record Issued(List<X509Certificate> chain, KeyPair keys) {
        public X509Certificate leaf() {
            return chain.getFirst();
        }

        public String certificates() {
            return pem(chain.toArray());
        }

        /// In the form of PKCS#8.
        public String key() {
            return Pem.block("PRIVATE KEY", keys.getPrivate().getEncoded());
        }

        /// In the form of old: PKCS#1 or SEC1.
        String oldKey() {
            return keys.getPrivate() instanceof ECPrivateKey ec ? sec1(ec) : pem(keys.getPrivate());
        }

        private static String sec1(ECPrivateKey key) {
            try {
                byte[] der = new org.bouncycastle.asn1.sec.ECPrivateKey(
                                key.getParams().getOrder().bitLength(), key.getS(), SECObjectIdentifiers.secp256r1)
                        .getEncoded();
                return Pem.block("EC PRIVATE KEY", der);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        Pair pair() {
            try {
                return Pair.of(chain, keys.getPrivate());
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /// A certificate for servers.
    public Issued issue(KeyPair keys, Instant from, Instant until, String... names) {
        return issue(keys, from, until, KeyPurposeId.id_kp_serverAuth, names);
    }

    /// One for that purpose; null: for any.
    public Issued issue(KeyPair keys, Instant from, Instant until, @Nullable KeyPurposeId purpose, String... names) {
        X509Certificate leaf =
                sign(this, new X500Name("CN=" + names[0]), keys, from, until, false, purpose, List.of(names));
        Stream<X509Certificate> signers = above == null ? Stream.empty() : Stream.of(certificate);
        return new Issued(Stream.concat(Stream.of(leaf), signers).toList(), keys);
    }

    public static KeyPair ec() {
        return keys("EC", 256);
    }

    public static KeyPair rsa() {
        return keys("RSA", 2048);
    }

    public static String pem(Object... parts) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            for (Object part : parts) {
                writer.writeObject(part);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return text.toString();
    }

    public static KeyPair keys(String algorithm, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static X509Certificate sign(
            Issuer by,
            X500Name subject,
            KeyPair keys,
            Instant from,
            Instant until,
            boolean ca,
            @Nullable KeyPurposeId purpose,
            List<String> names) {
        try {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    by.name,
                    BigInteger.valueOf(SERIAL.getAndIncrement()),
                    Date.from(from),
                    Date.from(until),
                    subject,
                    keys.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(ca));
            if (purpose != null) {
                builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
            }
            if (!names.isEmpty()) {
                GeneralName[] all = names.stream()
                        .map(n ->
                                new GeneralName(n.matches("[0-9.]+") ? GeneralName.iPAddress : GeneralName.dNSName, n))
                        .toArray(GeneralName[]::new);
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(all));
            }
            byte[] der = builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(by.key))
                    .getEncoded();
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
