package dev.dhow.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dhow.api.status.RolloutStatus;
import dev.dhow.api.status.RolloutStatus.Outcome;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What people are told of a rollout that failed.
class EvidenceTest {
    @Test
    void versionThatWasNeverReadyNamesItsContainerAndItsLastLines() {
        RolloutStatus rollout = new RolloutStatus(
                "bbbb2222",
                "file",
                Outcome.ROLLED_BACK,
                Instant.EPOCH,
                Instant.EPOCH,
                "shop/web/1: not ready in 30s",
                null,
                null,
                "shop-web-bbbb2222-1",
                List.of("starting", "no database"));
        assertEquals("""
            revision bbbb2222 was rolled back: shop/web/1: not ready in 30s
              container shop-web-bbbb2222-1
              its last lines
                | starting
                | no database
            """, Evidence.of(rollout, ""));
    }
}
