package dev.dhow.agent.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// When a certificate is ordered.
class StandingTest {
    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");

    @ParameterizedTest
    @CsvSource({"90, 0.0, 1440", "90, 0.999999, 1547", "45, 0.5, 747", "6, 0.0, 96", "6, 0.999999, 103"})
    void renewalIsDueAfterTwoThirdsOfTheLifetimeAndUpToATwentiethMore(int days, double random, long hours) {
        Instant until = FROM.plus(Duration.ofDays(days));
        Pair pair = Issuer.root("Root")
                .issue(Issuer.ec(), FROM, until, "a.example.com")
                .pair();
        Standing standing = Standing.issued(pair, always(random));
        assertEquals(hours, Duration.between(FROM, standing.renewAt()).toHours());
        assertFalse(standing.due(Duration.ZERO, standing.renewAt().minusSeconds(1)));
        assertTrue(standing.due(Duration.ZERO, standing.renewAt()));
    }

    @Test
    void failuresAreRepeatedAfterAMinuteThenTwiceAsLongUpToSixHours() {
        List<Long> minutes = new ArrayList<>();
        Standing standing = Standing.NEW;
        for (int i = 0; i < 11; i++) {
            standing = standing.failed("no", null, Duration.ofHours(i), FROM);
            minutes.add(standing.notBefore().minus(Duration.ofHours(i)).toMinutes());
            assertFalse(standing.due(standing.notBefore().minusMillis(1), FROM));
            assertTrue(standing.due(standing.notBefore(), FROM));
        }
        assertEquals(List.of(1L, 2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 360L, 360L), minutes);
    }

    @ParameterizedTest
    @CsvSource({"30, 60", "7200, 7200", "99999999, 604800", "-5, 60"})
    void authorityIsNotAskedBeforeItWantsTo(long wishSeconds, long seconds) {
        Standing standing = Standing.NEW.failed("no", FROM.plusSeconds(wishSeconds), Duration.ofHours(1), FROM);
        assertEquals(seconds, standing.notBefore().minus(Duration.ofHours(1)).toSeconds());
    }

    private static RandomGenerator always(double value) {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                return 0;
            }

            @Override
            public double nextDouble() {
                return value;
            }
        };
    }
}
