package dev.dhow.agent.tls;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// How it stands with the certificate of one host at the authority. Pure.
///
/// @param pair null: there is none yet
/// @param renewAt when the pair is to be replaced; [Instant#MIN] without one
/// @param failures orders in a row that failed
/// @param notBefore monotonic; no order is tried before
/// @param problem how the last order failed; null: it did not
record Standing(
        @Nullable Pair pair,
        Instant renewAt,
        int failures,
        Duration notBefore,
        @Nullable String problem) {
    static final Standing NEW = new Standing(null, Instant.MIN, 0, Duration.ZERO, null);

    private static final Duration FIRST_RETRY = Duration.ofMinutes(1);
    private static final Duration LAST_RETRY = Duration.ofHours(6);
    /// An authority that asks for more than that has a clock of its own.
    private static final Duration LONGEST_WISH = Duration.ofDays(7);

    /// Certificates of one day are renewed at different moments of the last third.
    private static final int JITTER = 20;

    /// One that has a certificate.
    static Standing issued(Pair pair, RandomGenerator random) {
        Duration lifetime = Duration.between(pair.notBefore(), pair.notAfter());
        Duration jitter = Duration.ofSeconds((long) (random.nextDouble() * lifetime.toSeconds() / JITTER));
        Instant renewAt =
                pair.notBefore().plus(lifetime.multipliedBy(2).dividedBy(3)).plus(jitter);
        return new Standing(pair, renewAt, 0, Duration.ZERO, null);
    }

    /// One order later, which failed.
    ///
    /// @param wish when the authority wants to be asked again; null: it did not say
    Standing failed(String why, @Nullable Instant wish, Duration now, Instant wall) {
        Duration wait = FIRST_RETRY;
        for (int i = 0; i < failures && wait.compareTo(LAST_RETRY) < 0; i++) {
            wait = wait.multipliedBy(2);
        }
        wait = wait.compareTo(LAST_RETRY) < 0 ? wait : LAST_RETRY;
        if (wish != null) {
            Duration wished = Duration.between(wall, wish);
            wished = wished.compareTo(LONGEST_WISH) < 0 ? wished : LONGEST_WISH;
            wait = wished.compareTo(wait) > 0 ? wished : wait;
        }
        return new Standing(pair, renewAt, failures + 1, now.plus(wait), why);
    }

    /// Whether an order is due.
    ///
    /// @param now monotonic
    boolean due(Duration now, Instant wall) {
        return now.compareTo(notBefore) >= 0 && !wall.isBefore(renewAt);
    }
}
