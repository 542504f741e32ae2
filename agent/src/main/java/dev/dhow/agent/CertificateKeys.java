package dev.dhow.agent;

import dev.dhow.agent.config.ProxyConfig;
import dev.dhow.agent.tls.CertificatesConfig;
import java.nio.file.Path;

/// The keys of `agent.yaml` that certificates come by.
final class CertificateKeys {
    private CertificateKeys() {}

    /// @param stateDir where ACME's account and certificates are kept
    static CertificatesConfig of(ProxyConfig proxy, Path stateDir) {
        ProxyConfig.Acme acme = proxy.acme();
        return new CertificatesConfig(
                proxy.certs(),
                stateDir.resolve("acme"),
                acme == null ? null : new CertificatesConfig.Acme(acme.email(), acme.directory(), acme.trust()));
    }
}
