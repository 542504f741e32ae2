package dev.dhow.agent.history;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.api.spec.Content;
import dev.dhow.api.spec.MountedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountStoreTest {
    private static final byte[] BINARY = {0, -1, 10, 13};
    private static final List<MountedFile> FILES = List.of(
            new MountedFile("/run/secrets/key", Content.of(BINARY), 0444),
            new MountedFile("/etc/app.conf", Content.of("a=1\n"), 0640));

    @TempDir
    private Path temp;

    private Path mounts;
    private MountStore store;

    @BeforeEach
    void open() {
        mounts = temp.resolve("mounts");
        store = new MountStore(mounts, "host-1");
    }

    @Test
    void writesWhatContainersReadBehindDirectoriesThatOthersCannotEnter() throws IOException {
        assertEquals(new Saved.Done(), store.write("shop-web-1-1", FILES));
        List<Path> paths = store.paths("shop-web-1-1", 2);
        assertArrayEquals(BINARY, Files.readAllBytes(paths.get(0)));
        assertEquals("a=1\n", Files.readString(paths.get(1)));
        assertEquals("r--r--r--", mode(paths.get(0)));
        assertEquals("rw-r-----", mode(paths.get(1)));
        assertEquals("rwx------", mode(mounts));
        assertEquals("rwx------", mode(mounts.resolve("shop-web-1-1")));
    }

    @Test
    void writingAgainReplacesWholeFilesAndLeavesNothingBeside() throws IOException {
        store.write("c", FILES);
        store.write("c", List.of(new MountedFile("/x", Content.of("new"), 0444), FILES.get(1)));
        assertEquals("new", Files.readString(store.paths("c", 1).getFirst()));
        try (Stream<Path> files = Files.list(mounts.resolve("c"))) {
            assertEquals(
                    List.of(".host", "0", "1"),
                    files.map(f -> f.getFileName().toString()).sorted().toList());
        }
    }

    @Test
    void missingIsToldOfAnyCopy() throws IOException {
        assertTrue(store.missing("c", 2));
        store.write("c", FILES);
        assertFalse(store.missing("c", 2));
        Files.delete(store.paths("c", 2).get(1));
        assertTrue(store.missing("c", 2));
        // What Docker makes of a missing source of the older kind is no copy either.
        Files.createDirectory(store.paths("c", 2).get(1));
        assertTrue(store.missing("c", 2));
        assertFalse(store.missing("c", 0));
    }

    @Test
    void removesACopyWithItsContainer() {
        store.write("c", FILES);
        assertEquals(new Saved.Done(), store.remove("c"));
        assertEquals(new Saved.Done(), store.remove("c"));
        assertFalse(Files.exists(mounts.resolve("c")));
    }

    @Test
    void sweepsWhatNoContainerOfThisHostHas() throws IOException {
        store.write("keep", FILES);
        store.write("gone", FILES);
        // Broken off before anything was in it.
        Files.createDirectory(mounts.resolve("begun"));
        new MountStore(mounts, "host-2").write("foreign", FILES);
        store.sweep(Set.of("keep"));
        assertEquals(Set.of("keep"), store.containers());
        assertTrue(Files.exists(mounts.resolve("foreign")));
        assertFalse(Files.exists(mounts.resolve("begun")));
    }

    @Test
    void aDiskThatTakesNothingIsAValueThatNamesThePlace() throws IOException {
        Files.writeString(mounts, "a file in its place");
        Saved.Failed failed = assertInstanceOf(Saved.Failed.class, store.write("c", FILES));
        assertTrue(failed.reason().contains("mounts"), failed.reason());
        assertFalse(failed.reason().contains("a=1"), failed.reason());
        assertEquals(Set.of(), store.containers());
    }

    @Test
    void aNameIsNeverAPath() {
        assertThrows(IllegalArgumentException.class, () -> store.remove("../x"));
        assertThrows(IllegalArgumentException.class, () -> store.write("..", FILES));
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void directoriesThatOthersCouldEnterAreClosedWithTheNextWrite() throws Exception {
        store.write("c", FILES);
        List<Path> directories = List.of(mounts, mounts.resolve("c"));
        for (Path each : directories) {
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        store.write("c", FILES);
        for (Path each : directories) {
            assertEquals("rwx------", mode(each));
        }
    }
}
