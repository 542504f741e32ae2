package dev.dhow.agent;

import dev.dhow.agent.config.ProxyConfig;
import dev.dhow.agent.manifest.Manifest;
import dev.dhow.api.spec.CertificateSource;
import dev.dhow.api.spec.ProxySpec;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.status.Problem;
import dev.dhow.api.status.Problem.Severity;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whether this host can do what a service file asks of TLS. What it cannot is a warning: the role runs and is asked
/// by plain requests, and what its certificate lacks shows in its status.
final class TlsHere {
    private TlsHere() {}

    static List<Problem> of(Manifest manifest, ProxyConfig config) {
        List<Problem> problems = new ArrayList<>();
        if (manifest.spec() != null) {
            for (RoleSpec role : manifest.spec().roles()) {
                ProxySpec proxy = role.proxy();
                String lack = proxy == null ? null : lack(proxy.tls().source(), config);
                if (lack != null) {
                    problems.add(manifest.problem(Severity.WARNING, role.name(), "proxy.tls", -1, lack));
                }
            }
        }
        return problems;
    }

    private static @Nullable String lack(CertificateSource source, ProxyConfig config) {
        if (source instanceof CertificateSource.None) {
            return null;
        }
        if (config.https().address() == null) {
            return "this host has no HTTPS listener; set `proxy.https` in agent.yaml, or write \"assume_https: true\""
                    + " instead where TLS ends before this host";
        }
        if (!(source instanceof CertificateSource.Acme)) {
            return null;
        }
        if (config.acme() == null) {
            return "nothing is ordered by ACME without `proxy.acme` in agent.yaml";
        }
        return config.http().address() == null
                ? "ACME asks for its proof by plain HTTP, and this host has no such listener; set `proxy.http` in"
                        + " agent.yaml"
                : null;
    }
}
