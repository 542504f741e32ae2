package dev.dhow.agent.tls;

import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.shredzone.acme4j.connector.NetworkSettings;
import org.shredzone.acme4j.provider.GenericAcmeProvider;

/// Connects to any authority, also to one whose own certificate only a file vouches for.
final class TrustingProvider extends GenericAcmeProvider {
    private final @Nullable SSLContext context;

    /// @param trust PEM file; null: Java's own trust
    /// @throws UnfitPem when the file is of no use
    TrustingProvider(@Nullable Path trust) throws UnfitPem {
        this.context = trust == null ? null : context(trust);
    }

    @Override
    public HttpClient createHttpClient(NetworkSettings settings) {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(settings.getTimeout())
                .proxy(settings.getProxySelector());
        return (context == null ? builder : builder.sslContext(context)).build();
    }

    private static SSLContext context(Path trust) throws UnfitPem {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, Anchors.read(trust).trustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new UnfitPem(
                    "%s cannot be trusted: %s; put there the certificate of the authority's own server's issuer"
                            .formatted(trust, e.getMessage()),
                    e);
        }
    }
}
