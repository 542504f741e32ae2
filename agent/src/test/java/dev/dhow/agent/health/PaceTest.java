package dev.dhow.agent.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final Pace PACE = Pace.DEFAULT;
    private static final RandomGenerator RANDOM = new SplittableRandom(7);

    @Test
    void aContainerThatStartsIsAskedQuicklyAndThenMoreSlowly() {
        long at = 0;
        for (int sent = 0; sent < 100; sent++) {
            long delay = PACE.nextDelay(sent, false, RANDOM).toMillis();
            assertTrue(delay >= 20 && delay <= Math.min(20 + at / 10 + 3, 1000), "probe %d at %d".formatted(sent, at));
            at += delay;
        }
        assertEquals(1000, PACE.nextDelay(50, false, RANDOM).toMillis());
    }

    @Test
    void theDelayNeverExceedsTheStartInterval() {
        Pace pace = new Pace(Given.INTERVAL, Duration.ofSeconds(5), 3, Duration.ofMillis(10));
        assertEquals(Duration.ofMillis(10), pace.nextDelay(0, false, RANDOM));
        assertEquals(Duration.ofSeconds(1), PACE.nextDelay(Integer.MAX_VALUE, false, RANDOM));
    }

    @Test
    void aSettledContainerIsAskedEveryIntervalGiveOrTakeATenth() {
        assertEquals(Duration.ofSeconds(9), PACE.nextDelay(50, true, always(0)));
        assertEquals(Duration.ofSeconds(10), PACE.nextDelay(50, true, always(0.5)));
        for (int i = 0; i < 1000; i++) {
            Duration delay = PACE.nextDelay(i, true, RANDOM);
            assertTrue(delay.toMillis() >= 9000 && delay.toMillis() <= 11_000, () -> "delay " + delay);
        }
    }

    @Test
    void manyOldContainersAreNotAskedAtOnce() {
        var distinct = IntStream.range(0, 200)
                .mapToObj(_ -> PACE.firstDelayOfOld(RANDOM).toMillis())
                .distinct()
                .count();
        assertTrue(distinct > 100, () -> "distinct delays: " + distinct);
    }

    @Test
    void theFirstProbesOfAStartDialImpatiently() {
        assertEquals(Pace.FIRST_CONNECT, PACE.connectTimeout(0, false));
        assertEquals(PACE.timeout(), PACE.connectTimeout(8, false));
        assertEquals(PACE.timeout(), PACE.connectTimeout(0, true));
        Pace hasty = new Pace(Given.INTERVAL, Duration.ofMillis(100), 3, Duration.ofSeconds(1));
        assertEquals(Duration.ofMillis(100), hasty.connectTimeout(0, false));
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
