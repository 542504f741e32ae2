package dev.dhow.agent.runtime;

import java.util.Set;

/// What a reading of the engine must answer beside the containers.
///
/// @param images references to look up
/// @param containers ids to inspect again although nothing seems to have changed
public record Needs(Set<String> images, Set<String> containers) {
    /// Only the containers.
    public static final Needs NONE = new Needs(Set.of(), Set.of());

    /// Copies the sets.
    public Needs {
        images = Set.copyOf(images);
        containers = Set.copyOf(containers);
    }

    /// Whether a reading of these answers those as well.
    public boolean cover(Needs others) {
        return images.containsAll(others.images) && containers.containsAll(others.containers);
    }
}
