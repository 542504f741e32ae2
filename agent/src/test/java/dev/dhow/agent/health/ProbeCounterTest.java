package dev.dhow.agent.health;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dhow.api.status.CheckResult;
import dev.dhow.api.status.CheckResult.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProbeCounterTest {
    /// `+` success, `-` failure, `x` no sample, `|` the deadline passes.
    @ParameterizedTest
    @CsvSource({
        "'', waiting",
        "-----------, waiting",
        "+, ready",
        "----+, ready",
        "+-, ready",
        "+--, ready",
        "+---, failing",
        "+--+--, ready",
        "+---+, ready",
        "+---+-, ready",
        "+--x-, failing",
        "+--xxxx, ready",
        "-----|--, waiting",
        "-----|---, failing",
        "|---, failing",
        "|---+, ready",
        "|--+--, ready",
        "xxxxx|xxx, waiting",
    })
    void countsFailuresInARowAfterTheFirstSuccessOrTheDeadline(String samples, String expected) {
        ProbeCounter counter = ProbeCounter.begin(true);
        boolean past = false;
        for (char c : samples.toCharArray()) {
            past |= c == '|';
            counter = switch (c) {
                case '|' -> counter;
                case 'x' -> counter.withLost();
                default -> counter.with(sample(c == '+'), past);
            };
        }
        assertEquals(expected, counter.failing(3) ? "failing" : counter.ready(3) ? "ready" : "waiting");
    }

    @Test
    void oneFailureIsEnoughWhereTheFileSaysSo() {
        ProbeCounter counter =
                ProbeCounter.begin(true).with(sample(true), false).with(sample(false), false);
        assertEquals(true, counter.failing(1));
        assertEquals(false, counter.failing(2));
    }

    @Test
    void aProbeOfOursThatFailedKeepsTheLastResult() {
        ProbeCounter counter =
                ProbeCounter.begin(true).with(sample(true), false).withLost();
        assertEquals(sample(true), counter.last());
        assertEquals(2, counter.sent());
        assertEquals(1, counter.lost());
        assertEquals(0, counter.with(sample(true), false).lost());
    }

    private static CheckResult sample(boolean ok) {
        return new CheckResult(Kind.TCP, ok, Given.STARTED, "tcp://x:1", null, null, null, null, null);
    }
}
