package dev.dhow.agent.history;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.history.LastGood.Entry;
import dev.dhow.agent.history.LastGood.Stored;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastGoodTest {
    @TempDir
    Path temp;

    private StateDir state;
    private LastGood store;

    @BeforeEach
    void open() throws IOException {
        state = StateDir.open(temp);
        store = new LastGood(state);
    }

    @AfterEach
    void close() throws IOException {
        state.close();
    }

    @Test
    void freshDirectoryHoldsNothing() {
        assertEquals(new Stored(Map.of(), List.of()), store.load());
        assertEquals(Optional.empty(), store.sourceDirectory());
    }

    @Test
    void entriesSurviveAndTheLastOneCounts() {
        save("shop", "shop.yaml", "/etc/odd\\dir\nname", "version: 1\n\nservice: shop\n");
        save("shop", "shop.yml", "/etc/odd\\dir\nname", "ä\n\n");
        Stored stored = new LastGood(state).load();
        assertEquals(List.of(), stored.problems());
        Entry entry = stored.entries().get("shop");
        assertEquals("shop.yml", entry.shownName());
        assertEquals(Path.of("/etc/odd\\dir\nname"), entry.directory());
        assertArrayEquals(bytes("ä\n\n"), entry.text());
    }

    @Test
    void forgottenServiceIsGoneAndForgettingTwiceIsFine() {
        save("shop", "shop.yaml", "/d", "x");
        assertInstanceOf(Saved.Done.class, store.forget("shop"));
        assertInstanceOf(Saved.Done.class, store.forget("shop"));
        assertTrue(store.load().entries().isEmpty());
    }

    @Test
    void damagedEntriesAreReportedAndTakeNoOtherWithThem() throws IOException {
        for (String service : List.of("a", "b", "c", "d", "e")) {
            save(service, service + ".yaml", "/d", "text of " + service);
        }
        Path entries = temp.resolve("last-good");
        Files.writeString(entries.resolve("a.last"), "");
        Files.write(entries.resolve("b.last"), new byte[] {0, 1, 2, (byte) 0xff});
        Files.writeString(entries.resolve("c.last"), Files.readString(entries.resolve("c.last")) + "more");
        Files.delete(entries.resolve("d.last"));
        Files.createDirectory(entries.resolve("d.last"));
        AtomicFile.write(entries.resolve("f.last"), bytes("no head"));
        AtomicFile.write(entries.resolve("Bad_Name.last"), bytes("file: x\ndirectory: /d\n\nx"));
        Stored stored = store.load();
        assertEquals(Set.of("e"), stored.entries().keySet());
        assertEquals(6, stored.problems().size(), stored.problems().toString());
    }

    @Test
    void leftoversOfACrashAreClearedAway() throws IOException {
        save("shop", "shop.yaml", "/d", "old");
        Path leftover = AtomicFile.temporary(temp.resolve("last-good/shop.last"));
        Files.writeString(leftover, "half");
        assertArrayEquals(bytes("old"), store.load().entries().get("shop").text());
        assertFalse(Files.exists(leftover));
    }

    @Test
    void failedWriteIsAValue() throws IOException {
        Files.writeString(temp.resolve("last-good"), "a file in the way");
        assertInstanceOf(Saved.Failed.class, store.save(new Entry("shop", "shop.yaml", temp, bytes("x"))));
        assertEquals(1, store.load().problems().size());
    }

    @Test
    void sourceDirectoryIsStoredAndADamagedOneIsUnknown() throws IOException {
        assertInstanceOf(Saved.Done.class, store.saveSourceDirectory("12:34"));
        assertEquals(Optional.of("12:34"), store.sourceDirectory());
        Files.writeString(temp.resolve("source-directory"), "12:35");
        assertEquals(Optional.empty(), store.sourceDirectory());
    }

    private void save(String service, String shown, String directory, String text) {
        assertInstanceOf(Saved.Done.class, store.save(new Entry(service, shown, Path.of(directory), bytes(text))));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
