package dev.dhow.agent.source;

import static dev.dhow.agent.source.Rig.assertInvalid;
import static dev.dhow.agent.source.Rig.assertMissing;
import static dev.dhow.agent.source.Rig.assertWanted;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// When a file's content counts (product contract, safety of the source, point 1).
class SettleRulesTest extends RigTest {
    @Test
    void nothingIsListedAtTheStartBeforeEveryFileHadTheTimeToSettle() {
        rig.put("shop.yaml", "image=1 end");
        assertEquals(SourceSnapshot.NOTHING, rig.read());
        assertEquals(SourceSnapshot.NOTHING, rig.after(249));
        SourceSnapshot snapshot = rig.after(1);
        assertTrue(snapshot.listed());
        assertWanted("1", snapshot, "shop");
    }

    @Test
    void fileThatIsBeingWrittenAtTheStartHoldsUpItsServiceOnly() {
        rig.put("shop.yaml", "image=1 end").put("slow.yaml", "im");
        rig.read();
        rig.put("slow.yaml", "imag");
        SourceSnapshot snapshot = rig.after(250);
        assertTrue(snapshot.listed());
        assertWanted("1", snapshot, "shop");
        assertTrue(assertMissing("", snapshot, "slow").why().contains("still being written"));
    }

    @Test
    void F08_emptyDirectoryIsListedAtOnceAndHasNoServices() {
        assertEquals(new SourceSnapshot(true, Map.of(), new TreeSet<>(), null), rig.read());
    }

    @Test
    void F05_F06_fileRenamedIntoPlaceCountsAtOnce() {
        rig.read();
        rig.put("shop.yaml", "image=1 end");
        assertWanted("1", rig.after(1, "shop.yaml"), "shop");
        rig.put("shop.yaml", "image=2 end");
        assertWanted("2", rig.after(1, "shop.yaml"), "shop");
    }

    @Test
    void renamedLinkSaysNothingOfItsTargetAndHasToSettle() {
        rig.read();
        rig.link("shop.yaml", "image=1 end");
        assertMissing("", rig.after(1, "shop.yaml"), "shop");
        assertWanted("1", rig.after(250), "shop");
    }

    @Test
    void F04_changedFileCountsWhenTwoReadingsAgreeAndUntilThenTheOldOneStands() {
        rig.put("shop.yaml", "image=1 end").settle();
        rig.put("shop.yaml", "image=2 end");
        assertWanted("1", rig.after(1), "shop");
        assertEquals(Duration.ofMillis(250), rig.due());
        assertWanted("1", rig.after(249), "shop");
        assertEquals(Duration.ofMillis(1), rig.due());
        assertWanted("2", rig.after(1), "shop");
        assertEquals(Duration.ofSeconds(9), rig.due());
    }

    @Test
    void F09_halfWrittenFileNeverCountsUntilItIsDone() {
        rig.put("shop.yaml", "image=1 end").settle();
        // Every prefix of this text from "image=2 end" on would be valid.
        String text = "image=2 end image=3 end image=4 end";
        for (int length = 0; length < text.length(); length++) {
            rig.put("shop.yaml", text.substring(0, length));
            assertWanted("1", rig.after(50), "shop");
        }
        rig.put("shop.yaml", text);
        assertWanted("1", rig.after(50), "shop");
        assertWanted("4", rig.after(250), "shop");
    }

    @Test
    void F10_truncatedAndRewrittenFileIsNoChange() {
        SourceSnapshot before = rig.put("shop.yaml", "image=1 end").settle();
        rig.put("shop.yaml", "");
        assertEquals(before, rig.after(50));
        rig.put("shop.yaml", "image=1 end");
        assertEquals(before, rig.after(50));
        assertEquals(before, rig.after(250));
    }

    @Test
    void F12_identicalBytesRenamedIntoPlaceAreNoChangeAndNotParsedAgain() {
        SourceSnapshot before = rig.put("shop.yaml", "image=1 end").settle();
        int parses = rig.parses;
        rig.put("shop.yaml", "image=1 end");
        assertEquals(before, rig.after(10, "shop.yaml"));
        assertEquals(before, rig.after(1000));
        assertEquals(parses, rig.parses);
    }

    @Test
    void envFileIsPartOfTheContentAndSettlesToo() {
        rig.others.put(Path.of("/services.d/shop.env"), "A");
        rig.put("shop.yaml", "image=1 env=shop.env end").settle();
        assertWanted("1+A", rig.after(250), "shop");
        rig.others.put(Path.of("/services.d/shop.env"), "B");
        assertWanted("1+A", rig.after(50), "shop");
        rig.others.put(Path.of("/services.d/shop.env"), "BC");
        assertWanted("1+A", rig.after(249), "shop");
        assertWanted("1+BC", rig.after(250), "shop");
        rig.others.clear();
        assertWanted("1+BC", rig.after(50), "shop");
        assertInvalid("1+BC", true, rig.after(250), "shop");
    }

    @Test
    void settledEnvFileDoesNotDelayARenamedFile() {
        rig.others.put(Path.of("/services.d/shop.env"), "A");
        rig.put("shop.yaml", "image=1 env=shop.env end").settle();
        rig.after(250);
        rig.put("shop.yaml", "image=2 env=shop.env end");
        assertWanted("2+A", rig.after(1, "shop.yaml"), "shop");
        rig.put("shop.yaml", "image=3 env=shop.env end");
        assertWanted("2+A", rig.after(1), "shop");
        assertWanted("3+A", rig.after(250), "shop");
    }

    @Test
    void freshEnvFileOfARenamedFileIsNotBelievedAtOnce() {
        rig.read();
        rig.others.put(Path.of("/services.d/shop.env"), "A");
        rig.put("shop.yaml", "image=1 env=shop.env end");
        assertMissing("", rig.after(1, "shop.yaml"), "shop");
        rig.others.put(Path.of("/services.d/shop.env"), "AB");
        assertMissing("", rig.after(249), "shop");
        assertWanted("1+AB", rig.after(250), "shop");
    }

    @Test
    void momentaryLossOfPermissionIsNoChange() {
        SourceSnapshot before = rig.put("shop.yaml", "image=1 end").settle();
        assertEquals(before, rig.unreadable("shop.yaml").after(50));
        assertEquals(before, rig.put("shop.yaml", "image=1 end").after(50));
        assertEquals(before, rig.after(250));
    }
}
