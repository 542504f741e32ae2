package dev.dhow.agent;

import dev.dhow.agent.config.ProxyConfig;
import dev.dhow.agent.manifest.Manifest;
import dev.dhow.api.spec.ProxySpec;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.status.Problem;
import dev.dhow.api.status.Problem.Severity;
import java.util.ArrayList;
import java.util.List;

/// Keys of the proxy that are read and checked and that it does not act on yet. They are refused: a login or a list of
/// addresses that nobody heeds would be worse than none.
final class Unserved {
    private static final String MESSAGE = "not supported yet";

    private Unserved() {}

    /// Of a service file that can be used.
    static List<Problem> of(Manifest manifest, Severity severity) {
        List<Problem> problems = new ArrayList<>();
        if (manifest.spec() != null) {
            for (RoleSpec role : manifest.spec().roles()) {
                ProxySpec proxy = role.proxy();
                if (proxy != null) {
                    keys(proxy)
                            .forEach(key ->
                                    problems.add(manifest.problem(severity, role.name(), "proxy." + key, -1, MESSAGE)));
                }
            }
        }
        return problems;
    }

    private static List<String> keys(ProxySpec proxy) {
        List<String> keys = new ArrayList<>();
        ProxySpec.Access access = proxy.access();
        if (proxy.tls().on()) {
            keys.add("tls");
        }
        if (access.clientCa() != null) {
            keys.add("client_auth");
        }
        return keys;
    }

    /// Of `agent.yaml`.
    static List<String> of(ProxyConfig proxy) {
        List<String> keys = new ArrayList<>();
        if (!proxy.proxyProtocol().isEmpty()) {
            keys.add("proxy.proxy_protocol");
        }
        if (proxy.acme() != null) {
            keys.add("proxy.acme");
        }
        if (proxy.https().always()) {
            keys.add("proxy.https");
        }
        return keys;
    }
}
