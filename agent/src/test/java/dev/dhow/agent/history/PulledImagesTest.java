package dev.dhow.agent.history;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PulledImagesTest {
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    private static final String A = "sha256:" + "a".repeat(64);
    private static final String B = "sha256:" + "b".repeat(64);

    @TempDir
    Path dir;

    private StateDir state;

    @BeforeEach
    void open() throws IOException {
        state = StateDir.open(dir.resolve("state"));
    }

    @AfterEach
    void close() throws IOException {
        state.close();
    }

    private Map<String, PulledImages.Entry> readAgain() {
        return new PulledImages(state).all();
    }

    private Instant lastUsed(String id) {
        return Objects.requireNonNull(readAgain().get(id)).lastUsed();
    }

    @Test
    void whatWasPulledIsKnownAfterARestart() {
        PulledImages pulled = new PulledImages(state);
        pulled.pulled("shop:1", A, false, T0);
        pulled.pulled("shop:latest", A, true, T0.plusSeconds(1));
        pulled.pulled("shop@sha256:cc", B, false, T0);
        Map<String, PulledImages.Entry> wanted = Map.of(
                A, new PulledImages.Entry(A, Set.of("shop:1", "shop:latest"), T0.plusSeconds(1)),
                B, new PulledImages.Entry(B, Set.of("shop@sha256:cc"), T0));
        assertEquals(wanted, pulled.all());
        assertEquals(wanted, readAgain());
    }

    @Test
    void whatWasThereBeforeIsSomebodyElses() {
        new PulledImages(state).pulled("shop:1", A, true, T0);
        assertEquals(Map.of(), readAgain());
    }

    @Test
    void useMovesTheTimeAndWhatWentIsForgotten() {
        PulledImages pulled = new PulledImages(state);
        pulled.pulled("a:1", A, false, T0);
        pulled.pulled("b:1", B, false, T0);
        pulled.seen(Set.of(A, B, "sha256:other"), Set.of(A, "sha256:other"), T0.plusSeconds(60));
        assertEquals(T0.plusSeconds(60), lastUsed(A));
        assertEquals(T0, lastUsed(B));
        pulled.seen(Set.of(A), Set.of(), T0.plusSeconds(61));
        assertEquals(Set.of(A), readAgain().keySet());
    }

    @Test
    void aDamagedRecordNamesNoImage() throws IOException {
        new PulledImages(state).pulled("a:1", A, false, T0);
        Path file = dir.resolve("state/pulled-images");
        Files.writeString(file, Files.readString(file).replace("a:1", "b:1"));
        assertEquals(Map.of(), readAgain());
        AtomicFile.write(
                file,
                (A + "\tnever\ta:1\n" + B + "\t" + T0 + "\tb:1\nid\t" + T0 + "\tc:1\n")
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertEquals(Set.of(B), readAgain().keySet());
    }

    @Test
    void aRecordThatCannotBeWrittenStaysInMind() throws IOException {
        PulledImages pulled = new PulledImages(state);
        Files.createDirectories(dir.resolve("state/pulled-images/x"));
        pulled.pulled("a:1", A, false, T0);
        assertEquals(Set.of(A), pulled.all().keySet());
    }
}
