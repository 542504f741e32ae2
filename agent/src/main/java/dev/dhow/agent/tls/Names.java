package dev.dhow.agent.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.jspecify.annotations.Nullable;

/// The names of a certificate, and what fits them. Pure.
final class Names {
    /// The types of subject alternative names, RFC 5280 section 4.2.1.6.
    private static final int DNS = 2;

    private static final int ADDRESS = 7;

    private Names() {}

    /// The DNS names and addresses that a certificate is made out for, lower case; its common name only where it
    /// has neither, as old ones do.
    static SortedSet<String> of(X509Certificate leaf) throws CertificateParsingException {
        SortedSet<String> names = new TreeSet<>();
        Collection<List<?>> alternatives = leaf.getSubjectAlternativeNames();
        if (alternatives != null) {
            for (List<?> alternative : alternatives) {
                if (alternative.get(0) instanceof Integer type
                        && (type == DNS || type == ADDRESS)
                        && alternative.get(1) instanceof String name) {
                    names.add(normal(name));
                }
            }
        }
        if (names.isEmpty()) {
            for (RDN rdn : X500Name.getInstance(leaf.getSubjectX500Principal().getEncoded())
                    .getRDNs(BCStyle.CN)) {
                names.add(normal(IETFUtils.valueToString(rdn.getFirst().getValue())));
            }
        }
        return names;
    }

    /// A name as it is compared: lower case, without the dot at the end.
    static String normal(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    /// The wildcard that stands for a name, such as `*.example.com` for `a.example.com`; null: none does.
    static @Nullable String wildcard(String name) {
        int dot = name.indexOf('.');
        return dot <= 0 || name.startsWith("*") ? null : "*" + name.substring(dot);
    }

    /// Whether some of the names stand for that host, which may be a wildcard itself.
    static boolean fit(SortedSet<String> names, String host) {
        String wildcard = wildcard(host);
        return names.contains(host) || wildcard != null && names.contains(wildcard);
    }
}
