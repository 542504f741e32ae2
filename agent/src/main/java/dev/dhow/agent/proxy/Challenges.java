package dev.dhow.agent.proxy;

import dev.dhow.agent.tls.Certificates;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/// What a certificate authority asks plain HTTP for, to see that a name leads here (RFC 8555 §8.3). A token that is not
/// ours may be the application's.
final class Challenges {
    private static final String PATH = "/.well-known/acme-challenge/";

    private Challenges() {}

    /// @return null: nothing of that kind is asked
    static @Nullable String answer(
            @Nullable Certificates certificates, Connection connection, HttpServerRequest request, String path) {
        return certificates == null
                        || connection.tls()
                        || !path.startsWith(PATH)
                        || !request.method().equals(HttpMethod.GET)
                ? null
                : certificates.challenge(path.substring(PATH.length()));
    }
}
