package dev.dhow.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dhow.agent.state.Chronicle;
import dev.dhow.api.http.HistoryBody;
import dev.dhow.api.status.RolloutStatus;
import dev.dhow.api.status.RolloutStatus.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Which revision a history marks as the one in force.
class InForceTest {
    @Test
    void whatIsUnderWayOrFailedIsNotInForce() {
        assertEquals(List.of("aaaa0001"), marked(entry("aaaa0001", Outcome.AVAILABLE)));
        for (Outcome newer : List.of(Outcome.PROGRESSING, Outcome.ROLLED_BACK, Outcome.PAUSED, Outcome.SUPERSEDED)) {
            assertEquals(List.of(), marked(entry("bbbb0002", newer)), newer.label());
            assertEquals(
                    List.of("aaaa0001"),
                    marked(entry("aaaa0001", Outcome.AVAILABLE), entry("bbbb0002", newer)),
                    newer.label());
        }
    }

    @Test
    void onlyTheNewestThatCameIntoForceIs() {
        assertEquals(
                List.of("bbbb0002"),
                marked(entry("aaaa0001", Outcome.AVAILABLE), entry("bbbb0002", Outcome.AVAILABLE)));
    }

    private static List<String> marked(Chronicle.Entry... entries) {
        Chronicle chronicle = Chronicle.EMPTY.withEntries(List.of(entries));
        return Control.body("shop", chronicle, null).revisions().stream()
                .filter(HistoryBody.Entry::current)
                .map(e -> e.rollout().revision())
                .toList();
    }

    private static Chronicle.Entry entry(String revision, Outcome outcome) {
        RolloutStatus rollout = new RolloutStatus(revision, "file", outcome, Instant.EPOCH, null, "", null, null);
        return new Chronicle.Entry(rollout, Map.of(), Map.of(), null);
    }
}
