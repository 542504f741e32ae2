package dev.dhow.agent.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.testing.ManualTicker;
import dev.dhow.agent.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files that come, change, break and go, one look at a time.
class PairWatchTest {
    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant UNTIL = Instant.parse("2026-04-01T00:00:00Z");
    private static final Issuer ROOT = Issuer.root("Root");
    private static final Issuer.Issued ONE = ROOT.issue(Issuer.ec(), FROM, UNTIL, "one.example.com");
    private static final Issuer.Issued TWO = ROOT.issue(Issuer.ec(), FROM, UNTIL, "two.example.com");

    @TempDir
    Path temp;

    private final ManualTicker ticker = new ManualTicker();
    private Path directory;
    private PairWatch watch;

    @BeforeEach
    void open() throws IOException {
        directory = Files.createDirectory(temp.resolve("certs"));
        watch = new PairWatch(directory, ticker);
    }

    @Test
    void layoutsOfTheFieldAreFound() throws IOException {
        write("a.pem", ONE.certificates() + ONE.key());
        write("b.crt", ONE.certificates());
        write("b.key", ONE.key());
        write("b.issuer.crt", Issuer.pem(ROOT.certificate));
        write("c.cer", ONE.certificates());
        write("c-key.pem", ONE.key());
        write("certbot/fullchain.pem", ONE.certificates());
        write("certbot/privkey.pem", ONE.key());
        write("certbot/cert.pem", ONE.certificates());
        write("kubernetes/tls.crt", ONE.certificates());
        write("kubernetes/tls.key", ONE.key());
        write(".hidden.pem", ONE.certificates());
        write("a.pem~", "x");
        write("README", "x");
        write("deep/er/tls.crt", ONE.certificates());
        List<String> found = places(watch.look(Set.of(), true));
        assertEquals(List.of("a.pem", "b.crt", "c.cer", "certbot/fullchain.pem", "kubernetes/tls.crt"), found);
    }

    @Test
    void newPairCountsOnceTwoReadingsAgree() throws IOException {
        write("a.pem", ONE.certificates() + ONE.key());
        PairWatch.Look first = watch.look(Set.of(), false);
        assertFalse(first.settled());
        assertEquals(List.of(), first.found().directory());
        // The second reading comes too early to say anything.
        assertFalse(watch.look(Set.of(), false).settled());
        PairWatch.Look second = later();
        assertTrue(second.settled());
        assertEquals(ONE.leaf(), leaf(second));
    }

    @Test
    void halfWrittenPairLeavesTheOneBeforeInForce() throws IOException {
        write("a.crt", ONE.certificates());
        write("a.key", ONE.key());
        watch.look(Set.of(), true);
        // The certificate is there and its key is not yet, for as long as it takes.
        write("a.crt", TWO.certificates());
        assertEquals(ONE.leaf(), leaf(later()));
        PairWatch.Look between = later();
        assertEquals(ONE.leaf(), leaf(between));
        assertTrue(problem(between).contains("made for another certificate"), problem(between));
        assertTrue(problem(between).endsWith("the one before stays in force"), problem(between));
        write("a.key", TWO.key());
        later();
        PairWatch.Look after = later();
        assertEquals(TWO.leaf(), leaf(after));
        assertNull(after.found().directory().getFirst().problem());
    }

    @Test
    void fileThatGrowsIsNeverTakenInPart() throws IOException {
        String all = ONE.key()
                + ROOT.below("Middle")
                        .issue(ONE.keys(), FROM, UNTIL, "one.example.com")
                        .certificates();
        for (int length = 50; length < all.length(); length += 50) {
            write("a.pem", all.substring(0, length));
            assertEquals(List.of(), later().found().directory());
        }
        write("a.pem", all);
        later();
        assertEquals(2, pair(later()).chain().size());
    }

    @Test
    void badPairDisablesOnlyItself() throws IOException {
        write("a.pem", ONE.certificates() + ONE.key());
        write("b.pem", "-----BEGIN CERTIFICATE-----\nrubbish\n-----END CERTIFICATE-----\n");
        Shell.run("mkfifo", directory.resolve("c.pem").toString());
        PairWatch.Found found = watch.look(Set.of(), true).found();
        assertEquals(ONE.leaf(), pair(found.directory().get(0)).leaf());
        assertNull(found.directory().get(1).pair());
        assertTrue(String.valueOf(found.directory().get(1).problem()).startsWith(directory + "/b.pem is broken"));
        assertTrue(String.valueOf(found.directory().get(2).problem()).contains("not a regular file"));
    }

    @Test
    void pairThatIsGoneGoesAndOneThatBlinkedStays() throws IOException {
        write("a.pem", ONE.certificates() + ONE.key());
        watch.look(Set.of(), true);
        Files.delete(directory.resolve("a.pem"));
        assertFalse(watch.look(Set.of(), false).settled());
        write("a.pem", ONE.certificates() + ONE.key());
        assertEquals(ONE.leaf(), leaf(later()));
        Files.delete(directory.resolve("a.pem"));
        assertEquals(ONE.leaf(), leaf(later()));
        assertEquals(List.of(), later().found().directory());
    }

    @Test
    void directoryThatIsAwayHoldsWhatItHad() throws IOException {
        write("a.pem", ONE.certificates() + ONE.key());
        watch.look(Set.of(), true);
        Files.move(directory, temp.resolve("elsewhere"));
        PairWatch.Look away = later();
        assertTrue(String.valueOf(away.found().problem()).startsWith("there is no " + directory));
        assertEquals(ONE.leaf(), leaf(away));
        Files.move(temp.resolve("elsewhere"), directory);
        PairWatch.Look back = later();
        assertNull(back.found().problem());
        assertEquals(ONE.leaf(), leaf(back));
    }

    @Test
    void filesOfRolesCountAtOnceAndOutliveTheirRemoval() throws IOException {
        PairFiles files = new PairFiles(temp.resolve("x.crt"), temp.resolve("x.key"));
        Held missing = watch.look(Set.of(files), false).found().named().get(files);
        assertEquals(temp.resolve("x.crt") + " is missing; put it there", missing == null ? "" : missing.problem());
        Files.writeString(files.certificate(), ONE.certificates());
        Files.writeString(temp.resolve("x.key"), ONE.key());
        look(files);
        assertEquals(ONE.leaf(), pair(look(files)).leaf());
        Files.delete(temp.resolve("x.key"));
        look(files);
        assertEquals(ONE.leaf(), pair(look(files)).leaf());
        assertEquals(0, watch.look(Set.of(), false).found().named().size());
    }

    @Test
    void linkThatIsTurnedIsNoticed() throws IOException {
        Files.writeString(temp.resolve("1.pem"), ONE.certificates() + ONE.key());
        Files.writeString(temp.resolve("2.pem"), TWO.certificates() + TWO.key());
        Path link = Files.createSymbolicLink(directory.resolve("a.pem"), temp.resolve("1.pem"));
        watch.look(Set.of(), true);
        Files.delete(link);
        Files.createSymbolicLink(link, temp.resolve("2.pem"));
        later();
        assertEquals(TWO.leaf(), leaf(later()));
    }

    private Held look(PairFiles files) {
        ticker.advance(Duration.ofSeconds(2));
        Held held = watch.look(Set.of(files), false).found().named().get(files);
        assertNotNull(held);
        return held;
    }

    private PairWatch.Look later() {
        ticker.advance(Duration.ofMillis(250));
        return watch.look(Set.of(), false);
    }

    private void write(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private List<String> places(PairWatch.Look look) {
        return look.found().directory().stream()
                .map(held -> directory.relativize(Path.of(held.place())).toString())
                .toList();
    }

    private static X509Certificate leaf(PairWatch.Look look) {
        return pair(look).leaf();
    }

    private static Pair pair(PairWatch.Look look) {
        return pair(look.found().directory().getFirst());
    }

    private static Pair pair(Held held) {
        assertNotNull(held.pair(), held.problem());
        return held.pair();
    }

    private static String problem(PairWatch.Look look) {
        return String.valueOf(look.found().directory().getFirst().problem());
    }
}
