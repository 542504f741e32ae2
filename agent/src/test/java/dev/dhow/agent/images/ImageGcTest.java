package dev.dhow.agent.images;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dhow.agent.history.PulledImages;
import dev.dhow.agent.runtime.ImageStore.Held;
import dev.dhow.agent.runtime.ImageStore.HeldImage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ImageGcTest {
    private static final Instant NOW = Instant.parse("2026-01-10T00:00:00Z");

    private final List<HeldImage> images = new ArrayList<>();
    private final Set<String> used = new HashSet<>();
    private final Map<String, PulledImages.Entry> pulled = new HashMap<>();

    /// An image that we pulled under its first name, so long ago.
    private void ours(String id, int hours, String... tags) {
        images.add(new HeldImage(id, List.of(tags), List.of(), 1));
        pulled.put(id, new PulledImages.Entry(id, Set.of(tags[0]), NOW.minus(Duration.ofHours(hours))));
    }

    private List<String> going(String... keep) {
        return ImageGc.candidates(new Held(images, used), pulled, Set.of(keep), NOW).stream()
                .map(HeldImage::id)
                .toList();
    }

    @Test
    void theOneNotUsedForLongestGoesFirst() {
        ours("sha256:b", 2, "b:1");
        ours("sha256:c", 3, "c:1");
        ours("sha256:a", 1, "a:1");
        assertEquals(List.of("sha256:c", "sha256:b", "sha256:a"), going());
    }

    @Test
    void whatWeDidNotPullStays() {
        images.add(new HeldImage("sha256:a", List.of("a:1"), List.of(), 1));
        assertEquals(List.of(), going());
    }

    @Test
    void whatAnyContainerIsMadeOfStays() {
        ours("sha256:a", 1, "a:1");
        used.add("sha256:a");
        assertEquals(List.of(), going());
    }

    @Test
    void whatAServiceNeedsStaysUnderAnyNameOfIt() {
        ours("sha256:a", 1, "registry.example.com/a:1");
        assertEquals(List.of(), going("registry.example.com/a:1"));
        assertEquals(List.of(), going("sha256:a"));
        assertEquals(List.of("sha256:a"), going("registry.example.com/a:2"));
        ours("sha256:b", 1, "b");
        assertEquals(List.of("sha256:a"), going("docker.io/library/b:latest"));
        images.add(new HeldImage("sha256:c", List.of(), List.of("c@sha256:cc"), 1));
        pulled.put("sha256:c", new PulledImages.Entry("sha256:c", Set.of("c@sha256:cc"), NOW.minusSeconds(7200)));
        assertEquals(List.of("sha256:a", "sha256:b"), going("c:1@sha256:cc"));
    }

    @Test
    void anotherNameIsAnothersReason() {
        ours("sha256:a", 1, "a:1", "backup:1");
        assertEquals(List.of(), going());
        images.clear();
        images.add(new HeldImage("sha256:a", List.of("a:1"), List.of("mirror.example.com/a@sha256:aa"), 1));
        assertEquals(List.of(), going());
        images.clear();
        images.add(new HeldImage("sha256:a", List.of("a:1"), List.of("a@sha256:aa"), 1));
        assertEquals(List.of("sha256:a"), going());
    }

    @Test
    void anImageWhoseTagMovedAwayGoes() {
        ours("sha256:a", 1, "a:1");
        images.clear();
        images.add(new HeldImage("sha256:a", List.of(), List.of("a@sha256:aa"), 1));
        assertEquals(List.of("sha256:a"), going("a:1"));
    }

    /// D24
    @Test
    void whatJustCameWaits() {
        ours("sha256:a", 1, "a:1");
        pulled.put("sha256:a", new PulledImages.Entry("sha256:a", Set.of("a:1"), NOW.minusSeconds(599)));
        assertEquals(List.of(), going());
        pulled.put("sha256:a", new PulledImages.Entry("sha256:a", Set.of("a:1"), NOW.minusSeconds(600)));
        assertEquals(List.of("sha256:a"), going());
        pulled.put("sha256:a", new PulledImages.Entry("sha256:a", Set.of("a:1"), NOW.plusSeconds(86_400)));
        assertEquals(List.of("sha256:a"), going(), "a clock that was put back holds nothing for ever");
    }
}
