package dev.dhow.agent;

import dev.dhow.agent.config.ProxyConfig;
import dev.dhow.agent.manifest.Manifest;
import dev.dhow.agent.tls.CertificateNames;
import dev.dhow.api.spec.CertificateSource;
import dev.dhow.api.spec.ProxySpec;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.status.Problem;
import dev.dhow.api.status.Problem.Severity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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

    /// Hosts that no certificate of this host's directory fits and none is ordered for, for whoever checks a file.
    /// Of the services that run, the agent tells it in their status. Reads the directory where it has to, which
    /// blocks.
    static List<Problem> withoutCertificate(Manifest manifest, ProxyConfig config) {
        List<Problem> problems = new ArrayList<>();
        if (manifest.spec() == null || config.https().address() == null) {
            return problems;
        }
        List<RoleSpec> fitting =
                manifest.spec().roles().stream().filter(TlsHere::takesWhatFits).toList();
        if (fitting.isEmpty()) {
            return problems;
        }
        CertificateNames there;
        try {
            there = CertificateNames.in(config.certs());
        } catch (IOException _) {
            // Nobody knows: who checks a file need not be allowed to look there.
            return problems;
        }
        for (RoleSpec role : fitting) {
            String missing = missing(Objects.requireNonNull(role.proxy()), there, config);
            if (missing != null) {
                problems.add(manifest.problem(Severity.WARNING, role.name(), "proxy.tls", -1, missing));
            }
        }
        return problems;
    }

    private static boolean takesWhatFits(RoleSpec role) {
        ProxySpec proxy = role.proxy();
        return proxy != null && proxy.tls().source() instanceof CertificateSource.Fitting;
    }

    private static @Nullable String missing(ProxySpec proxy, CertificateNames there, ProxyConfig config) {
        if (proxy.hosts().isEmpty()) {
            return there.isEmpty()
                    ? "no certificate is in %s; put one there as NAME.pem with NAME.key".formatted(config.certs())
                    : null;
        }
        List<String> hosts = proxy.hosts().stream()
                .filter(host -> !there.fit(host) && (config.acme() == null || host.startsWith("*")))
                .toList();
        boolean orders = hosts.stream().anyMatch(host -> !host.startsWith("*"));
        return hosts.isEmpty()
                ? null
                : "no certificate in %s fits %s; put one there as NAME.pem with NAME.key%s"
                        .formatted(
                                config.certs(),
                                String.join(", ", hosts),
                                orders ? ", or set `proxy.acme` in agent.yaml" : "");
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
