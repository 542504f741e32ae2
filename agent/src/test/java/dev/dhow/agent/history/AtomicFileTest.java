package dev.dhow.agent.history;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.history.AtomicFile.Content;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AtomicFileTest {
    @TempDir
    Path temp;

    @Test
    void readsBackWhatWasWritten() throws IOException {
        Path file = temp.resolve("x");
        for (String text : new String[] {"", "one\n", "größer\0binary"}) {
            assertInstanceOf(Saved.Done.class, AtomicFile.write(file, bytes(text)));
            assertIntact(text, file);
        }
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertFalse(Files.exists(AtomicFile.temporary(file)));
    }

    @Test
    void missingFileIsAbsentAndDeletingItIsDone() {
        assertInstanceOf(Content.Absent.class, AtomicFile.read(temp.resolve("x")));
        assertInstanceOf(Saved.Done.class, AtomicFile.delete(temp.resolve("x")));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 40, 78, 79, 80, 83})
    void fileCutAnywhereIsDamaged(int length) throws IOException {
        Path file = temp.resolve("x");
        AtomicFile.write(file, bytes("hello"));
        byte[] all = Files.readAllBytes(file);
        assertEquals(84, all.length);
        Files.write(file, Arrays.copyOf(all, length));
        String reason =
                assertInstanceOf(Content.Damaged.class, AtomicFile.read(file)).reason();
        assertTrue(reason.startsWith(file.toString()), reason);
    }

    @Test
    void oneFlippedByteIsDamage() throws IOException {
        Path file = temp.resolve("x");
        AtomicFile.write(file, bytes("hello"));
        byte[] all = Files.readAllBytes(file);
        all[all.length - 1] ^= 1;
        Files.write(file, all);
        assertInstanceOf(Content.Damaged.class, AtomicFile.read(file));
    }

    @Test
    void whatTheDiskDoesNotGiveIsUnknownAndNotDamaged() throws IOException {
        // Reading it fails with EIO, also for root.
        Path file = Files.createSymbolicLink(temp.resolve("x"), Path.of("/proc/self/mem"));
        String reason = assertInstanceOf(Content.Unreadable.class, AtomicFile.read(file))
                .reason();
        assertTrue(reason.startsWith(file.toString()) && reason.contains("Input/output error"), reason);
    }

    @Test
    void directoryInItsPlaceIsDamageAndCannotBeWritten() throws IOException {
        Path file = temp.resolve("x");
        Files.createDirectories(file.resolve("full"));
        assertInstanceOf(Content.Damaged.class, AtomicFile.read(file));
        assertInstanceOf(Saved.Failed.class, AtomicFile.write(file, bytes("a")));
        assertFalse(Files.exists(AtomicFile.temporary(file)));
    }

    @Test
    void crashBeforeTheRenameLeavesTheOldContent() throws IOException {
        Path file = temp.resolve("x");
        AtomicFile.write(file, bytes("old"));
        Files.writeString(AtomicFile.temporary(file), "dhow 1 sha256:half");
        assertIntact("old", file);
        assertInstanceOf(Saved.Done.class, AtomicFile.write(file, bytes("new")));
        assertIntact("new", file);
    }

    @Test
    void fullDiskIsAValueAndTheOldContentStays() throws Exception {
        run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", temp.toString());
        try {
            Path file = temp.resolve("x");
            AtomicFile.write(file, bytes("old"));
            Saved.Failed failed = assertInstanceOf(Saved.Failed.class, AtomicFile.write(file, new byte[200_000]));
            assertTrue(failed.reason().contains("No space left on device"), failed.reason());
            assertTrue(failed.reason().contains(file.toString()), failed.reason());
            assertIntact("old", file);
            assertInstanceOf(Saved.Done.class, AtomicFile.write(file, bytes("space again")));
        } finally {
            run("umount", temp.toString());
        }
    }

    @Test
    void whatCouldNotBeReadBackIsNotWritten() {
        Path file = temp.resolve("x");
        AtomicFile.write(file, bytes("old"));
        Saved.Failed failed = assertInstanceOf(Saved.Failed.class, AtomicFile.write(file, new byte[4 << 20]));
        assertTrue(failed.reason().contains(file.toString()), failed.reason());
        assertIntact("old", file);
        assertInstanceOf(Saved.Done.class, AtomicFile.write(file, new byte[AtomicFile.MOST]));
        assertInstanceOf(Content.Intact.class, AtomicFile.read(file));
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertEquals(0, process.waitFor(), String.join(" ", command));
    }

    private static void assertIntact(String text, Path file) {
        assertArrayEquals(
                bytes(text),
                assertInstanceOf(Content.Intact.class, AtomicFile.read(file)).bytes());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
