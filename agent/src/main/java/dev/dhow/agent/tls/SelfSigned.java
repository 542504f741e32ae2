package dev.dhow.agent.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// The certificate that answers where no other does, so that a load balancer which checks health over TLS without
/// looking at names gets its answer.
final class SelfSigned {
    private static final X500Name NAME = new X500Name("CN=dhow");
    /// Clocks differ.
    private static final Duration BEFORE = Duration.ofDays(1);

    private static final Duration LIFETIME = Duration.ofDays(3650);
    private static final int SERIAL_BITS = 127;

    private SelfSigned() {}

    /// Makes one.
    static Pair make(Instant now) {
        try {
            KeyPair keys = ecKey();
            Date from = Date.from(now.minus(BEFORE));
            Date until = Date.from(now.plus(LIFETIME));
            BigInteger serial = new BigInteger(SERIAL_BITS, new SecureRandom());
            byte[] der = new JcaX509v3CertificateBuilder(NAME, serial, from, until, NAME, keys.getPublic())
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
                    .getEncoded();
            X509Certificate certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
            return Pair.of(List.of(certificate), keys.getPrivate());
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException("every JDK can sign by ECDSA", e);
        }
    }

    /// A new key of P-256.
    static KeyPair ecKey() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }
}
