package dev.dhow.agent.mounts;

import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Owner;
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
            if (named(container)) {
                keep.add(container.name());
            } else {
                String prefix = prefix(container.owner());
                written.stream().filter(name -> name.startsWith(prefix)).forEach(keep::add);
            }
        }
        return keep;
    }

    /// Whether it is called as it was made, as far as its labels tell.
    static boolean named(ObservedContainer container) {
        return container.name().startsWith(prefix(container.owner()));
    }

    private static String prefix(Owner owner) {
        return "%s-%s-%s-".formatted(owner.service(), owner.role(), owner.revision());
    }
}
