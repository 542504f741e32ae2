package dev.dhow.api.spec;

/// Where the certificate of a proxied role comes from.
public sealed interface CertificateSource {
    /// TLS is not ours.
    record None() implements CertificateSource {}

    /// The one of the directory of certificates whose names fit, else ACME where that is configured.
    record Fitting() implements CertificateSource {}

    /// A pair of PEM files.
    ///
    /// @param certificate the chain, leaf first; a relative path is below the directory of certificates
    record Files(String certificate, String key) implements CertificateSource {}

    /// ACME, whatever the directory has.
    record Acme() implements CertificateSource {}
}
