package dev.dhow.agent.tls;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The tokens of ACME challenges that are open, which the authority asks this host for.
final class Tokens {
    private final Map<String, String> open = new ConcurrentHashMap<>();

    void open(String token, String keyAuthorization) {
        open.put(token, keyAuthorization);
    }

    void close(String token) {
        open.remove(token);
    }

    /// The text to answer with; null: there is no such challenge.
    @Nullable
    String answer(String token) {
        return open.get(token);
    }
}
