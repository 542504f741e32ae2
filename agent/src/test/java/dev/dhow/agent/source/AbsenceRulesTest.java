package dev.dhow.agent.source;

import static dev.dhow.agent.source.Rig.assertMissing;
import static dev.dhow.agent.source.Rig.assertRemoved;
import static dev.dhow.agent.source.Rig.assertWanted;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// When a file that is not there counts (product contract, safety of the source, points 3 and 6).
class AbsenceRulesTest extends RigTest {
    private void shopIsKnown() {
        rig.put("shop.yaml", "image=1 end").settle();
    }

    @Test
    void F15_absenceCountsAfterTwoReadingsTenSecondsApart() {
        shopIsKnown();
        rig.files.clear();
        assertTrue(assertMissing("1", rig.read(), "shop").why().contains("/services.d/shop.yaml"));
        assertMissing("1", rig.after(9_999), "shop");
        assertRemoved(rig.after(1), "shop");
        assertRemoved(rig.after(60_000), "shop");
    }

    @Test
    void absenceAcrossARestartIsCountedAnew() {
        shopIsKnown();
        rig.after(60_000);
        rig.files.clear();
        rig.restart();
        assertMissing("1", rig.read(), "shop");
        assertMissing("1", rig.after(9_999), "shop");
        assertRemoved(rig.after(1), "shop");
    }

    @Test
    void F21_deletedAndAddedAgainWithinTheWindowIsNoChange() {
        shopIsKnown();
        SourceSnapshot before = rig.read();
        rig.files.clear();
        rig.after(5_000);
        assertEquals(before, rig.put("shop.yaml", "image=1 end").after(1_000));
        assertEquals(before.services(), rig.after(60_000).services());
        rig.files.clear();
        assertMissing("1", rig.after(1_500), "shop");
        assertMissing("1", rig.after(9_999), "shop");
    }

    @Test
    void removedServiceComesBackWithItsFile() {
        shopIsKnown();
        rig.files.clear();
        rig.read();
        rig.after(10_000);
        rig.put("shop.yaml", "image=1 end");
        assertMissing("", rig.after(1), "shop");
        assertWanted("1", rig.after(250), "shop");
    }

    @Test
    void F01_F03_missingDirectoryAtTheStartHoldsEverythingUntilItAppears() {
        shopIsKnown();
        rig.restart();
        SourceSnapshot snapshot = rig.fail();
        assertFalse(snapshot.listed());
        assertEquals("the directory is gone", snapshot.directoryProblem());
        assertMissing("1", snapshot, "shop");
        rig.ticker.advance(60_000);
        assertMissing("1", rig.fail(), "shop");
        assertMissing("1", rig.read(), "shop");
        assertWanted("1", rig.after(250), "shop");
    }

    @Test
    void F14_unreadableDirectoryHoldsEverythingAndAllIsWaitedForAnew() {
        shopIsKnown();
        rig.after(60_000);
        rig.files.clear();
        rig.read();
        rig.ticker.advance(60_000);
        SourceSnapshot failed = rig.fail();
        assertEquals("the directory is gone", assertMissing("1", failed, "shop").why());
        assertTrue(failed.listed());
        assertMissing("1", rig.after(1_500), "shop");
        assertMissing("1", rig.after(9_999), "shop");
        assertRemoved(rig.after(1), "shop");
    }

    @Test
    void serviceRemovedBeforeTheDirectoryVanishedStaysRemoved() {
        shopIsKnown();
        rig.files.clear();
        rig.read();
        rig.after(10_000);
        assertRemoved(rig.fail(), "shop");
    }

    @Test
    void orphansMayGoAfterTenSecondsOfTheSameDirectory() {
        rig.put("shop.yaml", "image=1 end");
        rig.containers = Set.of("shop", "orphan");
        assertFalse(rig.read().listed());
        assertMissing("", rig.after(5_000), "orphan");
        rig.inode = 8;
        assertMissing("", rig.after(5_000), "orphan");
        assertMissing("", rig.after(9_999), "orphan");
        SourceSnapshot removed = rig.after(1);
        assertRemoved(removed, "orphan");
        assertWanted("1", removed, "shop");
        rig.containers = Set.of("shop");
        assertRemoved(rig.after(60_000), "orphan");
    }

    @Test
    void F14_replacedDirectoryIsUsedButRemovesNothingUntilAllFilesAreBack() {
        shopIsKnown();
        rig.put("other.yaml", "image=1 end").settle();
        rig.inode = 8;
        rig.files.remove("other.yaml");
        rig.put("shop.yaml", "image=2 end").put("new.yaml", "image=1 end");
        SourceSnapshot held = rig.settle();
        assertWanted("2", held, "shop");
        assertWanted("1", held, "new");
        assertTrue(assertMissing("1", held, "other").why().contains("missing: other"));
        assertTrue(String.valueOf(held.directoryProblem()).contains("/services.d"));
        rig.after(60_000);
        assertMissing("1", rig.after(60_000), "other");

        SourceSnapshot back = rig.put("other.yaml", "image=1 end").settle();
        assertNull(back.directoryProblem());
        assertWanted("1", back, "other");
        rig.files.remove("other.yaml");
        rig.read();
        assertRemoved(rig.after(10_000), "other");
    }

    @Test
    void replacedDirectoryIsRecognisedAcrossARestart() {
        shopIsKnown();
        rig.inode = 8;
        rig.files.clear();
        rig.restart();
        rig.read();
        assertMissing("1", rig.after(60_000), "shop");
        rig.restart();
        rig.read();
        assertMissing("1", rig.after(60_000), "shop");
        rig.inode = 7;
        rig.read();
        assertRemoved(rig.after(10_000), "shop");
    }

    @Test
    void lossOfTheStateDirectoryHoldsNothingBack() {
        rig.containers = Set.of("shop");
        rig.put("shop.yaml", "image=1 end");
        assertEquals(Set.of("shop"), rig.settle().services().keySet());
        assertWanted("1", rig.after(10_000), "shop");
        assertEquals(Set.of(), rig.read().held());
    }

    @Test
    void anOrphanThatSomebodyRemovedByHandIsForgotten() {
        rig.containers = Set.of("orphan");
        assertMissing("", rig.read(), "orphan");
        rig.containers = Set.of();
        assertEquals(Map.of(), rig.after(60_000).services());
    }
}
