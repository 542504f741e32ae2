package dev.dhow.agent.tls;

import dev.dhow.api.spec.CertificateSource;

/// What a route needs.
///
/// @param host lower case; `*.example.com` stands for every name one level below, [#ANY] for each name that nothing
///     else fits and for clients that send none, as the default route takes them
/// @param service whose route it is
public record WantedCertificate(String host, CertificateSource source, String service) {
    /// The host of the default route.
    public static final String ANY = "*";

    /// Whether a single name is meant, which is all that ACME by HTTP-01 can prove.
    boolean oneName() {
        return !host.startsWith("*");
    }
}
