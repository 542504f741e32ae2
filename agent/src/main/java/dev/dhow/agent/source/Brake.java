package dev.dhow.agent.source;

import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Holds back the removal of more than half of the services at once, because that is how a wrong branch, a wrong
/// host's files or a broken deploy look. Pure. Services here are those that have something to lose, by [Stakes].
///
/// "At once" is counted over what is missing at the same time, however many readings it took, and over what went in the
/// last [#TOGETHER]: tools delete one file after another. All that counts together, also what was removed in between,
/// and what came meanwhile does not count as being there. Once held, a service stays held until its own file is back or
/// somebody confirms.
final class Brake {
    /// How long something that went counts with what goes later.
    static final Duration TOGETHER = Duration.ofMinutes(10);

    /// The services that had a file when last nothing was missing, and nothing had gone lately.
    private final Set<String> before;
    /// When something went last that nobody had confirmed, monotonic; null: nothing did.
    private @Nullable Duration went;

    private final SortedSet<String> held;
    private final Set<String> confirmed = new TreeSet<>();

    /// @param before services that had a file when the agent last looked
    /// @param held those that were held then
    Brake(Collection<String> before, Collection<String> held) {
        this.before = new TreeSet<>(before);
        this.held = new TreeSet<>(held);
    }

    /// Takes a reading.
    ///
    /// @param present services that have a file; what it is worth is for `stakes` to say
    /// @param absent services that may have something to lose, and no file, and were not removed
    /// @param due those of them whose absence would count now
    /// @param now monotonic
    /// @return those of `due` that may go
    Set<String> release(Set<String> present, Set<String> absent, Set<String> due, Stakes stakes, Duration now) {
        if (before.isEmpty()) {
            // Nobody remembers what there was: what there is is all there is to count by.
            before.addAll(stakes.sure(present));
        }
        confirmed.retainAll(absent);
        held.retainAll(absent);
        Set<String> open = without(absent, confirmed);
        Set<String> all = new TreeSet<>(before);
        all.addAll(open);
        boolean newlyDue = !without(due, confirmed, held).isEmpty();
        if (newlyDue && tooMany(without(all, present).size(), all.size())) {
            held.addAll(open);
        }
        Set<String> released = without(due, held);
        if (!without(released, confirmed).isEmpty()) {
            went = now;
        }
        boolean quiet = went == null || now.minus(went).compareTo(TOGETHER) >= 0;
        if (quiet && released.containsAll(absent)) {
            before.clear();
            before.addAll(stakes.sure(present));
        }
        return released;
    }

    /// Somebody means the removal of these.
    void confirm(Collection<String> services) {
        confirmed.addAll(services);
        held.removeAll(services);
        before.removeAll(services);
    }

    /// Whether somebody means the removal of all of these.
    boolean allConfirmed(Set<String> services) {
        return confirmed.containsAll(services);
    }

    /// The services that stay though their absence would count.
    SortedSet<String> held() {
        return new TreeSet<>(held);
    }

    private static boolean tooMany(int missing, int all) {
        return missing > 1 && missing * 2 > all;
    }

    @SafeVarargs
    private static Set<String> without(Set<String> from, Set<String>... others) {
        Set<String> rest = new TreeSet<>(from);
        for (Set<String> other : others) {
            rest.removeAll(other);
        }
        return rest;
    }
}
