package dev.dhow.agent.health;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dhow.agent.state.DockerHealth;
import dev.dhow.api.spec.HealthSpec;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeadlineTest {
    private static final HealthSpec TEST = Given.test("CMD", "x");

    @Test
    void isTheDeployTimeoutForProbesAndProcesses() {
        assertEquals(Duration.ofSeconds(30), Deadline.of(Given.proxied(HealthSpec.UNSET), Given.container()));
        assertEquals(Duration.ofSeconds(30), Deadline.of(Given.role(null, Given.tcp(1)), Given.container()));
        assertEquals(Duration.ofSeconds(30), Deadline.of(Given.role(null, HealthSpec.UNSET), Given.container()));
    }

    @Test
    void isLongerWhereDockersCheckCannotReportSooner() {
        // 20 s + 3 × 10 s + 5 s
        assertEquals(Duration.ofSeconds(55), of(20, 10, 3, 5));
        assertEquals(Duration.ofSeconds(30), of(0, 1, 3, 1));
        // A HEALTHCHECK that says nothing: 3 × 30 s + 30 s
        assertEquals(Duration.ofMinutes(2), of(0, 30, 3, 30));
    }

    @Test
    void leavesOutAHealthcheckThatIsNoGate() {
        var container = Given.withHealth(health(0, 30, 3, 30));
        assertEquals(Duration.ofSeconds(30), Deadline.of(Given.proxied(HealthSpec.UNSET), container));
        assertEquals(Duration.ofSeconds(30), Deadline.of(Given.role(null, Given.disabled()), container));
        assertEquals(Duration.ofMinutes(2), Deadline.of(Given.proxied(TEST), container));
    }

    @Test
    void coversTheReadinessDelayOfAProcess() {
        assertEquals(
                Duration.ofMinutes(3),
                Deadline.of(Duration.ofSeconds(30), List.of(new Check.Process(Duration.ofMinutes(3))), null));
    }

    @Test
    void canBeShownBeforeThereIsAContainer() {
        HealthSpec spec = new HealthSpec(
                null,
                null,
                List.of("CMD", "x"),
                false,
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                3,
                Duration.ofSeconds(20),
                null,
                null);
        assertEquals(Duration.ofSeconds(55), Deadline.written(Given.role(null, spec)));
        assertEquals(Duration.ofMinutes(2), Deadline.written(Given.role(null, TEST)));
        assertEquals(Duration.ofSeconds(30), Deadline.written(Given.proxied(HealthSpec.UNSET)));
    }

    private static Duration of(int startPeriod, int interval, int retries, int timeout) {
        return Deadline.of(
                Given.role(null, HealthSpec.UNSET), Given.withHealth(health(startPeriod, interval, retries, timeout)));
    }

    private static DockerHealth health(int startPeriod, int interval, int retries, int timeout) {
        return new DockerHealth(
                DockerHealth.Status.STARTING,
                0,
                null,
                null,
                "",
                Duration.ofSeconds(interval),
                Duration.ofSeconds(timeout),
                Duration.ofSeconds(startPeriod),
                retries);
    }
}
