package dev.dhow.agent.secrets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.api.spec.Content;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretStoreTest {
    @TempDir
    private Path temp;

    private SecretStore store;

    @BeforeEach
    void open() throws IOException {
        // As the installation makes it, with any group but the process's own: 12 is `man` on Debian.
        Files.setAttribute(temp, "unix:gid", 12);
        Files.setAttribute(temp, "unix:mode", 0770);
        store = new SecretStore(temp);
    }

    @Test
    void whatIsWrittenBelongsToTheStoresGroupAndNobodyElseReadsIt() throws IOException {
        byte[] value = {0, -1, 10};
        Path file = store.set("shop", "TOKEN", Content.of(value));
        assertEquals(temp.resolve("shop/TOKEN"), file);
        assertArrayEquals(value, Files.readAllBytes(file));
        assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals(12, Files.getAttribute(file, "unix:gid"));
        assertEquals(12, Files.getAttribute(file.getParent(), "unix:gid"));
        assertEquals(02770, (int) Files.getAttribute(file.getParent(), "unix:mode") & 07777);
    }

    @Test
    void namesAreListedAndRemoved() throws IOException {
        store.set("shop", "B", Content.of("1"));
        store.set("shop", "A", Content.of("1"));
        store.set("shop", "A", Content.of("2"));
        Files.writeString(temp.resolve("shop/.hidden"), "");
        assertEquals(List.of("A", "B"), store.list("shop"));
        assertEquals("2", Files.readString(temp.resolve("shop/A")));
        assertEquals(List.of(), store.list("blog"));
        Files.delete(temp.resolve("shop/.hidden"));
        assertTrue(store.remove("shop", "A"));
        assertFalse(store.remove("shop", "A"));
        assertTrue(store.remove("shop", "B"));
        assertFalse(Files.exists(temp.resolve("shop")));
    }

    @Test
    void namesAreNoPaths() {
        for (String name : List.of("../x", ".key", "", "a/b", "A=1")) {
            assertThrows(IllegalArgumentException.class, () -> store.set("shop", name, Content.EMPTY), name);
        }
        assertThrows(IllegalArgumentException.class, () -> store.set("../shop", "A", Content.EMPTY));
        assertThrows(IllegalArgumentException.class, () -> store.list("."));
    }
}
