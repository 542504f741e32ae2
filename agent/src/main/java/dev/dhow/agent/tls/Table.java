package dev.dhow.agent.tls;

import dev.dhow.api.spec.CertificateSource;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Which certificates answer for a server name. Immutable; a lookup does not grow with the number of names. Pure.
final class Table {
    private final Wants wants;
    private final Path directory;
    private final Map<PairFiles, Held> named;
    private final Map<String, Held> acme;
    /// By name and by wildcard, the one that is valid longest first.
    private final Map<String, List<Held>> byName = new HashMap<>();
    private final List<Held> inDirectory;
    /// The only certificate there is, which may be there for RSA and for ECDSA; empty: there are several, or none.
    private final List<Held> only;

    /// @param directory what relative paths of roles are relative to
    /// @param acme what the authority issued, by host
    /// @param now which certificates count as expired where the only one is asked for
    Table(Wants wants, Path directory, PairWatch.Found found, Map<String, Held> acme, Instant now) {
        this.wants = wants;
        this.directory = directory;
        this.named = found.named();
        this.acme = Map.copyOf(acme);
        this.inDirectory =
                found.directory().stream().filter(held -> held.pair() != null).toList();
        for (Held held : inDirectory) {
            names(held)
                    .forEach(name ->
                            byName.computeIfAbsent(name, _ -> new ArrayList<>()).add(held));
        }
        byName.values()
                .forEach(all -> all.sort(
                        Comparator.comparing(Table::notAfter).reversed().thenComparing(Held::place)));
        this.only = only(now);
    }

    /// What may answer for a name, the best first: one that is valid now before all others.
    ///
    /// @param serverName as the client sent it; null: it sent none
    /// @return empty: only the self-signed one is left
    List<Held> answers(@Nullable String serverName, Instant now) {
        return validFirst(serverName == null ? forNobody() : forName(Names.normal(serverName)), now);
    }

    /// What answers for one that is wanted, the best first.
    List<Held> answers(WantedCertificate wanted, Instant now) {
        return validFirst(of(wanted, wanted.host()), now);
    }

    /// A stable sort: otherwise the order of the sources holds.
    private static List<Held> validFirst(List<Held> all, Instant now) {
        return all.size() < 2
                ? all
                : all.stream()
                        .sorted(Comparator.comparing((Held held) -> !valid(held, now)))
                        .toList();
    }

    /// Hosts that need a certificate of the authority.
    SortedSet<String> needed(Instant now) {
        return wants.all().stream()
                .filter(WantedCertificate::oneName)
                .filter(w -> switch (w.source()) {
                    case CertificateSource.Acme _ -> true;
                    case CertificateSource.Fitting _ ->
                        fitting(w.host()).stream().noneMatch(held -> valid(held, now));
                    case CertificateSource.Files _, CertificateSource.None _ -> false;
                })
                .map(WantedCertificate::host)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// Every pair that a handshake may be given, by alias.
    Map<String, Pair> byAlias() {
        Map<String, Pair> pairs = new HashMap<>();
        Stream.of(inDirectory, named.values(), acme.values())
                .flatMap(Collection::stream)
                .map(Held::pair)
                .forEach(pair -> {
                    if (pair != null) {
                        pairs.put(pair.alias(), pair);
                    }
                });
        return pairs;
    }

    private List<Held> forName(String name) {
        String wildcard = Names.wildcard(name);
        List<WantedCertificate> wanted = wants.byHost().get(name);
        if (wanted == null && wildcard != null) {
            wanted = wants.byHost().get(wildcard);
        }
        if (wanted != null) {
            return wanted.stream().flatMap(w -> of(w, name).stream()).toList();
        }
        List<Held> fitting = fitting(name);
        return fitting.isEmpty() ? forAnyName() : fitting;
    }

    /// What the default route has.
    private List<Held> forAnyName() {
        return wants.byHost().getOrDefault(WantedCertificate.ANY, List.of()).stream()
                .flatMap(w -> of(w, WantedCertificate.ANY).stream())
                .toList();
    }

    /// A client without SNI: what the default route has, else the only certificate.
    private List<Held> forNobody() {
        List<Held> byDefault = forAnyName();
        return byDefault.isEmpty() ? only : byDefault;
    }

    private List<Held> only(Instant now) {
        Map<String, Held> all = new LinkedHashMap<>();
        Stream.of(named.values(), acme.values(), inDirectory)
                .flatMap(Collection::stream)
                .forEach(held -> {
                    if (held.pair() != null) {
                        all.putIfAbsent(held.pair().alias(), held);
                    }
                });
        List<Held> good = all.values().stream().filter(held -> valid(held, now)).toList();
        List<Held> candidates = good.isEmpty() ? List.copyOf(all.values()) : good;
        return candidates.stream().map(Table::names).distinct().count() == 1 ? candidates : List.of();
    }

    private List<Held> of(WantedCertificate wanted, String name) {
        return switch (wanted.source()) {
            case CertificateSource.Files files -> existing(named.get(PairFiles.of(files, directory)));
            case CertificateSource.Acme _ -> existing(acme.get(wanted.host()));
            // Every name fits the default route, so it takes the certificate that cannot be the wrong one.
            case CertificateSource.Fitting _ when wanted.host().equals(WantedCertificate.ANY) -> only;
            case CertificateSource.Fitting _ ->
                Stream.concat(fitting(name).stream(), existing(acme.get(wanted.host())).stream())
                        .toList();
            case CertificateSource.None _ -> List.of();
        };
    }

    private List<Held> fitting(String name) {
        String wildcard = Names.wildcard(name);
        List<Held> exact = byName.getOrDefault(name, List.of());
        List<Held> wider = wildcard == null ? List.of() : byName.getOrDefault(wildcard, List.of());
        if (wider.isEmpty()) {
            // What every handshake asks: no comparing of certificates.
            return exact;
        }
        return Stream.concat(exact.stream(), wider.stream()).distinct().toList();
    }

    private static List<Held> existing(@Nullable Held held) {
        return held == null || held.pair() == null ? List.of() : List.of(held);
    }

    private static SortedSet<String> names(Held held) {
        return held.pair() == null ? new TreeSet<>() : held.pair().names();
    }

    private static Instant notAfter(Held held) {
        return held.pair() == null ? Instant.MIN : held.pair().notAfter();
    }

    private static boolean valid(Held held, Instant now) {
        return held.pair() != null && held.pair().validAt(now);
    }
}
