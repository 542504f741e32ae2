package dev.dhow.agent.runtime;

import dev.dhow.agent.runtime.ImageStore.HeldImage;
import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import dev.dhow.agent.state.DiskSpace;
import dev.dhow.agent.state.ImageFacts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The images of a [FakeRuntime], which guards it.
final class FakeImages {
    private final Map<String, ImageFacts> local = new HashMap<>();
    private final Map<String, ImageFacts> remote = new HashMap<>();
    Runnable afterRemove = () -> {};
    DiskSpace disk = new DiskSpace(100, 50, 0, 0);

    String add(String reference, boolean healthcheck, List<Integer> ports) {
        ImageFacts facts = facts(reference, healthcheck, ports);
        local.put(reference, facts);
        local.put(facts.id(), facts);
        return facts.id();
    }

    void addRemote(String reference, boolean healthcheck, List<Integer> ports) {
        remote.put(reference, facts(reference, healthcheck, ports));
    }

    void alsoNamed(String reference, String other) {
        local.put(other, Objects.requireNonNull(local.get(reference)));
    }

    Optional<ImageFacts> find(String reference) {
        return Optional.ofNullable(local.get(reference));
    }

    /// Whether a registry has it.
    boolean pull(String reference) {
        ImageFacts facts = remote.get(reference);
        if (facts == null) {
            return false;
        }
        local.put(reference, facts);
        local.put(facts.id(), facts);
        return true;
    }

    List<HeldImage> all() {
        Map<String, List<String>> tags = new TreeMap<>();
        local.forEach((name, facts) -> {
            List<String> names = tags.computeIfAbsent(facts.id(), _ -> new ArrayList<>());
            if (!name.equals(facts.id())) {
                names.add(name);
            }
        });
        return tags.entrySet().stream()
                .map(each -> new HeldImage(
                        each.getKey(), each.getValue().stream().sorted().toList(), List.of(), 1))
                .toList();
    }

    void remove(String name, Set<String> used) throws RuntimeFailure {
        ImageFacts facts = local.get(name);
        if (facts == null) {
            return;
        }
        if (used.contains(facts.id())) {
            throw new RuntimeFailure(Kind.CONFLICT, "remove image %s: a container uses it".formatted(name));
        }
        local.remove(name);
        boolean onlyItsIdIsLeft = local.values().stream().filter(facts::equals).count() == 1;
        if (name.equals(facts.id()) || onlyItsIdIsLeft) {
            local.values().removeIf(facts::equals);
        }
        afterRemove.run();
    }

    private static ImageFacts facts(String reference, boolean healthcheck, List<Integer> ports) {
        // Other content under the same reference is another image.
        String content = reference + " " + healthcheck + " " + ports;
        String id = "sha256:%064x".formatted(Math.abs((long) content.hashCode()) + 1);
        return new ImageFacts(id, List.of(), healthcheck, ports);
    }
}
