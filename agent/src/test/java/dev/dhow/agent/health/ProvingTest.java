package dev.dhow.agent.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.api.spec.HealthSpec;
import dev.dhow.api.spec.RolloutSpec;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// A container that a rollout decides by is asked often after it was ready too.
class ProvingTest {
    private static final SplittableRandom RANDOM = new SplittableRandom(1);

    private final Watching watching = new Watching(Given.proxied(HealthSpec.UNSET));

    private ProbeLoop.Turn turn() {
        Check.Probe key = watching.loops.keySet().iterator().next();
        return watching.one().turn(key, key);
    }

    @Test
    void failsWithinTheTimeThatItIsWatched() {
        watching.proving = true;
        watching.clock.pass(Duration.ofSeconds(1));
        watching.see(Given.started(watching.clock.wall(), 0));
        watching.sample(200);
        Duration took = Duration.ZERO;
        for (int i = 0; i < 3; i++) {
            Duration delay = turn().delay(RANDOM);
            assertEquals(Duration.ofSeconds(1), delay, "a hiccup of a moment fails nothing");
            took = took.plus(delay);
            assertFalse(watching.one().verdict().health() == dev.dhow.api.status.ReplicaStatus.Health.UNREADY);
            watching.sample(500);
        }
        assertEquals("ChecksFail", watching.one().verdict().reason());
        assertTrue(took.compareTo(RolloutSpec.DEFAULT.monitor()) < 0);
    }

    @Test
    void isAskedEveryIntervalOnceThatIsOver() {
        watching.proving = true;
        var container = Given.started(watching.clock.wall(), 0);
        watching.see(container);
        watching.sample(200);
        watching.proving = false;
        watching.see(container);
        assertTrue(turn().delay(RANDOM).compareTo(Duration.ofSeconds(9)) >= 0);
    }
}
