package dev.dhow.agent.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class DirectoryReaderTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".shop.yaml",
                "shop.yaml~",
                ".shop.yaml.swp",
                "shop.yaml.swp",
                "shop.yaml.bak",
                "shop.yaml.tmp",
                "shop.yaml.dpkg-new",
                "shop.yaml.dpkg-old",
                "shop.yaml.rpmsave",
                "shop.yaml.rpmnew",
                "#shop.yaml#",
                ".#shop.yaml",
                "4913",
                "shop.YAML",
                "shop.json",
                "yaml",
                ".yaml",
                "..data",
                "README"
            })
    void F11_leftoversAndOtherFilesAreIgnored(String name) throws IOException {
        Files.writeString(directory.resolve(name), "x");
        assertEquals(Set.of(), listing().files().keySet());
    }

    @ParameterizedTest
    @CsvSource({"shop.yaml, shop", "shop.yml, shop", "a.b.yaml, a.b", "Größe.yaml, Größe"})
    void F02_serviceFilesAreRead(String name, String service) throws IOException {
        Files.writeString(directory.resolve(name), "x");
        assertEquals("x", text(name));
        assertEquals(service, FileNames.service(name));
    }

    @Test
    void linksToRegularFilesAreReadAndMarked() throws IOException {
        Path target = Files.writeString(directory.resolve("target.txt"), "x");
        Files.createSymbolicLink(directory.resolve("shop.yaml"), target);
        assertTrue(
                assertInstanceOf(FileContent.Text.class, content("shop.yaml")).link());
        Files.writeString(target, "y");
        assertEquals("y", text("shop.yaml"));
    }

    @Test
    void aLinkToWhatNoServiceMayReadShowsNothingOfIt() throws IOException {
        Path closed = Files.writeString(directory.resolve("closed"), "canary");
        Files.createSymbolicLink(directory.resolve("shop.yaml"), closed);
        assertUnusable(false, "which no service may read", "shop.yaml");
    }

    private static byte[] linked(Path file) throws IOException {
        if (file.toRealPath().endsWith("closed")) {
            throw new IOException("it is %s, which no service may read".formatted(file));
        }
        return RegularFile.read(file);
    }

    @Test
    void whatIsNoRegularFileIsToldAndNeverOpened() throws Exception {
        run("mkfifo", directory.resolve("fifo.yaml").toString());
        Files.createDirectory(directory.resolve("dir.yaml"));
        Files.createSymbolicLink(directory.resolve("device.yaml"), Path.of("/dev/zero"));
        Files.createSymbolicLink(directory.resolve("tofifo.yaml"), directory.resolve("fifo.yaml"));
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(directory.resolve("socket.yaml")));
            for (String name : new String[] {"fifo", "device", "tofifo", "socket"}) {
                assertUnusable(true, "FIFO, socket or device", name + ".yaml");
            }
            assertUnusable(true, "directory", "dir.yaml");
        }
    }

    @Test
    void whatCannotBeReadIsUnknownAndNotWrong() throws IOException {
        Files.createSymbolicLink(directory.resolve("loop.yaml"), Path.of("loop.yaml"));
        Files.createSymbolicLink(directory.resolve("dangling.yaml"), Path.of("nowhere"));
        // A regular file whose reading fails with EIO, also for root.
        Files.createSymbolicLink(directory.resolve("broken.yaml"), Path.of("/proc/self/mem"));
        assertUnusable(false, "Too many levels of symbolic links", "loop.yaml");
        assertUnusable(false, "is not there", "dangling.yaml");
        assertUnusable(false, "Input/output error", "broken.yaml");
    }

    @Test
    void deniedPermissionNamesTheUserAndTheWayOut() {
        Path file = Path.of("/etc/dhow/services.d/shop.yaml");
        FileContent.Unusable unusable = DirectoryReader.unusable(file, new AccessDeniedException(file.toString()));
        assertFalse(unusable.readable());
        String problem = unusable.problem();
        assertTrue(problem.contains("chmod g+r " + file) && problem.contains(System.getProperty("user.name")), problem);
    }

    @Test
    void F16_fileOf20MegabytesIsRefusedBySize() throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(directory.resolve("big.yaml").toFile(), "rw")) {
            file.setLength(20_000_000);
        }
        assertUnusable(true, "larger than 1 MiB (20000000 bytes)", "big.yaml");
    }

    @Test
    void fileThatShowsNoSizeIsReadBounded() throws IOException {
        // The kernel shows size 0 for it and gives several MiB.
        Files.createSymbolicLink(directory.resolve("endless.yaml"), Path.of("/proc/kallsyms"));
        assertUnusable(true, "larger than 1 MiB", "endless.yaml");
        Files.write(directory.resolve("limit.yaml"), new byte[1 << 20]);
        assertEquals(1 << 20, text("limit.yaml").length());
    }

    @Test
    void fileThatVanishedSinceItWasListedIsNotThere() {
        assertEquals(Optional.empty(), DirectoryReader.content(directory.resolve("gone.yaml"), RegularFile::read));
    }

    @Test
    void F01_directoryThatIsMissingOrNoneIsNoListing() throws IOException {
        Path missing = directory.resolve("missing");
        assertTrue(why(missing).contains(missing + " cannot be read: it is not there"), why(missing));
        Path file = Files.writeString(directory.resolve("file"), "");
        assertTrue(why(file).contains("not a directory"), why(file));
    }

    @Test
    void directoryKeepsItsIdentityWhileItsEntriesChange() throws IOException {
        DirectoryId before = DirectoryId.of(directory);
        Files.writeString(directory.resolve("shop.yaml"), "x");
        DirectoryId after = DirectoryId.of(directory);
        assertTrue(before.is(after));
        assertTrue(after.is(after));
        assertEquals(after.text(), DirectoryId.parse(after.text()).orElseThrow().text());
        assertTrue(DirectoryId.parse(before.text()).orElseThrow().is(after));
        assertEquals(Optional.empty(), DirectoryId.parse("nonsense"));
    }

    @Test
    void directoryThatWasMadeAnewIsAnotherOneEvenIfItGotTheSameInode() throws IOException {
        Path path = Files.createDirectory(directory.resolve("d"));
        Files.writeString(path.resolve("shop.yaml"), "x");
        // The time of birth is known by differing from the time of the last change.
        Files.setLastModifiedTime(path, FileTime.fromMillis(1));
        DirectoryId before = DirectoryId.of(path);
        assertNotEquals("-", before.text().split(":", 3)[2]);
        Files.delete(path.resolve("shop.yaml"));
        Files.delete(path);
        Files.createDirectory(path);
        assertFalse(before.is(DirectoryId.of(path)));
    }

    private Reading.Listing listing() {
        return assertInstanceOf(Reading.Listing.class, read(directory));
    }

    private static Reading read(Path path) {
        return new DirectoryReader(path, DirectoryReaderTest::linked, new ManualTicker()).read();
    }

    private static String why(Path path) {
        return assertInstanceOf(Reading.Failed.class, read(path)).why();
    }

    private FileContent content(String name) {
        return Optional.ofNullable(listing().files().get(name)).orElseThrow();
    }

    private String text(String name) {
        return new String(
                assertInstanceOf(FileContent.Text.class, content(name)).bytes(), StandardCharsets.UTF_8);
    }

    private void assertUnusable(boolean readable, String problem, String name) {
        FileContent.Unusable unusable = assertInstanceOf(FileContent.Unusable.class, content(name));
        assertEquals(readable, unusable.readable(), name);
        assertTrue(unusable.problem().contains(problem), unusable.problem());
    }

    private static void run(String... command) throws Exception {
        assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor(), String.join(" ", command));
    }
}
