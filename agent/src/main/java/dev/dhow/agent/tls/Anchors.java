package dev.dhow.agent.tls;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/// Certificates that are trusted to sign others, by what a PEM file holds.
record Anchors(Set<X509Certificate> certificates) {
    Anchors {
        certificates = Set.copyOf(certificates);
    }

    /// Reads a file.
    ///
    /// @throws UnfitPem when it cannot be read or holds no certificate
    static Anchors read(Path file) throws UnfitPem {
        Pem pem = Pem.read(file, PairFiles.read(file));
        if (pem.certificates().isEmpty()) {
            throw new UnfitPem(
                    "%s holds no certificate in PEM; put there those of the authorities to trust".formatted(file));
        }
        return new Anchors(Set.copyOf(pem.certificates()));
    }

    /// Managers that go by these alone, by PKIX and without asking about revocation.
    TrustManager[] trustManagers() throws GeneralSecurityException {
        Set<TrustAnchor> anchors = certificates.stream()
                .map(certificate -> new TrustAnchor(certificate, null))
                .collect(Collectors.toSet());
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
        parameters.setRevocationEnabled(false);
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(new CertPathTrustManagerParameters(parameters));
        return factory.getTrustManagers();
    }
}
