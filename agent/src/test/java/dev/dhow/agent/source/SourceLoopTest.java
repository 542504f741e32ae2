package dev.dhow.agent.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.history.LastGood;
import dev.dhow.agent.history.StateDir;
import dev.dhow.agent.state.Desired;
import dev.dhow.agent.state.Ticker;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A real directory, the real clock, the kernel's real events. Waits for what must come, never for time to pass.
@Timeout(60)
class SourceLoopTest {
    @TempDir
    Path temp;

    private final LinkedBlockingQueue<SourceSnapshot> snapshots = new LinkedBlockingQueue<>();
    private final List<SourceSnapshot> all = new CopyOnWriteArrayList<>();
    private final AtomicInteger readings = new AtomicInteger();
    private Path directory;
    private StateDir state;
    private @Nullable SourceLoop loop;

    @BeforeEach
    void open() throws IOException {
        directory = Files.createDirectory(temp.resolve("services.d"));
        state = StateDir.open(temp.resolve("state"));
    }

    @AfterEach
    void close() throws IOException {
        stop();
        state.close();
    }

    private void stop() {
        if (loop != null) {
            loop.close();
        }
    }

    private void start(Hints hints) {
        DirectorySource source = DirectorySource.open(
                directory, Fakes::manifest, Fakes::conflicts, Fakes.NO_CONTAINERS, new LastGood(state));
        DirectoryReader reader = new DirectoryReader(directory, RegularFile::read, Ticker.system());
        SourceLoop started = new SourceLoop(
                source,
                () -> {
                    readings.incrementAndGet();
                    return reader.read();
                },
                hints,
                Ticker.system(),
                snapshot -> {
                    all.add(snapshot);
                    snapshots.add(snapshot);
                });
        started.start();
        loop = started;
    }

    private void startAndList() throws InterruptedException {
        start(Inotify.open().orElseThrow());
        await(SourceSnapshot::listed);
    }

    @Test
    void F05_F06_fileRenamedIntoPlaceIsWantedWithoutASecondReading() throws Exception {
        startAndList();
        rename("shop.yaml", "image=1 end");
        SourceSnapshot first = take();
        Rig.assertWanted("1", first, "shop");
        rename("shop.yaml", "image=2 end");
        Rig.assertWanted("2", take(), "shop");
        Files.delete(directory.resolve("shop.yaml"));
        Rig.assertMissing("2", take(), "shop");
    }

    @Test
    void fileMovedInFromElsewhereIsWantedAtOnceToo() throws Exception {
        startAndList();
        Path elsewhere = Files.writeString(temp.resolve("x"), "image=1 end");
        Files.move(elsewhere, directory.resolve("shop.yaml"), StandardCopyOption.ATOMIC_MOVE);
        Rig.assertWanted("1", take(), "shop");
    }

    @Test
    void F09_fileWrittenByteByByteIsNeverWantedInPart() throws Exception {
        startAndList();
        // Every prefix from "image=a end" on would be valid.
        List<String> command = new ArrayList<>(List.of(
                "sh",
                "-c",
                "{ for c in \"$@\"; do printf %s \"$c\"; sleep 0.05; done; } > \"$0\"",
                directory.resolve("shop.yaml").toString()));
        command.addAll(List.of("image=a end end image=b end image=c end".split("")));
        Process writer = new ProcessBuilder(command).inheritIO().start();
        Rig.assertWanted("c", await(wanted("shop")), "shop");
        assertEquals(0, writer.waitFor());
        assertTrue(all.stream()
                .filter(wanted("shop"))
                .allMatch(snapshot -> image(snapshot, "shop").equals("c")));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void F18_changeInPlaceIsFoundWithAndWithoutTheKernelsEvents(boolean events) throws Exception {
        Files.writeString(directory.resolve("shop.yaml"), "image=1 end");
        start(events ? Inotify.open().orElseThrow() : new PollingOnly());
        await(wanted("shop"));
        Files.writeString(directory.resolve("shop.yaml"), "image=2 end", StandardOpenOption.TRUNCATE_EXISTING);
        await(snapshot -> image(snapshot, "shop").equals("2"));
    }

    @ParameterizedTest
    @CsvSource({"instances, fs.inotify.max_user_instances", "watches, fs.inotify.max_user_watches"})
    void F18_exhaustedLimitMeansPollingAndTheLogNamesIt(String limit, String remedy) throws Exception {
        Path file = Files.writeString(directory.resolve("shop.yaml"), "image=1 end");
        // A user namespace has limits of its own.
        String script = "echo 0 > /proc/sys/user/max_inotify_%s && exec \"$@\"".formatted(limit);
        Process child = new ProcessBuilder(
                        "unshare",
                        "--user",
                        "--map-root-user",
                        "sh",
                        "-c",
                        script,
                        "sh",
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "--enable-native-access=ALL-UNNAMED",
                        SourceTold.class.getName(),
                        directory.toString(),
                        temp.resolve("other").toString())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader told = child.inputReader()) {
            List<String> lines = new ArrayList<>();
            awaitLine(told, "shop is 1", lines);
            Files.writeString(file, "image=2 end", StandardOpenOption.TRUNCATE_EXISTING);
            awaitLine(told, "shop is 2", lines);
            List<String> warnings = lines.stream()
                    .filter(line -> line.contains("by polling only"))
                    .toList();
            assertEquals(1, warnings.size(), lines::toString);
            assertTrue(warnings.getFirst().contains("raise " + remedy), warnings::toString);
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    private static void awaitLine(BufferedReader from, String wanted, List<String> lines) throws IOException {
        for (String line = from.readLine(); line != null; line = from.readLine()) {
            lines.add(line);
            if (line.equals(wanted)) {
                return;
            }
        }
        throw new AssertionError("it ended: " + lines);
    }

    @Test
    void F12_targetOfALinkEditedElsewhereIsFound() throws Exception {
        Path target = Files.writeString(temp.resolve("target"), "image=1 end");
        Files.createSymbolicLink(directory.resolve("shop.yaml"), target);
        startAndList();
        Files.writeString(target, "image=2 end");
        await(snapshot -> image(snapshot, "shop").equals("2"));
    }

    @Test
    void F12_swapOfTheDataLinkIsFound() throws Exception {
        Files.writeString(Files.createDirectory(directory.resolve("..1")).resolve("shop.yaml"), "image=1 end");
        Files.writeString(Files.createDirectory(directory.resolve("..2")).resolve("shop.yaml"), "image=2 end");
        Files.createSymbolicLink(directory.resolve("..data"), Path.of("..1"));
        Files.createSymbolicLink(directory.resolve("shop.yaml"), Path.of("..data/shop.yaml"));
        startAndList();
        Files.createSymbolicLink(directory.resolve("..data_tmp"), Path.of("..2"));
        Files.move(directory.resolve("..data_tmp"), directory.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        await(snapshot -> image(snapshot, "shop").equals("2"));
    }

    @Test
    void F14_replacedDirectoryIsReadAndWatchedAndHoldsWhatItLacks() throws Exception {
        Files.writeString(directory.resolve("shop.yaml"), "image=1 end");
        Files.writeString(directory.resolve("other.yaml"), "image=1 end");
        startAndList();
        Files.move(directory, temp.resolve("old"));
        await(snapshot ->
                snapshot.directoryProblem() != null && snapshot.services().get("shop") instanceof Desired.Missing);
        Files.createDirectory(directory);
        await(snapshot -> String.valueOf(snapshot.directoryProblem()).contains("missing: other, shop"));
        rename("shop.yaml", "image=2 end");
        Rig.assertMissing("1", await(snapshot -> image(snapshot, "shop").equals("2")), "other");
        rename("other.yaml", "image=2 end");
        await(snapshot ->
                snapshot.directoryProblem() == null && image(snapshot, "other").equals("2"));
        // The new directory is the one that is watched now.
        rename("shop.yaml", "image=3 end");
        Rig.assertWanted("3", take(), "shop");
        // What happens in the old one means nothing.
        Files.writeString(temp.resolve("old/late.yaml"), "image=1 end");
        rename("shop.yaml", "image=4 end");
        assertFalse(take().services().containsKey("late"));
    }

    @Test
    void F17_stormOfEventsCostsABoundedNumberOfReadings() throws Exception {
        startAndList();
        int before = readings.get();
        Duration begun = Ticker.system().now();
        for (int i = 0; i < 5_000; i++) {
            Path file = directory.resolve("storm-%d.yaml".formatted(i % 10));
            Files.writeString(file, "image=%d end".formatted(i));
            Files.delete(file);
        }
        rename("last.yaml", "image=1 end");
        await(wanted("last"));
        Duration took = Ticker.system().now().minus(begun);
        long bound = took.dividedBy(SourceLoop.GAP) + 2;
        int done = readings.get() - before;
        assertTrue(done <= bound, "%d readings in %s".formatted(done, took));
    }

    @Test
    void fifoAmongTheFilesBlocksNothing() throws Exception {
        assertEquals(
                0,
                new ProcessBuilder("mkfifo", directory.resolve("pipe.yaml").toString())
                        .start()
                        .waitFor());
        Files.writeString(directory.resolve("shop.yaml"), "image=1 end");
        start(Inotify.open().orElseThrow());
        SourceSnapshot snapshot = await(wanted("shop"));
        Rig.assertInvalid("", true, snapshot, "pipe");
    }

    @Test
    void consumerThatFailsDoesNotEndTheLoop() throws Exception {
        LinkedBlockingQueue<SourceSnapshot> seen = new LinkedBlockingQueue<>();
        DirectorySource source = DirectorySource.open(
                directory, Fakes::manifest, Fakes::conflicts, Fakes.NO_CONTAINERS, new LastGood(state));
        loop = SourceLoop.start(source, Ticker.system(), snapshot -> {
            seen.add(snapshot);
            throw new IllegalStateException("a bug");
        });
        assertNotNull(seen.poll(30, TimeUnit.SECONDS));
        rename("shop.yaml", "image=1 end");
        assertTrue(wanted("shop").test(seen.take()));
    }

    @Test
    void closedLoopReadsNoMore() throws Exception {
        startAndList();
        stop();
        int before = readings.get();
        rename("shop.yaml", "image=1 end");
        stop();
        assertEquals(before, readings.get());
    }

    private void rename(String name, String text) throws IOException {
        Path temporary = Files.writeString(directory.resolve("." + name + ".tmp"), text);
        Files.move(temporary, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private SourceSnapshot take() throws InterruptedException {
        SourceSnapshot next = snapshots.poll(30, TimeUnit.SECONDS);
        assertNotNull(next, () -> "nothing came after " + all);
        return next;
    }

    private SourceSnapshot await(Predicate<SourceSnapshot> condition) throws InterruptedException {
        SourceSnapshot next = take();
        while (!condition.test(next)) {
            next = take();
        }
        return next;
    }

    private static Predicate<SourceSnapshot> wanted(String service) {
        return snapshot -> snapshot.services().get(service) instanceof Desired.Wanted;
    }

    private static String image(SourceSnapshot snapshot, String service) {
        return snapshot.services().get(service) instanceof Desired.Wanted wanted
                ? wanted.declared().spec().roles().getFirst().image()
                : "";
    }
}
