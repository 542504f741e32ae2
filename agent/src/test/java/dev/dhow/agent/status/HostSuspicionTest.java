package dev.dhow.agent.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.api.status.Condition;
import dev.dhow.api.status.Condition.Status;
import dev.dhow.api.status.Phase;
import dev.dhow.api.status.RolloutStatus;
import dev.dhow.api.status.ServiceStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HostSuspicionTest {
    private static final Instant WALL = Instant.parse("2026-01-01T00:00:00Z");
    private HostSuspicion suspicion = HostSuspicion.NONE;
    private Duration now = Duration.ofHours(1);

    private void told(Status available, String... services) {
        for (String service : services) {
            tell(service, available, Phase.Running, null);
        }
    }

    private void tell(String service, Status available, Phase phase, RolloutStatus.@Nullable Outcome rollout) {
        Condition condition = new Condition(Condition.Type.Available, available, "R", "m", WALL, null);
        RolloutStatus told =
                rollout == null ? null : new RolloutStatus("3f2a9c10", "file", rollout, WALL, null, "", null, null);
        suspicion = suspicion.and(
                new ServiceStatus(service, null, null, null, phase, List.of(condition), List.of(), told, List.of()),
                now);
    }

    private void advance(long seconds) {
        now = now.plusSeconds(seconds);
    }

    private boolean suspected() {
        return suspicion.suspected(now);
    }

    @Test
    void threeOfSixWithinAMinuteMakeItSuspect() {
        told(Status.True, "a", "b", "c", "d", "e", "f");
        advance(120);
        told(Status.False, "a", "b");
        assertFalse(suspected());
        advance(50);
        told(Status.False, "c");
        assertTrue(suspected());
        assertEquals(Set.of("a", "b", "c"), suspicion.suspects());
    }

    @Test
    void fewerThanThreeOrFewerThanHalfDoNot() {
        told(Status.True, "a", "b");
        advance(120);
        told(Status.False, "a", "b");
        assertFalse(suspected(), "two are all there are");
        suspicion = HostSuspicion.NONE;
        told(Status.True, "a", "b", "c", "d", "e", "f", "g");
        advance(120);
        told(Status.False, "a", "b", "c");
        assertFalse(suspected(), "three of seven");
        told(Status.False, "d");
        assertTrue(suspected());
    }

    @Test
    void oneAfterTheOtherIsNoSuspicion() {
        told(Status.True, "a", "b", "c");
        advance(120);
        told(Status.False, "a");
        advance(61);
        told(Status.False, "b", "c");
        assertFalse(suspected(), "the first failed more than a minute ago");
    }

    @Test
    void whatWasNotAvailableAMinuteBeforeCountsNeitherWay() {
        told(Status.False, "old1", "old2", "old3", "old4");
        told(Status.True, "a", "b", "c");
        advance(10);
        told(Status.False, "a", "b", "c");
        assertFalse(suspected(), "they were available for ten seconds");
        told(Status.True, "a", "b", "c");
        advance(120);
        told(Status.False, "a", "b", "c");
        assertTrue(suspected());
    }

    @Test
    void endsWhenMostAreBack() {
        told(Status.True, "a", "b", "c", "d");
        advance(120);
        told(Status.False, "a", "b", "c");
        advance(180);
        told(Status.False, "a", "b", "c");
        assertTrue(suspected(), "as long as they are down");
        told(Status.False, "d");
        told(Status.True, "a");
        assertTrue(suspected());
        told(Status.True, "b");
        assertFalse(suspected());
    }

    @Test
    void endsAfterAWhileInAnyCaseAndDoesNotBeginAgainByItself() {
        told(Status.True, "a", "b", "c");
        advance(120);
        told(Status.False, "a", "b", "c");
        advance(599);
        assertTrue(suspected());
        advance(1);
        assertFalse(suspected());
        told(Status.False, "a", "b", "c");
        assertFalse(suspected());
    }

    @Test
    void changesAndRemovalsAndWhatNobodyKnowsSayNothing() {
        told(Status.True, "a", "b", "c");
        advance(120);
        told(Status.Unknown, "a", "b", "c");
        assertFalse(suspected());
        for (String service : List.of("a", "b", "c")) {
            tell(service, Status.False, Phase.Removing, null);
            tell(service, Status.False, Phase.Progressing, RolloutStatus.Outcome.PROGRESSING);
        }
        assertFalse(suspected());
        for (String service : List.of("a", "b", "c")) {
            tell(service, Status.False, Phase.Degraded, RolloutStatus.Outcome.AVAILABLE);
        }
        assertTrue(suspected());
    }

    @Test
    void serviceThatIsGoneIsForgotten() {
        told(Status.True, "a", "b", "c");
        advance(120);
        told(Status.False, "a", "b", "c");
        suspicion = suspicion.without("a").without("b").without("c");
        assertFalse(suspected());
        assertEquals(0, suspicion.services().size());
    }

    @Test
    void historyDoesNotGrow() {
        for (int i = 0; i < 1000; i++) {
            told(i % 2 == 0 ? Status.True : Status.False, "a");
            advance(10);
        }
        assertTrue(suspicion.services().get("a") != null
                && suspicion.services().get("a").size() <= 8);
    }
}
