package dev.dhow.agent.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.source.RegularFile;
import dev.dhow.agent.state.Ticker;
import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.ManualTicker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileWatchTest {
    private static final Disk DISK = new Disk() {
        @Override
        public byte[] read(Path file) throws IOException {
            return RegularFile.read(file);
        }

        @Override
        public String why(Path file, IOException failure) {
            return RegularFile.why(file, failure);
        }
    };
    /// A text that does not say `bad`.
    private static final Reading<String> TEXT = bytes -> {
        String text = new String(bytes, StandardCharsets.UTF_8).strip();
        if (text.startsWith("bad")) {
            throw new UnfitFile("line 1: " + text);
        }
        return text;
    };

    @TempDir
    Path dir;

    private final ManualTicker ticker = new ManualTicker();
    private final AtomicInteger changes = new AtomicInteger();

    private Watched<String> watched(Path file) {
        Watched<String> watched = new Watched<>("key", file, TEXT, changes::incrementAndGet);
        watched.look(DISK, ticker.now(), true);
        return watched;
    }

    /// Looks until the file rests.
    private void settle(Watched<?> watched) {
        for (int i = 0; i < 3 && !watched.look(DISK, ticker.now(), false); i++) {
            ticker.advance(Watched.SETTLE);
        }
    }

    @Test
    void theFirstReadingCountsAtOnceAndALaterOneWhenTwoAgree() throws IOException {
        Path file = Files.writeString(dir.resolve("f"), "one");
        Watched<String> watched = watched(file);
        assertEquals("one", watched.now());
        Files.writeString(file, "two, half");
        assertTrue(!watched.look(DISK, ticker.now(), false), "it may still be written");
        ticker.advance(Watched.SETTLE);
        Files.writeString(file, "two, whole");
        assertTrue(!watched.look(DISK, ticker.now(), false));
        assertEquals("one", watched.now());
        ticker.advance(Watched.SETTLE);
        assertTrue(watched.look(DISK, ticker.now(), false));
        assertEquals("two, whole", watched.now());
        assertEquals(2, changes.get());
    }

    @Test
    void whatIsBadOrGoneLeavesTheLastGoodOne() throws IOException {
        Path file = Files.writeString(dir.resolve("f"), "one");
        Watched<String> watched = watched(file);
        Files.writeString(file, "bad words");
        settle(watched);
        assertEquals("one", watched.now());
        assertEquals("line 1: bad words", watched.problem());
        Files.delete(file);
        settle(watched);
        assertEquals("one", watched.now());
        assertEquals("it is missing; put it there, or correct the path", watched.problem());
        Files.createDirectory(file);
        settle(watched);
        assertEquals("one", watched.now());
        assertEquals("it is a directory, not a file", watched.problem());
        Files.delete(file);
        Files.writeString(file, "two");
        settle(watched);
        assertEquals("two", watched.now());
        assertNull(watched.problem());
    }

    @Test
    void whatWasNeverGoodSaysNothing() throws IOException {
        Watched<String> missing = watched(dir.resolve("none"));
        assertNull(missing.now());
        assertNotNull(missing.problem());
        Path file = Files.writeString(dir.resolve("f"), "bad");
        Watched<String> bad = watched(file);
        assertNull(bad.now());
        Files.writeString(dir.resolve("none"), "came");
        settle(missing);
        assertEquals("came", missing.now());
    }

    @Test
    void whatHasNoFileMayMeanSomething() throws IOException {
        Path file = Files.writeString(dir.resolve("f"), "one");
        Watched<String> watched = new Watched<>(
                "key",
                file,
                new Reading<>() {
                    @Override
                    public String of(byte[] bytes) {
                        return "there";
                    }

                    @Override
                    public String absent() {
                        return "none";
                    }
                },
                () -> {});
        watched.look(DISK, ticker.now(), true);
        assertEquals("there", watched.now());
        Files.delete(file);
        settle(watched);
        assertEquals("none", watched.now());
        assertNull(watched.problem());
    }

    @Test
    void theSameAgainIsNoChange() throws IOException {
        Path file = Files.writeString(dir.resolve("f"), "one");
        Watched<String> watched = watched(file);
        String first = watched.now();
        Path aside = Files.writeString(dir.resolve("aside"), "one");
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
        settle(watched);
        assertSame(first, watched.now());
        assertEquals(1, changes.get());
    }

    @Test
    void aFileIsTakenSoonAndSoIsWhatALinkLeadsTo() throws IOException {
        Path first = Files.writeString(dir.resolve("1"), "one");
        Path second = Files.writeString(dir.resolve("2"), "two");
        Path link = Files.createSymbolicLink(dir.resolve("link"), first);
        try (FileWatch watch = new FileWatch(DISK, Ticker.system(), Duration.ofMillis(20))) {
            watch.start();
            Watched<String> watched = watch.open("key", link, TEXT, () -> {});
            Watched<String> unreadable = watch.open("key", second, TEXT, () -> {});
            assertEquals("one", watched.now());
            Files.delete(link);
            Files.createSymbolicLink(link, second);
            Await.until("taken", () -> "two".equals(watched.now()));
            watch.forget(List.of(watched));
            Files.writeString(second, "three");
            Await.until("the other is still looked at", () -> "three".equals(unreadable.now()));
            assertEquals("two", watched.now());
        }
    }

    /// Whoever mends the mode of a file need not touch it.
    @Test
    void aFileThatBecomesReadableIsTaken() throws IOException {
        Path file = Files.writeString(dir.resolve("f"), "one");
        Disk locked = new Disk() {
            @Override
            public byte[] read(Path path) throws IOException {
                if (Files.getPosixFilePermissions(path).isEmpty()) {
                    throw new java.nio.file.AccessDeniedException(path.toString());
                }
                return RegularFile.read(path);
            }

            @Override
            public String why(Path path, IOException failure) {
                return RegularFile.why(path, failure);
            }
        };
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        Watched<String> watched = new Watched<>("key", file, TEXT, () -> {});
        watched.look(locked, ticker.now(), true);
        assertTrue(String.valueOf(watched.problem()).startsWith("permission denied"), watched.problem());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        watched.look(locked, ticker.now(), false);
        ticker.advance(Watched.SETTLE);
        watched.look(locked, ticker.now(), false);
        assertEquals("one", watched.now());
    }
}
