package dev.dhow.agent.docker;

import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.state.ImageFacts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Facts of images: by id for good, by reference until an image changes.
final class ImageCache {
    private final EngineImages images;
    private final Map<String, ImageFacts> byId = new HashMap<>();
    private final Map<String, ImageFacts> byReference = new HashMap<>();
    private final Set<String> missing = new HashSet<>();

    ImageCache(EngineImages images) {
        this.images = images;
    }

    Map<String, ImageFacts> update(Set<String> ids, Set<String> references, boolean changed)
            throws RuntimeFailure, InterruptedException {
        if (changed) {
            byReference.clear();
            missing.clear();
            // A new digest or a lost one: the content stays, its names do not.
            byId.clear();
        }
        Set<String> wanted = new HashSet<>(references);
        wanted.addAll(ids);
        List<String> unknown = new ArrayList<>();
        for (String each : wanted) {
            if (!byId.containsKey(each) && !byReference.containsKey(each) && !missing.contains(each)) {
                unknown.add(each);
            }
        }
        Parallel.each(unknown, this::inspect);
        byReference.keySet().retainAll(wanted);
        missing.retainAll(wanted);
        Map<String, ImageFacts> known = new HashMap<>();
        for (String each : wanted) {
            ImageFacts facts = byId.containsKey(each) ? byId.get(each) : byReference.get(each);
            if (facts != null) {
                known.put(each, facts);
            }
        }
        // Only now: an id that nobody uses any more is forgotten.
        byId.keySet().retainAll(wanted);
        return known;
    }

    private void inspect(String reference) throws RuntimeFailure, InterruptedException {
        Optional<ImageFacts> found = images.find(reference);
        synchronized (this) {
            found.ifPresentOrElse(
                    facts -> (facts.id().equals(reference) ? byId : byReference).put(reference, facts),
                    () -> missing.add(reference));
        }
    }
}
