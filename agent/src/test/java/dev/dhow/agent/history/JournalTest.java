package dev.dhow.agent.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.json.Json;
import dev.dhow.agent.state.Chronicle;
import dev.dhow.agent.state.ServiceText;
import dev.dhow.api.status.CheckResult;
import dev.dhow.api.status.ReplicaStatus.LastExit;
import dev.dhow.api.status.RolloutStatus;
import dev.dhow.api.status.RolloutStatus.Outcome;
import dev.dhow.api.status.RunStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    private static final Instant AT = Instant.parse("2026-11-20T10:00:00Z");

    @TempDir
    private Path state;

    private static Chronicle chronicle(String printed) {
        CheckResult check = new CheckResult(
                CheckResult.Kind.HTTP, false, AT, "http://172.17.0.2/up", 500, null, printed, null, null);
        RolloutStatus failed = new RolloutStatus(
                "3f2a9c10",
                "file",
                Outcome.ROLLED_BACK,
                AT,
                AT.plusSeconds(9),
                "shop/web/1: GET /up: 500",
                check,
                new LastExit(7, false, AT, List.of(printed)));
        return new Chronicle(
                List.of(new Chronicle.Entry(
                        failed,
                        Map.of("web", "sha256:1"),
                        Map.of("web", "1:0"),
                        new ServiceText("shop.yaml", "/etc", "x"))),
                new Chronicle.Back("aaaa1111", "0123456789abcdef"),
                true,
                Set.of("id1"),
                Map.of("shop:1", "sha256:1"),
                Set.of("shop:2"));
    }

    @Test
    void whatIsSavedIsLoadedButWhatAProgramPrinted() throws Exception {
        Journal journal = new Journal(state);
        assertInstanceOf(Saved.Done.class, journal.save("shop", chronicle("hunter2")));
        Journal.Loaded loaded = new Journal(state).load("shop");
        assertEquals("", loaded.problem());
        Chronicle expected = chronicle("hunter2");
        assertEquals(expected.back(), loaded.chronicle().back());
        assertEquals(expected.tags(), loaded.chronicle().tags());
        RolloutStatus rollout = loaded.chronicle().entries().getFirst().rollout();
        assertEquals("shop/web/1: GET /up: 500", rollout.cause());
        assertEquals(7, rollout.lastExit() == null ? 0 : rollout.lastExit().code());
        assertFalse(Files.readString(state.resolve("journal/shop.journal")).contains("hunter2"));
    }

    @Test
    void runsAndReleasesAreKeptAndAnOlderJournalHasNone() throws Exception {
        RunStatus run = new RunStatus(
                "job", "3f2a9c10", "shop-job-3f2a9c10-1", AT, AT.plusSeconds(9), 0, RunStatus.Outcome.SUCCEEDED);
        RunStatus skipped =
                new RunStatus("job", "3f2a9c10", "", AT.plusSeconds(60), null, null, RunStatus.Outcome.SKIPPED);
        Chronicle chronicle =
                chronicle("a").changeLast(Chronicle.Entry::afterRelease).withRuns(List.of(run, skipped));
        Journal journal = new Journal(state);
        journal.save("shop", chronicle);
        Chronicle loaded = journal.load("shop").chronicle();
        assertEquals(List.of(run, skipped), loaded.runs());
        assertTrue(loaded.entries().getFirst().released());
        String older =
                Json.write(chronicle).replaceFirst(",\"runs\":\\[.*\\]", "").replace(",\"released\":true", "");
        Chronicle read = Json.read(older, Chronicle.class);
        assertFalse(older.contains("runs") || older.contains("released"), older);
        assertEquals(List.of(), read.runs());
        assertFalse(read.entries().getFirst().released());
        assertEquals(chronicle.back(), read.back());
    }

    @Test
    void damagedFileCostsOneServicesHistoryOnly() throws Exception {
        Journal journal = new Journal(state);
        journal.save("shop", chronicle("a"));
        journal.save("blog", chronicle("b"));
        Path file = state.resolve("journal/shop.journal");
        Files.writeString(file, Files.readString(file).replace("3f2a9c10", "3f2a9c11"));
        Journal.Loaded damaged = journal.load("shop");
        assertEquals(Chronicle.EMPTY, damaged.chronicle());
        assertTrue(damaged.problem().contains("shop.journal is damaged"), damaged.problem());
        assertTrue(damaged.problem().contains("shop.journal.damaged"), damaged.problem());
        assertTrue(
                Files.readString(state.resolve("journal/shop.journal.damaged")).contains("3f2a9c11"));
        assertTrue(damaged.known());
        assertEquals("", journal.load("blog").problem());
        assertInstanceOf(Saved.Done.class, journal.save("shop", chronicle("a")));
        assertEquals("", journal.load("shop").problem());
    }

    @Test
    void whatCannotBeAServiceHasNoJournalAndThatIsNoError() throws Exception {
        Journal journal = new Journal(state);
        for (String odd : List.of("my_app", "Shop", "shop.prod", "../shop", "", "-")) {
            assertInstanceOf(Saved.Done.class, journal.save(odd, chronicle("a")));
            assertEquals(new Journal.Loaded(Chronicle.EMPTY, "", true), journal.load(odd));
            assertInstanceOf(Saved.Done.class, journal.forget(odd));
        }
        try (var all = Files.walk(state)) {
            assertEquals(List.of(), all.filter(Files::isRegularFile).toList());
        }
    }

    @Test
    void whatCannotBeReadNowIsUnknownAndKept() throws Exception {
        Journal journal = new Journal(state);
        journal.save("shop", chronicle("a"));
        Path file = state.resolve("journal/shop.journal");
        Path kept = Files.move(file, state.resolve("kept"));
        Files.createSymbolicLink(file, Path.of("/proc/self/mem"));
        Journal.Loaded loaded = journal.load("shop");
        assertFalse(loaded.known());
        assertTrue(loaded.problem().contains("shop.journal cannot be read"), loaded.problem());
        Files.delete(file);
        Files.move(kept, file);
        assertTrue(journal.load("shop").known());
        assertEquals(
                "3f2a9c10",
                journal.load("shop").chronicle().entries().getFirst().revision());
    }

    @Test
    void whatAnotherVersionWroteIsKeptAside() throws Exception {
        AtomicFile.write(
                Files.createDirectory(state.resolve("journal")).resolve("shop.journal"), new byte[] {'[', ']'});
        assertTrue(new Journal(state).load("shop").problem().contains("shop.journal.damaged"));
        assertTrue(Files.exists(state.resolve("journal/shop.journal.damaged")));
    }

    @Test
    void diskThatTakesNothingIsAValue() throws Exception {
        Files.writeString(state.resolve("journal"), "in the way");
        Saved.Failed failed = assertInstanceOf(Saved.Failed.class, new Journal(state).save("shop", chronicle("a")));
        assertTrue(failed.reason().contains("journal"), failed.reason());
        assertEquals(Chronicle.EMPTY, new Journal(state).load("shop").chronicle());
    }

    @Test
    void aHistoryThatIsTooLargeLosesItsOldestTextsAndNothingElse() throws Exception {
        Chronicle.Entry small = chronicle("a").entries().getFirst();
        String large = "#".repeat(1 << 20);
        List<Chronicle.Entry> entries = java.util.stream.IntStream.range(0, 6)
                .mapToObj(i -> new Chronicle.Entry(
                        new RolloutStatus("0000000" + i, "file", Outcome.AVAILABLE, AT, AT, "", null, null),
                        small.images(),
                        small.specs(),
                        new ServiceText("shop.yaml", "/etc", large + i)))
                .toList();
        Chronicle chronicle = chronicle("a")
                .withEntries(entries)
                .withBack(new Chronicle.Back("00000001", "0123456789abcdef"))
                .withHeld(true);
        Journal journal = new Journal(state);
        assertInstanceOf(Saved.Done.class, journal.save("shop", chronicle));
        Journal.Loaded loaded = journal.load("shop");
        assertEquals("", loaded.problem());
        assertEquals(chronicle.back(), loaded.chronicle().back());
        assertTrue(loaded.chronicle().held());
        assertEquals(
                "0=false 1=true 2=false 3=false 4=true 5=true",
                String.join(
                        " ",
                        loaded.chronicle().entries().stream()
                                .map(e -> e.revision().charAt(7) + "=" + (e.text() != null))
                                .toList()),
                "what somebody went back to is needed most");
    }

    @Test
    void forgottenServiceIsGone() {
        Journal journal = new Journal(state);
        journal.save("shop", chronicle("a"));
        journal.forget("shop");
        assertEquals(Chronicle.EMPTY, journal.load("shop").chronicle());
    }
}
