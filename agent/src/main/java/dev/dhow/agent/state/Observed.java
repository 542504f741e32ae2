package dev.dhow.agent.state;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What Docker holds of ours at one moment.
///
/// @param at when the reading began, monotonic: it knows every effect that ended before
/// @param containers those whose labels name this host
/// @param images by id, and by each reference that was asked for; one that is missing is not on this host
/// @param networks the names of all networks
/// @param volumes the names of all volumes
/// @param losses how often its engine was lost so far: it may have been restarted in between, and have taken with it
///     what ran
public record Observed(
        Duration at,
        List<ObservedContainer> containers,
        Map<String, ImageFacts> images,
        Set<String> networks,
        Set<String> volumes,
        int losses) {
    /// Copies the collections.
    public Observed {
        containers = List.copyOf(containers);
        images = Map.copyOf(images);
        networks = Set.copyOf(networks);
        volumes = Set.copyOf(volumes);
    }

    /// The containers of one service.
    public List<ObservedContainer> of(String service) {
        return containers.stream()
                .filter(c -> c.owner().service().equals(service))
                .toList();
    }

    /// The image of that id or reference.
    public Optional<ImageFacts> image(String idOrReference) {
        return Optional.ofNullable(images.get(idOrReference));
    }
}
