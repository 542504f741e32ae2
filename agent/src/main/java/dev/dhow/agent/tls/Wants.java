package dev.dhow.agent.tls;

import dev.dhow.api.spec.CertificateSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What all routes want, sorted. Pure.
///
/// @param byHost what each host is wanted from: the files that roles name first, then ACME, then what fits; of two that
///     name files, that of the service which comes first in the alphabet, because a handshake cannot tell them apart
record Wants(List<WantedCertificate> all, Map<String, List<WantedCertificate>> byHost) {
    static final Wants NOTHING = of(Set.of());

    static Wants of(Set<WantedCertificate> wanted) {
        List<WantedCertificate> all = wanted.stream()
                .filter(w -> !(w.source() instanceof CertificateSource.None))
                .map(w -> new WantedCertificate(Names.normal(w.host()), w.source(), w.service()))
                .distinct()
                .sorted(Comparator.comparing((WantedCertificate w) -> rank(w.source()))
                        .thenComparing(WantedCertificate::service)
                        .thenComparing(WantedCertificate::host)
                        // Two roles of one service.
                        .thenComparing(w -> w.source().toString()))
                .toList();
        Map<String, List<WantedCertificate>> byHost = new HashMap<>();
        all.forEach(
                w -> byHost.computeIfAbsent(w.host(), _ -> new ArrayList<>()).add(w));
        byHost.replaceAll((_, wants) -> List.copyOf(wants));
        return new Wants(all, Map.copyOf(byHost));
    }

    /// The files that roles name.
    Set<PairFiles> files(Path directory) {
        return all.stream()
                .flatMap(w -> w.source() instanceof CertificateSource.Files files
                        ? Stream.of(PairFiles.of(files, directory))
                        : Stream.empty())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static int rank(CertificateSource source) {
        return switch (source) {
            case CertificateSource.Files _ -> 0;
            case CertificateSource.Acme _ -> 1;
            case CertificateSource.Fitting _ -> 2;
            case CertificateSource.None _ -> 3;
        };
    }
}
