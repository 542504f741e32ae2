package dev.dhow.api.status;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What answers for a server name in a TLS handshake, or a certificate that answers for none that is routed.
///
/// @param host the name as the role has it, may be `*.example.com`; null: no role wants this certificate
/// @param names the DNS names and addresses in the certificate; empty: nothing but the self-signed one answers
/// @param issuer who signed it
/// @param problem what is wrong, where, and the next step; null: nothing
/// @param service whose role has the host
public record CertificateStatus(
        @Nullable String host,
        Source source,
        List<String> names,
        @Nullable String issuer,
        @Nullable Instant notBefore,
        @Nullable Instant notAfter,
        @Nullable String problem,
        @Nullable String service) {
    /// Copies the list.
    public CertificateStatus {
        names = List.copyOf(names);
    }

    /// Where a certificate comes from.
    public enum Source {
        /// The directory of certificates.
        DIRECTORY,
        /// The files that a role names.
        FILES,
        /// An ACME authority.
        ACME,
        /// Made at the agent's start; only health paths answer with it.
        SELF_SIGNED;

        /// The word as it is told.
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
