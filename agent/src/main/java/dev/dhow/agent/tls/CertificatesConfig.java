package dev.dhow.agent.tls;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Where certificates come from.
///
/// @param directory `proxy.certs`
/// @param store a place in the state directory for ACME's account and certificates; made when it is needed
/// @param acme null: nothing is ordered
/// @param poll how often files are looked at
public record CertificatesConfig(
        Path directory, Path store, @Nullable Acme acme, Duration poll) {
    /// How often files are looked at where nothing else is said.
    public static final Duration POLL = Duration.ofSeconds(2);

    /// One that looks at files every [#POLL].
    public CertificatesConfig(Path directory, Path store, @Nullable Acme acme) {
        this(directory, store, acme, POLL);
    }

    /// An account at a certificate authority.
    ///
    /// @param email where the authority writes to; null: nowhere
    /// @param directory the URL of the authority's directory
    /// @param trust PEM file of who signs the directory's own certificate; null: those that Java trusts
    public record Acme(
            @Nullable String email,
            String directory,
            @Nullable Path trust) {}
}
