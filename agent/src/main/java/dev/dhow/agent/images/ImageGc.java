package dev.dhow.agent.images;

import dev.dhow.agent.history.PulledImages;
import dev.dhow.agent.runtime.ImageStore.Held;
import dev.dhow.agent.runtime.ImageStore.HeldImage;
import dev.dhow.agent.state.ImageName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Chooses which images may go. Pure.
final class ImageGc {
    /// An image that just came waits for its container, or for the next look at what is needed.
    static final Duration YOUNG = Duration.ofMinutes(10);

    private ImageGc() {}

    /// The images that may go, the one first that was not used for longest. Those only that this agent
    /// pulled, under names by which it pulled them, of which no container is made and that nothing needs.
    ///
    /// @param pulled by id
    /// @param keep what services need: references or ids
    static List<HeldImage> candidates(
            Held held, Map<String, PulledImages.Entry> pulled, Set<String> keep, Instant now) {
        Set<String> needed = needed(held, keep);
        List<HeldImage> candidates = new ArrayList<>();
        for (HeldImage image : held.images()) {
            PulledImages.Entry entry = pulled.get(image.id());
            if (entry != null
                    && !needed.contains(image.id())
                    && !young(entry, now)
                    && onlyOurNames(image, entry.references())) {
                candidates.add(image);
            }
        }
        candidates.sort(Comparator.comparing((HeldImage image) -> lastUsed(image, pulled))
                .thenComparing(HeldImage::id));
        return candidates;
    }

    private static Instant lastUsed(HeldImage image, Map<String, PulledImages.Entry> pulled) {
        PulledImages.Entry entry = pulled.get(image.id());
        return entry == null ? Instant.MAX : entry.lastUsed();
    }

    /// A time in the future is of a clock that was put back since: it says nothing.
    private static boolean young(PulledImages.Entry entry, Instant now) {
        return entry.lastUsed().isAfter(now.minus(YOUNG)) && !entry.lastUsed().isAfter(now);
    }

    /// The ids of the images that a container is made of or a service needs.
    static Set<String> needed(Held held, Set<String> keep) {
        Set<String> wanted = keep.stream().map(ImageName::canonical).collect(Collectors.toSet());
        Set<String> needed = new HashSet<>(held.used());
        for (HeldImage image : held.images()) {
            if (wanted.contains(image.id())
                    || image.tags().stream().map(ImageName::canonical).anyMatch(wanted::contains)
                    || image.digests().stream().map(ImageName::canonical).anyMatch(wanted::contains)) {
                needed.add(image.id());
            }
        }
        return needed;
    }

    /// A name that somebody else gave is a reason of his to have the image. A digest's name comes with a
    /// pull, so there only the repository says whose it is.
    private static boolean onlyOurNames(HeldImage image, Set<String> references) {
        Set<String> names = references.stream().map(ImageName::canonical).collect(Collectors.toSet());
        Set<String> places = references.stream()
                .map(reference -> ImageName.parse(reference).place())
                .collect(Collectors.toSet());
        return image.tags().stream().map(ImageName::canonical).allMatch(names::contains)
                && image.digests().stream()
                        .map(digest -> ImageName.parse(digest).place())
                        .allMatch(places::contains);
    }
}
