package dev.dhow.agent.source;

import static dev.dhow.agent.source.Rig.assertInvalid;
import static dev.dhow.agent.source.Rig.assertWanted;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;

/// Two services that claim the same thing (product contract, safety of the source, point 5).
class ConflictRulesTest extends RigTest {
    @Test
    void newcomerIsRefusedNamingTheHolder() {
        rig.put("old.yaml", "image=1 host=x end").settle();
        SourceSnapshot snapshot = rig.put("a.yaml", "image=1 host=x end").settle();
        assertWanted("1", snapshot, "old");
        String problem =
                assertInvalid("", true, snapshot, "a").problems().getFirst().message();
        assertTrue(problem.contains("old"), problem);
        rig.put("old.yaml", "image=2 host=x end");
        assertWanted("2", rig.settle(), "old");
    }

    @Test
    void whereNeitherHoldsItBothAreRefused() {
        SourceSnapshot snapshot = rig.put("a.yaml", "host=x end")
                .put("b.yaml", "host=x end")
                .put("c.yaml", "host=y end")
                .settle();
        assertInvalid("", true, snapshot, "a");
        assertInvalid("", true, snapshot, "b");
        assertWanted("none", snapshot, "c");
    }

    @Test
    void runningContainersHoldItWhereTheStateDirectoryWasLost() {
        rig.running.add("b");
        SourceSnapshot snapshot =
                rig.put("a.yaml", "host=x end").put("b.yaml", "host=x end").settle();
        assertInvalid("", true, snapshot, "a");
        assertWanted("none", snapshot, "b");
    }

    @Test
    void holderIsKnownAcrossARestart() {
        rig.put("old.yaml", "image=1 host=x end").settle();
        rig.put("a.yaml", "image=1 host=x end");
        rig.restart();
        SourceSnapshot snapshot = rig.settle();
        assertWanted("1", snapshot, "old");
        assertInvalid("", true, snapshot, "a");
    }

    @Test
    void holderWithABrokenOrMissingFileStillHoldsIt() {
        rig.put("old.yaml", "image=1 host=x end").settle();
        rig.put("old.yaml", "broken").settle();
        rig.put("a.yaml", "image=1 host=x end");
        assertInvalid("", true, rig.settle(), "a");
        rig.files.remove("old.yaml");
        assertInvalid("", true, rig.after(1), "a");
        assertWanted("1", rig.after(10_000), "a");
    }

    @Test
    void serviceThatMovesOntoAnothersClaimIsTheNewcomerThere() {
        rig.put("a.yaml", "image=1 host=x end")
                .put("b.yaml", "image=1 host=y end")
                .settle();
        rig.put("a.yaml", "image=2 host=y end").put("c.yaml", "image=1 host=x end");
        SourceSnapshot snapshot = rig.settle();
        assertInvalid("1", true, snapshot, "a");
        assertWanted("1", snapshot, "b");
        // a falls back to its last good file, which holds x.
        assertInvalid("", true, snapshot, "c");
    }

    @Test
    void whatIsFreedInTheSameReadingCanBeTaken() {
        rig.put("a.yaml", "image=1 host=x end")
                .put("b.yaml", "image=1 host=y end")
                .settle();
        rig.put("a.yaml", "image=2 host=y end")
                .put("b.yaml", "image=2 host=z end")
                .put("c.yaml", "host=x end");
        // An unrelated conflict must not stop the others from moving.
        rig.put("d.yaml", "host=w end").put("e.yaml", "host=w end");
        SourceSnapshot snapshot = rig.settle();
        assertWanted("2", snapshot, "a");
        assertWanted("2", snapshot, "b");
        assertWanted("none", snapshot, "c");
        assertInvalid("", true, snapshot, "d");
    }

    @Test
    void claimsCanBeSwapped() {
        rig.put("a.yaml", "image=1 host=x end")
                .put("b.yaml", "image=1 host=y end")
                .settle();
        rig.put("a.yaml", "image=2 host=y end").put("b.yaml", "image=2 host=x end");
        SourceSnapshot snapshot = rig.settle();
        assertWanted("2", snapshot, "a");
        assertWanted("2", snapshot, "b");
    }

    @Test
    void whatIsInForceIsWhatNewcomersMustLeaveAlone() {
        rig.put("a.yaml", "image=1 host=x end").settle();
        rig.put("b.yaml", "image=1 host=x end").put("c.yaml", "image=1").settle();
        assertEquals(Set.of("a"), rig.inForce(), "neither the refused nor the broken one");
        rig.put("a.yaml", "broken").put("d.yaml", "image=1 end").settle();
        assertEquals(Set.of("a", "d"), rig.inForce(), "the last good file still counts");
    }
}
