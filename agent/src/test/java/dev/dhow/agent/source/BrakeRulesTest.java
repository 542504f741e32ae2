package dev.dhow.agent.source;

import static dev.dhow.agent.source.Rig.assertMissing;
import static dev.dhow.agent.source.Rig.assertRemoved;
import static dev.dhow.agent.source.Rig.assertWanted;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// When many services vanish at once (product contract, safety of the source, point 4).
class BrakeRulesTest {
    private static final long WINDOW = 10_000;
    /// When what went does not count with what goes any more.
    private static final long LATER = 600_000;

    @TempDir
    Path state;

    private Rig rig;

    @BeforeEach
    void open() throws IOException {
        rig = new Rig(state);
    }

    @AfterEach
    void close() throws IOException {
        rig.close();
    }

    private void known(String... services) {
        put(services);
        rig.settle();
    }

    private void put(String... services) {
        for (String service : services) {
            rig.put(service + ".yaml", "image=1 end");
        }
    }

    private void delete(String... services) {
        for (String service : services) {
            rig.files.remove(service + ".yaml");
        }
    }

    private SourceSnapshot vanish(String... services) {
        delete(services);
        rig.read();
        return rig.after(WINDOW);
    }

    @Test
    void F15_moreThanHalfAtOnceStaysAndSaysHowToGoOn() {
        known("a", "b", "c");
        delete("a", "b");
        assertEquals(Set.of(), rig.read().held(), "nothing would be removed yet");
        SourceSnapshot held = rig.after(WINDOW);
        assertEquals(Set.of("a", "b"), held.held());
        String why = assertMissing("1", held, "a").why();
        assertTrue(why.contains("/services.d/a.yaml") && why.contains("dhow confirm-removal"), why);
        assertMissing("1", held, "b");
        assertWanted("1", held, "c");
        assertMissing("1", rig.after(3_600_000), "a");
    }

    @Test
    void F15_allAtOnceStay() {
        known("a", "b");
        SourceSnapshot held = vanish("a", "b");
        assertMissing("1", held, "a");
        assertMissing("1", held, "b");
    }

    @Test
    void halfIsNoMoreThanHalfAndOneIsNotMany() {
        known("a", "b", "c", "d");
        SourceSnapshot two = vanish("a", "b");
        assertRemoved(two, "a");
        assertRemoved(two, "b");
        rig.after(LATER);
        assertRemoved(vanish("c"), "c");
        rig.after(LATER);
        SourceSnapshot last = vanish("d");
        assertRemoved(last, "d");
        assertEquals(Set.of(), last.held());
    }

    @Test
    void filesDeletedOneAfterAnotherCountTogether() {
        known("a", "b", "c", "d", "e");
        delete("a");
        rig.read();
        delete("b");
        rig.after(4_000);
        delete("c");
        rig.after(4_000);
        SourceSnapshot held = rig.after(2_000);
        assertEquals(Set.of("a", "b", "c"), held.held());
        delete("d");
        rig.after(1_000);
        assertEquals(Set.of("a", "b", "c", "d"), rig.after(WINDOW).held());
    }

    @Test
    void filesDeletedSoSlowlyThatTheFirstAreGoneStillCountTogether() {
        known("a", "b", "c", "d", "e");
        delete("a");
        rig.read();
        delete("b");
        rig.after(8_000);
        assertRemoved(rig.after(2_000), "a");
        delete("c");
        rig.after(6_000);
        SourceSnapshot held = rig.after(2_000);
        assertEquals(Set.of("b", "c"), held.held());
        assertRemoved(held, "a");
    }

    @Test
    void filesDeletedOneAtATimeCountTogetherForTenMinutes() {
        known("a", "b", "c", "d", "e");
        assertRemoved(vanish("a"), "a");
        rig.after(60_000);
        assertRemoved(vanish("b"), "b");
        rig.after(500_000);
        SourceSnapshot held = vanish("c");
        assertEquals(Set.of("c"), held.held());
        put("c");
        rig.settle();
        rig.after(LATER);
        assertRemoved(vanish("c"), "c");
    }

    @Test
    void P7_aLostStateAndAnEmptyDirectoryRemoveNothing() {
        rig.containers = Set.of("a", "b", "c");
        rig.read();
        SourceSnapshot held = rig.after(WINDOW);
        assertEquals(Set.of("a", "b", "c"), held.held());
        String why = assertMissing("", held, "a").why();
        assertTrue(why.contains("dhow confirm-removal"), why);
        assertMissing("", rig.after(3_600_000), "b");
        rig.confirm("a", "b", "c");
        assertRemoved(rig.after(1), "a");
    }

    @Test
    void P7_aLostStateAndFilesOfAFewRemoveNothing() {
        rig.containers = Set.of("a", "b", "c", "d", "e");
        known("a", "b");
        SourceSnapshot held = rig.after(WINDOW);
        assertEquals(Set.of("c", "d", "e"), held.held());
        assertWanted("1", held, "a");
        put("c");
        rig.settle();
        assertEquals(Set.of("d", "e"), rig.after(WINDOW).held());
    }

    @Test
    void aFewContainersWithoutAFileGo() {
        rig.containers = Set.of("a", "b", "c", "d");
        known("a", "b");
        SourceSnapshot gone = rig.after(WINDOW);
        assertRemoved(gone, "c");
        assertRemoved(gone, "d");
    }

    @Test
    void oneContainerWithoutAFileIsNotMany() {
        rig.containers = Set.of("a");
        rig.read();
        assertRemoved(rig.after(WINDOW), "a");
    }

    @Test
    void whatIsHeldWithoutAFileStaysHeldWhileTheRestartedAgentHasNotSeenDocker() {
        rig.containers = Set.of("a", "b");
        rig.read();
        rig.after(WINDOW);
        rig.containers = null;
        rig.restart();
        assertEquals(Set.of("a", "b"), rig.read().held());
        // Alone it would not be more than one.
        rig.containers = Set.of("a");
        assertEquals(Set.of("a"), rig.after(WINDOW).held());
        assertMissing("", rig.after(WINDOW), "a");
    }

    private void junk(int count) {
        for (int i = 0; i < count; i++) {
            rig.put("junk" + i + ".yaml", "x: 1");
        }
    }

    @Test
    void F15_filesThatWereNeverUsableDoNotMakeTheShareLess() {
        junk(10);
        known("a", "b", "c", "d", "e");
        SourceSnapshot held = vanish("a", "b", "c", "d", "e");
        assertEquals(Set.of("a", "b", "c", "d", "e"), held.held());
        assertMissing("1", held, "a");
    }

    @Test
    void filesThatWereNeverUsableDoNotMakeTheShareLessAfterARestart() {
        junk(10);
        known("a", "b");
        rig.containers = null;
        rig.restart();
        rig.settle();
        assertEquals(Set.of("a", "b"), vanish("a", "b").held());
    }

    @Test
    void filesThatWereNeverUsableGoAndHoldNothing() {
        junk(11);
        known("a", "b", "c", "d");
        delete("a", "b");
        rig.files.keySet().removeIf(name -> name.startsWith("junk"));
        rig.read();
        SourceSnapshot gone = rig.after(WINDOW);
        assertEquals(Set.of(), gone.held());
        assertRemoved(gone, "junk10");
        assertRemoved(gone, "a");
    }

    @Test
    void filesThatWereNeverUsableGoWhileOthersAreHeld() {
        junk(2);
        known("a", "b");
        delete("a", "b");
        rig.files.keySet().removeIf(name -> name.startsWith("junk"));
        rig.read();
        SourceSnapshot held = rig.after(WINDOW);
        assertEquals(Set.of("a", "b"), held.held());
        assertRemoved(held, "junk0");
    }

    @Test
    void aFileThatIsNoLongerUsableStillCountsForWhatItWas() {
        known("a", "b", "c");
        put("d");
        rig.put("a.yaml", "x: 1");
        rig.put("b.yaml", "x: 1");
        rig.settle();
        assertEquals(Set.of("a", "b", "c"), vanish("a", "b", "c").held());
    }

    @Test
    void containersCountThoughTheirFileWasNeverUsable() {
        rig.containers = Set.of("junk0", "junk1");
        junk(2);
        rig.settle();
        rig.files.clear();
        rig.read();
        assertEquals(Set.of("junk0", "junk1"), rig.after(WINDOW).held());
    }

    @Test
    void filesThatWereRefusedForWhatOthersClaimDoNotMakeTheShareLess() {
        for (String service : Set.of("a", "b")) {
            rig.put(service + ".yaml", "image=1 host=%s end".formatted(service));
        }
        rig.settle();
        for (int i = 0; i < 5; i++) {
            rig.put("late%d.yaml".formatted(i), "image=1 host=a end");
        }
        rig.settle();
        rig.read();
        assertEquals(Set.of("a", "b"), vanish("a", "b").held());
    }

    @Test
    void aReplacedDirectoryNeedsNotTheFilesThatWereNeverUsable() {
        junk(2);
        known("a");
        rig.inode = 8;
        rig.files.keySet().removeIf(name -> name.startsWith("junk"));
        assertNull(rig.read().directoryProblem());
        assertRemoved(rig.after(WINDOW), "junk0");
    }

    @Test
    void otherServicesFilesInTheirPlaceDoNotMakeItLess() {
        known("a", "b");
        put("x", "y", "z");
        SourceSnapshot held = vanish("a", "b");
        assertEquals(Set.of("a", "b"), held.held());
        assertWanted("1", held, "x");
    }

    @Test
    void fileThatIsBackIsInForceAndTheOthersStayHeld() {
        known("a", "b", "c");
        vanish("a", "b", "c");
        put("a", "b");
        SourceSnapshot back = rig.settle();
        assertWanted("1", back, "a");
        assertEquals(Set.of("c"), back.held());
        assertMissing("1", rig.after(WINDOW), "c");
        put("c");
        assertEquals(Set.of(), rig.settle().held());
        SourceSnapshot later = vanish("a");
        assertRemoved(later, "a");
    }

    @Test
    void confirmedServicesGoAndTheNextOnesAreCountedAnew() {
        known("a", "b", "c", "d", "e");
        vanish("a", "b", "c");
        rig.confirm("a", "b", "c");
        SourceSnapshot gone = rig.after(1);
        assertRemoved(gone, "a");
        assertRemoved(gone, "c");
        assertEquals(Set.of(), gone.held());
        assertRemoved(vanish("d"), "d");
        assertWanted("1", rig.read(), "e");
    }

    @Test
    void confirmationHoldsNotForAFileThatCameBackInBetween() {
        known("a", "b", "c");
        vanish("a", "b");
        rig.confirm("a", "b");
        put("a", "b");
        rig.settle();
        assertEquals(Set.of("a", "b"), vanish("a", "b").held());
    }

    @Test
    void removalsThatAreMeantOneByOneAreNeitherHeldNorCounted() {
        known("a", "b", "c", "d");
        delete("a", "b", "c");
        rig.confirm("a", "b");
        rig.read();
        SourceSnapshot gone = rig.after(WINDOW);
        assertRemoved(gone, "a");
        assertRemoved(gone, "b");
        assertRemoved(gone, "c");
    }

    @Test
    void heldAgainAfterARestart() {
        known("a", "b", "c");
        vanish("a", "b");
        rig.restart();
        rig.read();
        assertEquals(Set.of("a", "b"), rig.after(WINDOW).held());
        assertMissing("1", rig.after(WINDOW), "a");
    }

    @Test
    void theRestStaysHeldAfterARestartThoughItIsNoMoreThanHalf() {
        known("a", "b", "c");
        vanish("a", "b", "c");
        put("a", "b");
        rig.settle();
        rig.restart();
        assertEquals(Set.of("c"), rig.settle().held());
        assertMissing("1", rig.after(WINDOW), "c");
        rig.confirm("c");
        assertRemoved(rig.after(1), "c");
    }

    @Test
    void filesThatVanishedWhileTheAgentWasDownCountToo() {
        known("a", "b", "c");
        delete("a", "b", "c");
        rig.restart();
        rig.read();
        assertEquals(Set.of("a", "b", "c"), rig.after(WINDOW).held());
    }

    @Test
    void directoryThatVanishesMeanwhileChangesNothing() {
        known("a", "b", "c");
        vanish("a", "b");
        assertEquals(Set.of("a", "b"), rig.fail().held());
        assertEquals(Set.of("a", "b"), rig.after(WINDOW).held());
        rig.confirm("a", "b");
        rig.fail();
        rig.read();
        assertRemoved(rig.after(WINDOW), "a");
    }

    @Test
    void confirmationAcceptsAReplacedDirectory() {
        known("a", "b");
        rig.inode = 8;
        delete("a");
        SourceSnapshot replaced = rig.settle();
        assertEquals(Set.of("a"), replaced.held());
        assertTrue(assertMissing("1", replaced, "a").why().contains("dhow confirm-removal"));
        rig.confirm("a");
        SourceSnapshot accepted = rig.after(1);
        assertNull(accepted.directoryProblem());
        assertMissing("1", accepted, "a");
        assertRemoved(rig.after(WINDOW), "a");
    }
}
