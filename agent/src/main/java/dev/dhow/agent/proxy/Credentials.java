package dev.dhow.agent.proxy;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A user and a password as a request brings them (RFC 7617).
record Credentials(String user, byte[] password) {
    private static final String SCHEME = "basic ";
    /// Longer ones are no login that a person has; bcrypt reads 72 octets.
    private static final int LONGEST = 1024;

    /// Null: the request brings none, or nothing that could be one.
    static @Nullable Credentials of(HttpServerRequest request) {
        List<String> fields = request.headers().getAll(HttpHeaders.AUTHORIZATION);
        if (fields.size() != 1) {
            return null;
        }
        String field = fields.getFirst();
        if (field.length() > LONGEST || !field.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return null;
        }
        try {
            byte[] both =
                    Base64.getDecoder().decode(field.substring(SCHEME.length()).strip());
            for (int i = 0; i < both.length; i++) {
                if (both[i] == ':') {
                    return new Credentials(
                            new String(both, 0, i, StandardCharsets.UTF_8),
                            Arrays.copyOfRange(both, i + 1, both.length));
                }
            }
            return null;
        } catch (IllegalArgumentException _) {
            return null;
        }
    }
}
