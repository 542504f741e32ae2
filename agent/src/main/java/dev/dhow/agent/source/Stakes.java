package dev.dhow.agent.source;

import java.util.Set;
import java.util.TreeSet;

/// Which services have something to lose: those whose file was in force once, and those that have containers. A file
/// that was never usable, of which nothing ever ran, is no service to the [Brake].
///
/// @param known services that have
/// @param all whether no others have; false: Docker's list was not read yet, so nobody knows
record Stakes(Set<String> known, boolean all) {
    /// Copies the set.
    Stakes {
        known = Set.copyOf(known);
    }

    /// Those that surely have something to lose.
    Set<String> sure(Set<String> services) {
        Set<String> sure = new TreeSet<>(services);
        sure.retainAll(known);
        return sure;
    }

    /// Those that may have something to lose.
    Set<String> possible(Set<String> services) {
        return all ? sure(services) : services;
    }
}
