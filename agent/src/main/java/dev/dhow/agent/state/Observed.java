package dev.dhow.agent.state;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What Docker holds of ours at one moment.
///
/// @param at when the reading began, monotonic: it knows every effect that ended before
/// @param containers those whose labels name this host
/// @param inspected by container id: since when what it says of one holds, monotonic. Before `at` where nothing spoke
/// of
///     a change, or Docker could not be asked for it; one that is missing was only listed
/// @param images by id, and by each reference that was asked for; one that is missing is not on this host
/// @param networks the names of all networks
/// @param volumes the names of all volumes
/// @param losses how often its engine was lost so far: it may have been restarted in between, and have taken with it
///     what ran
public record Observed(
        Duration at,
        List<ObservedContainer> containers,
        Map<String, Duration> inspected,
        Map<String, ImageFacts> images,
        Set<String> networks,
        Set<String> volumes,
        int losses) {
    private static final Duration NEVER = Duration.ofSeconds(Long.MIN_VALUE);

    /// Copies the collections.
    public Observed {
        containers = List.copyOf(containers);
        inspected = Map.copyOf(inspected);
        images = Map.copyOf(images);
        networks = Set.copyOf(networks);
        volumes = Set.copyOf(volumes);
    }

    /// A reading in which each container was inspected.
    public Observed(
            Duration at,
            List<ObservedContainer> containers,
            Map<String, ImageFacts> images,
            Set<String> networks,
            Set<String> volumes,
            int losses) {
        this(
                at,
                containers,
                containers.stream().collect(Collectors.toMap(ObservedContainer::id, _ -> at)),
                images,
                networks,
                volumes,
                losses);
    }

    /// Whether Docker was asked for a container at that moment or later. What time alone would change is not concluded
    /// from less: the process may have ended meanwhile.
    public boolean shows(ObservedContainer container, Duration moment) {
        return moment.compareTo(readAt(container)) <= 0;
    }

    /// When Docker was asked for a container last, monotonic; long ago where it could not be.
    public Duration readAt(ObservedContainer container) {
        return inspected.getOrDefault(container.id(), NEVER);
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
