package dev.dhow.agent.mounts;

import dev.dhow.agent.state.ObservedContainer;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/// Decides whose copies are still needed. Pure.
final class Keep {
    private Keep() {}

    /// @param written the containers that there are copies for, by the names they were made with
    /// @param containers all containers of ours
    /// @return the names of which there is, or may be, a container: one that somebody renamed is known by its
    ///     labels only, and those tell all of its name but the number
    static Set<String> of(Set<String> written, Collection<ObservedContainer> containers) {
        Set<String> keep = new TreeSet<>();
        for (ObservedContainer container : containers) {
            String prefix = "%s-%s-%s-"
                    .formatted(
                            container.owner().service(),
                            container.owner().role(),
                            container.owner().revision());
            if (container.name().startsWith(prefix)) {
                keep.add(container.name());
            } else {
                written.stream().filter(name -> name.startsWith(prefix)).forEach(keep::add);
            }
        }
        return keep;
    }
}
