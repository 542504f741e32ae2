package dev.dhow.agent.tls;

/// Told of what happens to certificates, for metrics.
@FunctionalInterface
public interface CertificateListener {
    /// Listens to nothing.
    CertificateListener NONE = result -> {};

    /// An order at the ACME authority ended. Called on the order's thread.
    ///
    /// @param result `success`, `failure` or `rate_limited`
    void orderEnded(String result);
}
