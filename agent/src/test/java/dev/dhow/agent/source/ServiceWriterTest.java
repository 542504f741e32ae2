package dev.dhow.agent.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.source.Written.What;
import dev.dhow.agent.state.ServiceText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceWriterTest {
    @TempDir
    Path directory;

    private final List<String> meant = new ArrayList<>();
    private ServiceWriter writer;

    @BeforeEach
    void open() {
        writer = new ServiceWriter(directory, meant::add);
    }

    private Written write(String text) {
        return writer.write("shop", bytes(text), null);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String content(String text) {
        return new ServiceText("", "", text).content();
    }

    private void assertOnly(String name, String text) throws IOException {
        assertArrayEquals(bytes(text), Files.readAllBytes(directory.resolve(name)));
        try (var files = Files.list(directory)) {
            assertEquals(
                    List.of(name),
                    files.map(file -> file.getFileName().toString()).toList(),
                    "nothing is left beside it");
        }
    }

    private static void assertRefused(String part, Written written) {
        String message = assertInstanceOf(Written.Refused.class, written).message();
        assertTrue(message.contains(part), message);
    }

    private static Written.Done assertDone(What what, Written written) {
        Written.Done done = assertInstanceOf(Written.Done.class, written);
        assertEquals(what, done.what());
        return done;
    }

    @Test
    void aNewFileMayBeReadAndWrittenByWhoMayInTheDirectory() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxr-x"));
        Written.Done done = assertDone(What.CREATED, write("a"));
        assertEquals(content("a"), done.content());
        assertTrue(done.message().contains(directory + "/shop.yaml"), done.message());
        assertOnly("shop.yaml", "a");
        assertEquals("rw-rw-r--", mode("shop.yaml"));
    }

    private String mode(String name) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(name)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop.yaml", "shop.yml"})
    void aFileKeepsItsNameModeAndOwner(String name) throws IOException {
        Path file = Files.writeString(directory.resolve(name), "a");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        if ("root".equals(System.getProperty("user.name"))) {
            Files.setOwner(
                    file, file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
        }
        UserPrincipal owner = Files.getOwner(file);
        assertDone(What.CHANGED, write("b"));
        assertOnly(name, "b");
        assertEquals("rw-r-----", mode(name));
        assertEquals(owner, Files.getOwner(file));
    }

    @Test
    void theSameTextIsNotWrittenAgain() throws IOException {
        write("a");
        Object key = key();
        assertEquals(content("a"), assertDone(What.UNCHANGED, write("a")).content());
        assertEquals(key, key());
        write("b");
        assertFalse(key.equals(key()), "a change is another file, renamed into place");
    }

    private String key() throws IOException {
        return String.valueOf(
                Files.readAttributes(directory.resolve("shop.yaml"), "unix:ino").get("ino"));
    }

    @Test
    void whatACrashLeftBesideIsReplaced() throws IOException {
        Files.writeString(directory.resolve(".shop.yaml.dhow"), "half");
        assertDone(What.CREATED, write("a"));
        assertOnly("shop.yaml", "a");
    }

    @Test
    void aLinkBelongsToSomebodyElse() throws IOException {
        Path target = Files.writeString(directory.resolve("target"), "a");
        Path link = Files.createSymbolicLink(directory.resolve("shop.yaml"), target);
        assertRefused("symbolic link to " + target, write("b"));
        assertRefused("symbolic link", writer.remove("shop", null));
        assertEquals("a", Files.readString(link));
        Files.delete(target);
        assertRefused("symbolic link", write("b"));
    }

    @Test
    void whatIsNoFileAndTwoFilesAreRefused() throws IOException {
        Files.createDirectory(directory.resolve("shop.yaml"));
        assertRefused("not a regular file", write("b"));
        Files.delete(directory.resolve("shop.yaml"));
        Files.writeString(directory.resolve("shop.yaml"), "a");
        Files.writeString(directory.resolve("shop.yml"), "a");
        assertRefused("remove one of them", write("b"));
        assertRefused("remove one of them", writer.remove("shop", null));
    }

    @Test
    void aDirectoryThatCannotBeWrittenIsToldWithTheWayOut() {
        // Not even root makes files there, on whatever machine.
        writer = new ServiceWriter(Path.of("/sys/kernel"), meant::add);
        assertRefused("cannot write to /sys/kernel", write("a"));
        assertRefused("chgrp dhow /sys/kernel", write("a"));
    }

    @Test
    void aDirectoryThatIsNotThereIsToldWithTheWayOut() {
        writer = new ServiceWriter(directory.resolve("no"), meant::add);
        assertRefused("source.directory", write("a"));
        assertRefused("source.directory", writer.remove("shop", null));
    }

    @Test
    void aWriteThatFailsLeavesTheOldFile() throws IOException {
        write("a");
        Files.createDirectories(directory.resolve(".shop.yaml.dhow/in the way"));
        String message = assertInstanceOf(Written.Failed.class, write("b")).message();
        assertTrue(message.contains("nothing is changed"), message);
        assertEquals("a", Files.readString(directory.resolve("shop.yaml")));
    }

    @Test
    void whoExpectsAnotherContentChangesNothing() throws IOException {
        assertEquals(new Written.Other(null), writer.write("shop", bytes("b"), content("a")));
        assertEquals(new Written.Other(null), writer.write("shop", bytes("b"), ServiceWriter.ANY));
        assertEquals(new Written.Other(null), writer.remove("shop", content("a")));
        write("a");
        assertEquals(new Written.Other(content("a")), writer.write("shop", bytes("b"), content("b")));
        assertEquals(new Written.Other(content("a")), writer.remove("shop", content("b")));
        assertOnly("shop.yaml", "a");
        assertDone(What.CHANGED, writer.write("shop", bytes("b"), content("a")));
        assertDone(What.CHANGED, writer.write("shop", bytes("c"), ServiceWriter.ANY));
        assertDone(What.REMOVED, writer.remove("shop", content("c")));
    }

    @Test
    void ofManyWhoSawTheSameContentOneWins() throws Exception {
        write("a");
        String seen = content("a");
        List<Callable<Written>> tasks = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            byte[] text = bytes("text " + i);
            tasks.add(() -> writer.write("shop", text, seen));
        }
        int won = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Written> future : threads.invokeAll(tasks)) {
                if (future.get() instanceof Written.Done done) {
                    won++;
                    assertEquals(content(Files.readString(directory.resolve("shop.yaml"))), done.content());
                } else {
                    assertInstanceOf(Written.Other.class, future.get());
                }
            }
        }
        assertEquals(1, won);
    }

    @Test
    void removalDeletesTheFileAndIsMeant() throws IOException {
        assertEquals(new Written.Absent(), writer.remove("gone", null));
        assertEquals(List.of("gone"), meant, "its absence may wait for a word");
        Files.writeString(directory.resolve("shop.yml"), "a");
        Files.writeString(directory.resolve("other.yaml"), "a");
        String message = assertDone(What.REMOVED, writer.remove("shop", null)).message();
        assertTrue(message.contains("10 s"), message);
        assertEquals(List.of("gone", "shop"), meant);
        assertOnly("other.yaml", "a");
    }
}
