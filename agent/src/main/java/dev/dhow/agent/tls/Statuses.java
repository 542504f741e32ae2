package dev.dhow.agent.tls;

import dev.dhow.api.spec.CertificateSource;
import dev.dhow.api.status.CertificateStatus;
import dev.dhow.api.status.CertificateStatus.Source;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.jspecify.annotations.Nullable;

/// What is told of certificates: each host that is wanted, then what the directory holds beside. Pure.
///
/// @param acme by host; what the authority gave, or why not
/// @param ordering whether an authority is configured
record Statuses(
        Wants wants, Path directory, PairWatch.Found found, Map<String, Held> acme, boolean ordering, Table table) {
    List<CertificateStatus> at(Instant now) {
        List<CertificateStatus> all = new ArrayList<>();
        Set<String> shown = new HashSet<>();
        for (WantedCertificate wanted : wants.all()) {
            List<Held> answers = table.answers(wanted, now);
            Held held = answers.isEmpty() ? null : answers.getFirst();
            if (held != null) {
                shown.add(held.place());
            }
            all.add(status(wanted.host(), wanted.service(), held, problem(wanted, held, now)));
        }
        for (Held held : found.directory()) {
            if (!shown.contains(held.place())) {
                String problem = held.problem() == null ? aged(held, now) : held.problem();
                all.add(status(null, null, held, problem));
            }
        }
        return all;
    }

    private @Nullable String problem(WantedCertificate wanted, @Nullable Held held, Instant now) {
        if (held == null) {
            return lacking(wanted);
        }
        String old = aged(held, now);
        if (held.problem() != null) {
            return old == null ? held.problem() : held.problem() + "; " + old;
        }
        if (old != null && acme.get(wanted.host()) instanceof Held ordered && ordered.problem() != null) {
            return old + "; " + ordered.problem();
        }
        Pair pair = held.pair();
        if (old == null
                && pair != null
                && wanted.source() instanceof CertificateSource.Files
                && !wanted.host().equals(WantedCertificate.ANY)
                && !Names.fit(pair.names(), wanted.host())) {
            return "%s is made out for %s, not for %s; browsers will refuse it"
                    .formatted(held.place(), String.join(", ", pair.names()), wanted.host());
        }
        return old;
    }

    /// Why nothing answers for a host.
    private String lacking(WantedCertificate wanted) {
        return switch (wanted.source()) {
            case CertificateSource.Files files -> {
                Held held = found.named().get(PairFiles.of(files, directory));
                yield held == null || held.problem() == null
                        ? "%s is not read yet".formatted(files.certificate())
                        : held.problem();
            }
            case CertificateSource.Acme _ -> ordered(wanted, "");
            case CertificateSource.Fitting _
            when wanted.host().equals(WantedCertificate.ANY) ->
                "which certificate the default route means is open: there is %s one; name it with `tls: {certificate: …, key: …}`"
                        .formatted(found.directory().isEmpty() ? "no" : "more than");
            case CertificateSource.Fitting _ -> {
                String missing = found.problem() == null
                        ? "no certificate in %s fits %s".formatted(directory, wanted.host())
                        : found.problem();
                yield ordering && wanted.oneName()
                        ? ordered(wanted, missing + ", ")
                        : "%s; put one there as NAME.pem with NAME.key%s"
                                .formatted(missing, wanted.oneName() ? ", or set `proxy.acme` in agent.yaml" : "");
            }
            case CertificateSource.None _ -> "";
        };
    }

    private String ordered(WantedCertificate wanted, String missing) {
        if (!wanted.oneName()) {
            return "ACME by HTTP-01 proves single names only, not %s; put a certificate for it into %s and say `tls: true`"
                    .formatted(wanted.host(), directory);
        }
        if (!ordering) {
            return "nothing is ordered by ACME without `proxy.acme` in agent.yaml; set it, or put a certificate for %s into %s and say `tls: true`"
                    .formatted(wanted.host(), directory);
        }
        Held held = acme.get(wanted.host());
        return held == null || held.problem() == null ? missing + "to be ordered" : missing + held.problem();
    }

    private static @Nullable String aged(Held held, Instant now) {
        Pair pair = held.pair();
        if (pair == null || pair.validAt(now)) {
            return null;
        }
        return now.isBefore(pair.notBefore())
                ? "%s is valid from %s on only; is this host's clock right?".formatted(held.place(), pair.notBefore())
                : "%s expired at %s; replace it".formatted(held.place(), pair.notAfter());
    }

    private static CertificateStatus status(
            @Nullable String host, @Nullable String service, @Nullable Held held, @Nullable String problem) {
        Pair pair = held == null ? null : held.pair();
        if (held == null || pair == null) {
            Source source = held == null ? Source.SELF_SIGNED : held.source();
            return new CertificateStatus(host, source, List.of(), null, null, null, problem, service);
        }
        return new CertificateStatus(
                host,
                held.source(),
                List.copyOf(pair.names()),
                issuer(pair),
                pair.notBefore(),
                pair.notAfter(),
                problem,
                service);
    }

    /// The issuer's common name, else all of its name.
    private static String issuer(Pair pair) {
        X500Name name =
                X500Name.getInstance(pair.leaf().getIssuerX500Principal().getEncoded());
        return name.getRDNs(BCStyle.CN).length > 0
                ? IETFUtils.valueToString(name.getRDNs(BCStyle.CN)[0].getFirst().getValue())
                : name.toString();
    }
}
