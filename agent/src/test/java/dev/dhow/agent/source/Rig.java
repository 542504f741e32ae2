package dev.dhow.agent.source;

import dev.dhow.agent.history.LastGood;
import dev.dhow.agent.history.StateDir;
import dev.dhow.agent.state.Desired;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;

/// A source over a directory that exists in memory only, stepped by hand.
final class Rig implements AutoCloseable {
    static final Path DIRECTORY = Path.of("/services.d");

    final ManualTicker ticker = new ManualTicker();
    final Map<String, FileContent> files = new TreeMap<>();
    final Map<Path, String> others = new TreeMap<>();
    final Set<String> running = new HashSet<>();
    /// The services that Docker shows; null: it was not asked yet.
    @Nullable
    Set<String> containers = Set.of();

    final StateDir state;
    final LastGood store;
    long inode = 7;
    int parses;
    ManifestReader reader = Fakes::manifest;
    private DirectorySource source;

    Rig(Path stateDir) throws IOException {
        state = StateDir.open(stateDir);
        store = new LastGood(state);
        source = open();
    }

    private DirectorySource open() {
        ManifestReader counting = (name, service, content, directory, disk) -> {
            parses++;
            return reader.read(name, service, content, directory, disk);
        };
        return new DirectorySource(DIRECTORY, counting, Fakes::conflicts, shown(), this::other, store);
    }

    private Containers shown() {
        return new Containers() {
            @Override
            public boolean runs(String service) {
                return running.contains(service);
            }

            @Override
            public Optional<Set<String>> known() {
                return Optional.ofNullable(containers);
            }
        };
    }

    private byte[] other(Path path) throws IOException {
        String text = others.get(path);
        if (text == null) {
            throw new NoSuchFileException(path.toString());
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    Rig put(String name, String text) {
        files.put(name, FileContent.Text.of(text.getBytes(StandardCharsets.UTF_8), false));
        return this;
    }

    Rig link(String name, String text) {
        files.put(name, FileContent.Text.of(text.getBytes(StandardCharsets.UTF_8), true));
        return this;
    }

    Rig unreadable(String name) {
        files.put(name, new FileContent.Unusable(false, "permission denied"));
        return this;
    }

    /// A reading now.
    SourceSnapshot read(String... moved) {
        DirectoryId id = new DirectoryId(1, inode, null, Instant.EPOCH);
        SourceSnapshot snapshot =
                source.step(new Reading.Listing(ticker.now(), ticker.now(), id, files), Set.of(moved));
        source.store();
        return snapshot;
    }

    /// A reading that much later.
    SourceSnapshot after(long milliseconds, String... moved) {
        ticker.advance(milliseconds);
        return read(moved);
    }

    /// Two readings, far enough apart for everything to count.
    SourceSnapshot settle() {
        read();
        return after(250);
    }

    SourceSnapshot fail() {
        SourceSnapshot snapshot = source.step(new Reading.Failed("the directory is gone"), Set.of());
        source.store();
        return snapshot;
    }

    /// Somebody means the removal of these services.
    void confirm(String... services) {
        source.confirm(Set.of(services));
    }

    /// The services that newcomers must leave their claims to.
    Set<String> inForce() {
        return source.inForce().keySet();
    }

    /// The agent stops and starts again.
    void restart() {
        source = open();
    }

    /// When the source wants to be stepped again, from now.
    Duration due() {
        return source.due().orElse(ticker.now().plusSeconds(9)).minus(ticker.now());
    }

    @Override
    public void close() throws IOException {
        state.close();
    }

    static void assertWanted(String image, SourceSnapshot snapshot, String service) {
        Desired.Wanted wanted = Assertions.assertInstanceOf(
                Desired.Wanted.class, snapshot.services().get(service));
        Assertions.assertEquals(
                image, wanted.declared().spec().roles().getFirst().image());
    }

    /// @param lastGood the image of the last good spec; empty: none
    static Desired.Invalid assertInvalid(String lastGood, boolean readable, SourceSnapshot snapshot, String service) {
        Desired.Invalid invalid = Assertions.assertInstanceOf(
                Desired.Invalid.class, snapshot.services().get(service));
        Assertions.assertEquals(lastGood, image(invalid));
        Assertions.assertEquals(readable, invalid.readable());
        Assertions.assertFalse(invalid.problems().isEmpty());
        return invalid;
    }

    static Desired.Missing assertMissing(String lastGood, SourceSnapshot snapshot, String service) {
        Desired.Missing missing = Assertions.assertInstanceOf(
                Desired.Missing.class, snapshot.services().get(service));
        Assertions.assertEquals(lastGood, image(missing));
        return missing;
    }

    static void assertRemoved(SourceSnapshot snapshot, String service) {
        Assertions.assertEquals(
                new Desired.Removed(service), snapshot.services().get(service));
    }

    private static String image(Desired desired) {
        return desired.inForce().map(spec -> spec.roles().getFirst().image()).orElse("");
    }
}
