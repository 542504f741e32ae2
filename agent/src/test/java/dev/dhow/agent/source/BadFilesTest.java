package dev.dhow.agent.source;

import static dev.dhow.agent.source.Rig.assertInvalid;
import static dev.dhow.agent.source.Rig.assertMissing;
import static dev.dhow.agent.source.Rig.assertRemoved;
import static dev.dhow.agent.source.Rig.assertWanted;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.history.LastGood;
import dev.dhow.agent.manifest.Manifests;
import dev.dhow.api.status.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A file that cannot be used keeps its service as it is, also over a restart of the agent.
class BadFilesTest extends RigTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "  \n", "# only a comment\n", "image=2", "boom"})
    void F07_unusableTextKeepsTheLastGoodOneAndOtherServicesGoOn(String text) {
        rig.put("shop.yaml", "image=1 end").put("other.yaml", "image=1 end").settle();
        rig.put("shop.yaml", text).put("other.yaml", "image=2 end").settle();
        assertInvalid("1", true, rig.read(), "shop");
        assertWanted("2", rig.read(), "other");
        rig.put("shop.yaml", "image=3 end");
        assertWanted("3", rig.settle(), "shop");
    }

    @Test
    void fileThatNeverWasValidIsListedByItsName() {
        SourceSnapshot snapshot = rig.put("shop.yaml", "image=1").settle();
        assertEquals(
                "shop.yaml: no end",
                assertInvalid("", true, snapshot, "shop").problems().getFirst().summary());
    }

    @Test
    void nameThatIsNoServiceNameIsListedAndNotParsed() {
        SourceSnapshot snapshot = rig.put("Foo_Bar.yaml", "image=1 end").settle();
        String problem = assertInvalid("", true, snapshot, "Foo_Bar")
                .problems()
                .getFirst()
                .summary();
        assertTrue(problem.startsWith("Foo_Bar.yaml: ") && problem.contains("rename"), problem);
        assertEquals(0, rig.parses);
    }

    @Test
    void F14_unreadableFileIsNotCalledInvalidAndNotMissing() {
        rig.put("shop.yaml", "image=1 end").settle();
        rig.unreadable("shop.yaml").settle();
        assertInvalid("1", false, rig.after(60_000), "shop");
    }

    /// Whoever may drop a link here may not read all that the agent can, and what is told goes to logs.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "hunter2",
                "hunter2: [\n",
                "- hunter2\n",
                "machine: a\nhunter2: b\n",
                "root:x:0:0:hunter2\n\tdaemon:x\n",
                "version: hunter2\n",
                "\u0001hunter2"
            })
    void aLinkToWhatIsNoServiceFileShowsNothingOfIt(String text) {
        rig.reader = Manifests::read;
        List<Problem> problems = assertInvalid(
                        "", true, rig.link("shop.yaml", text).settle(), "shop")
                .problems();
        assertEquals(1, problems.size(), problems::toString);
        assertFalse(problems.toString().contains("hunter2"), problems::toString);
        assertEquals(
                0,
                problems.getFirst().line() + problems.getFirst().column(),
                "where it stops to make sense tells of it too");
        assertTrue(problems.getFirst().message().contains("dhow validate /services.d/shop.yaml"), problems::toString);
    }

    @Test
    void aLinkToAServiceFileShowsWhatIsWrongInIt() {
        rig.reader = Manifests::read;
        String text = "version: 1\nservice: shop\nimage: a:1\nroles: {web: {imagee: b}}\n";
        Problem problem = assertInvalid("", true, rig.link("shop.yaml", text).settle(), "shop")
                .problems()
                .getFirst();
        assertEquals("shop.yaml:4:15: roles.web.imagee: unknown key; did you mean \"image\"?", problem.summary());
        assertEquals("roles: {web: {imagee: b}}", problem.source());
    }

    @Test
    void F13_twoFilesOfOneServiceAreBothRefusedAndWhatRunsIsKept() {
        rig.put("shop.yaml", "image=1 end").settle();
        rig.put("shop.yml", "image=2 end");
        assertWanted("1", rig.read(), "shop");
        var invalid = assertInvalid("1", true, rig.after(250), "shop");
        assertEquals(2, invalid.problems().size());
        rig.files.remove("shop.yaml");
        assertWanted("2", rig.after(1), "shop");
    }

    @Test
    void F13_twoFilesThatCameTogetherAreBothRefused() {
        rig.put("shop.yaml", "image=1 end").put("shop.yml", "image=1 end");
        assertInvalid("", true, rig.settle(), "shop");
    }

    @Test
    void F13_otherExtensionIsTheSameFile() {
        rig.put("shop.yaml", "image=1 end").settle();
        rig.files.clear();
        rig.put("shop.yml", "image=1 end");
        assertWanted("1", rig.read(), "shop");
        assertWanted("1", rig.after(60_000), "shop");
    }

    @ParameterizedTest
    @ValueSource(strings = {"broken", "image=2 end"})
    void F12_sameFileDroppedOnceASecondIsOneChange(String text) {
        rig.put("shop.yaml", "image=1 end").settle();
        SourceSnapshot first = rig.put("shop.yaml", text).settle();
        int parses = rig.parses;
        for (int second = 0; second < 60; second++) {
            rig.put("shop.yaml", text);
            assertEquals(first.services(), rig.after(1000, "shop.yaml").services());
        }
        assertEquals(parses, rig.parses);
    }

    @Test
    void F21_fileThatVanishesAndReturnsAgainAndAgainIsNeverRemoved() {
        rig.put("shop.yaml", "image=1 end").settle();
        for (int minute = 0; minute < 60; minute++) {
            rig.files.clear();
            rig.after(1000);
            assertMissing("1", rig.after(9_000), "shop");
            rig.put("shop.yaml", "image=1 end");
            assertWanted("1", rig.after(500), "shop");
        }
    }

    @Test
    void F20_lastGoodSurvivesARestartWithABrokenFile() {
        rig.put("shop.yaml", "image=1 end").settle();
        rig.put("shop.yaml", "broken").settle();
        rig.restart();
        assertInvalid("1", true, rig.settle(), "shop");
        rig.restart();
        assertInvalid("1", false, rig.unreadable("shop.yaml").settle(), "shop");
    }

    @Test
    void F20_lastGoodThatCannotBeReadAnyMoreHoldsTheContainersUntilItCan() {
        Path env = Path.of("/services.d/shop.env");
        rig.others.put(env, "A");
        rig.put("shop.yaml", "image=1 env=shop.env end").settle();
        rig.after(250);
        rig.put("shop.yaml", "broken").settle();
        rig.others.clear();
        rig.restart();
        assertInvalid("", true, rig.settle(), "shop");
        rig.others.put(env, "B");
        assertInvalid("1+B", true, rig.after(1500), "shop");
    }

    @Test
    void F22_changeWhileTheAgentWasDownCountsAfterSettling() {
        rig.put("shop.yaml", "image=1 end").settle();
        rig.put("shop.yaml", "image=2 end");
        rig.restart();
        assertFalse(rig.read().listed());
        assertWanted("2", rig.after(250), "shop");
    }

    @Test
    void fileThatIsBeingWrittenAcrossARestartKeepsTheLastGoodOne() {
        rig.put("shop.yaml", "image=1 end").settle();
        rig.restart();
        rig.put("shop.yaml", "im").read();
        rig.put("shop.yaml", "ima");
        assertMissing("1", rig.after(250), "shop");
    }

    @Test
    void envFileValuesAreNeverStored() throws IOException {
        rig.others.put(Path.of("/services.d/shop.env"), "canary-4711");
        rig.put("shop.yaml", "image=1 env=shop.env end").settle();
        assertWanted("1+canary-4711", rig.after(250), "shop");
        assertEquals(1, rig.store.load().entries().size());
        try (var files = Files.walk(state)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertFalse(Files.readString(file).contains("canary"), file.toString());
            }
        }
    }

    @Test
    void failedWriteOfTheLastGoodStateChangesNothingAndIsTriedAgain() throws IOException {
        Path inTheWay = Files.writeString(state.resolve("last-good"), "");
        assertWanted("1", rig.put("shop.yaml", "image=1 end").settle(), "shop");
        assertTrue(new LastGood(rig.state).load().entries().isEmpty());
        Files.delete(inTheWay);
        rig.after(1500);
        assertEquals(1, new LastGood(rig.state).load().entries().size());
    }

    @Test
    void removedServiceIsForgotten() {
        rig.put("shop.yaml", "image=1 end").settle();
        rig.files.clear();
        rig.read();
        assertRemoved(rig.after(10_000), "shop");
        rig.restart();
        assertTrue(rig.settle().services().isEmpty());
    }
}
