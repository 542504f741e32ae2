package dev.dhow.agent.images;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.history.PulledImages;
import dev.dhow.agent.history.StateDir;
import dev.dhow.agent.runtime.FakeRuntime;
import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.ManualTicker;
import dev.dhow.agent.testing.TestRoles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImageJanitorTest {
    private final ManualTicker ticker = new ManualTicker();
    private final FakeRuntime fake = new FakeRuntime("h", ticker);
    private Optional<Set<String>> keep = Optional.of(Set.of());

    @TempDir
    Path dir;

    private StateDir state;
    private PulledImages pulled;
    private ImageJanitor janitor;

    @BeforeEach
    void open() throws Exception {
        state = StateDir.open(dir.resolve("state"));
        pulled = new PulledImages(state);
        janitor = new ImageJanitor(fake, pulled, () -> keep, ticker, 85, 80);
    }

    @AfterEach
    void close() throws Exception {
        janitor.close();
        state.close();
    }

    private String pull(String reference) throws Exception {
        fake.addRemoteImage(reference, false);
        fake.pull(reference, null);
        String id = fake.image(reference).orElseThrow().id();
        pulled.pulled(reference, id, false, ticker.wall());
        fake.forgetCalls();
        ticker.advance(Duration.ofHours(1));
        return id;
    }

    private Set<String> here() throws Exception {
        Set<String> names = new java.util.TreeSet<>();
        fake.images().images().forEach(image -> names.addAll(image.tags()));
        return names;
    }

    /// D18
    @Test
    void belowTheMarkNothingGoes() throws Exception {
        pull("a:1");
        fake.fillDisk(85);
        assertEquals(List.of(), janitor.sweep());
        assertEquals(List.of(), fake.calls());
    }

    /// D18
    @Test
    void aboveItTheOldestGoUntilTheLowMark() throws Exception {
        pull("a:1");
        pull("b:1");
        pull("c:1");
        fake.fillDisk(90);
        // Each image is five per cent.
        int[] full = {90};
        fake.onRemoveImage(() -> fake.fillDisk(full[0] -= 5));
        assertEquals(List.of("a:1", "b:1"), janitor.sweep());
        assertEquals(Set.of("c:1"), here());
        assertEquals(2, fake.calls().size(), fake.calls().toString());
    }

    @Test
    void whatIsNotKnownToBeIdleStays() throws Exception {
        pull("a:1");
        fake.fillDisk(99);
        keep = Optional.empty();
        assertEquals(List.of(), janitor.sweep());
        keep = Optional.of(Set.of("a:1"));
        assertEquals(List.of(), janitor.sweep());
        fake.failNext("images", Kind.UNAVAILABLE);
        assertThrows(RuntimeFailure.class, () -> janitor.sweep());
        assertEquals(List.of(), fake.calls());
    }

    @Test
    void neededImagesAreUsedLastThen() throws Exception {
        String first = pull("a:1");
        pull("b:1");
        keep = Optional.of(Set.of("a:1"));
        janitor.sweep();
        assertEquals(ticker.wall(), requireNonNull(pulled.all().get(first)).lastUsed());
        keep = Optional.of(Set.of());
        ticker.advance(Duration.ofHours(1));
        fake.fillDisk(99);
        assertEquals(List.of("b:1", "a:1"), janitor.sweep());
    }

    @Test
    void aContainerThatComesUpInBetweenHoldsItsImage() throws Exception {
        pull("a:1");
        pull("b:1");
        fake.fillDisk(99);
        fake.onRemoveImage(() -> {
            try {
                fake.create(TestRoles.request("h", "shop", TestRoles.plain("web", "b:1")));
            } catch (RuntimeFailure | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        assertEquals(List.of("a:1"), janitor.sweep());
        assertEquals(Set.of("b:1"), here());
    }

    /// D25
    @Test
    void aServiceThatComesInBetweenHoldsItsImage() throws Exception {
        pull("a:1");
        pull("b:1");
        fake.fillDisk(99);
        fake.onRemoveImage(() -> keep = Optional.of(Set.of("b:1")));
        assertEquals(List.of("a:1"), janitor.sweep());
    }

    @Test
    void oneThatDockerHoldsIsPassedOver() throws Exception {
        pull("a:1");
        pull("b:1");
        fake.fillDisk(99);
        fake.failAlways("remove_image", "a:1", Kind.CONFLICT);
        assertEquals(List.of("b:1"), janitor.sweep());
        assertEquals(Set.of("a:1"), here());
    }

    @Test
    void anImageOfSeveralOfOurNamesGoesWhole() throws Exception {
        String id = pull("a:1");
        fake.alsoNamed("a:1", "a:latest");
        pulled.pulled("a:latest", id, true, ticker.wall());
        ticker.advance(Duration.ofHours(1));
        fake.fillDisk(99);
        assertEquals(List.of("a:1"), janitor.sweep());
        assertEquals(Set.of(), here());
        assertTrue(fake.image(id).isEmpty());
    }

    @Test
    void itLooksWhenItIsWoken() throws Exception {
        pull("a:1");
        fake.fillDisk(99);
        janitor.start();
        janitor.wake();
        Await.until("the image is gone", () -> here().isEmpty());
    }
}
