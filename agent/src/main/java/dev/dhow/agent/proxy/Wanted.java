package dev.dhow.agent.proxy;

import dev.dhow.agent.tls.WantedCertificate;
import dev.dhow.api.spec.ProxySpec;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/// What routes want of TLS. Pure.
final class Wanted {
    private Wanted() {}

    /// A certificate for each host of each role with TLS, and one for any name where it is the default route.
    static Set<WantedCertificate> certificates(List<Route> routes) {
        Set<WantedCertificate> wanted = new HashSet<>();
        for (Route route : routes) {
            ProxySpec spec = route.spec();
            if (!spec.tls().on()) {
                continue;
            }
            spec.hosts()
                    .forEach(host ->
                            wanted.add(new WantedCertificate(host, spec.tls().source(), route.service())));
            if (spec.isDefault() || spec.hosts().isEmpty()) {
                wanted.add(
                        new WantedCertificate(WantedCertificate.ANY, spec.tls().source(), route.service()));
            }
        }
        return wanted;
    }

    /// The files of those who may sign client certificates.
    static Set<Path> clientCas(List<Route> routes) {
        return routes.stream()
                .map(route -> route.spec().access().clientCa())
                .filter(Objects::nonNull)
                .map(Path::of)
                .collect(Collectors.toUnmodifiableSet());
    }
}
