package dev.dhow.agent.proxy;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Keeps the clients of a route on their replicas by a cookie, whose value is a keyed hash: it tells nothing of the
/// container, and nobody can make one for another.
final class Sticky {
    static final String NAME = "dhow_sticky";

    private static final String ALGORITHM = "HmacSHA256";
    /// Of the hash; no two replicas share it.
    private static final int BYTES = 12;

    private final SecretKeySpec key;
    private final String path;

    /// @param key of this host
    /// @param path below which the route is
    Sticky(byte[] key, String path) {
        this.key = new SecretKeySpec(key, ALGORITHM);
        this.path = path;
    }

    /// What one client said with a request.
    final class Client {
        private final List<String> marks = new ArrayList<>(1);
        private final boolean https;

        private Client(HttpServerRequest request, boolean https) {
            this.https = https;
            for (String field : request.headers().getAll(HttpHeaders.COOKIE)) {
                for (String pair : field.split(";")) {
                    String cookie = pair.strip();
                    if (cookie.startsWith(NAME + "=")) {
                        marks.add(cookie.substring(NAME.length() + 1));
                    }
                }
            }
        }

        /// Whether it was on this replica before. A route with a longer prefix may have a cookie of its own; of several
        /// the one counts that means a replica of this route.
        boolean knows(Endpoint replica) {
            return !marks.isEmpty() && marks.contains(mark(replica));
        }

        /// Tells it where it is now, unless it knows. An answer that caches may give to others takes no cookie: it
        /// would
        /// send them all to one replica, or be kept by no cache.
        void tell(Endpoint replica, MultiMap answer) {
            if (!knows(replica) && !shared(answer)) {
                answer.add(
                        HttpHeaders.SET_COOKIE,
                        "%s=%s; Path=%s; HttpOnly; SameSite=Lax%s"
                                .formatted(NAME, mark(replica), path, https ? "; Secure" : ""));
            }
        }
    }

    /// @param https whether the client spoke HTTPS, as far as that is believed
    Client of(HttpServerRequest request, boolean https) {
        return new Client(request, https);
    }

    private static boolean shared(MultiMap answer) {
        return answer.getAll(HttpHeaders.CACHE_CONTROL).stream()
                .map(field -> field.toLowerCase(Locale.ROOT))
                .anyMatch(field -> field.contains("public") || field.contains("s-maxage"));
    }

    private String mark(Endpoint replica) {
        return replica.mark(this::hashed);
    }

    private String hashed(String id) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            byte[] hash = mac.doFinal(id.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, BYTES));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }
}
