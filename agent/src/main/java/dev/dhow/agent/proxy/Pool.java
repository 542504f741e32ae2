package dev.dhow.agent.proxy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The targets of one role. Changed by one thread at a time, asked by all loops.
final class Pool {
    private final AtomicInteger turn = new AtomicInteger();
    private volatile List<Endpoint> targets = List.of();

    List<Endpoint> targets() {
        return targets;
    }

    Optional<Endpoint> target(String id) {
        return targets.stream().filter(t -> t.id().equals(id)).findFirst();
    }

    void add(Endpoint target) {
        List<Endpoint> all = new ArrayList<>(targets);
        all.add(target);
        targets = List.copyOf(all);
    }

    void remove(String id) {
        targets = targets.stream().filter(t -> !t.id().equals(id)).toList();
    }

    /// Whether a request would find one that answers its checks.
    boolean ready() {
        return targets.stream().anyMatch(Endpoint::ready);
    }

    /// Claims the least busy of the targets that answer their checks; where none does, of those that do not: they
    /// may be better than their checks, and a request has nothing to lose.
    ///
    /// @param tried not again
    /// @param now by [System#nanoTime]'s measure
    /// @return claimed; null: there is none left
    @Nullable
    Endpoint claim(Collection<Endpoint> tried, long now) {
        return claim(tried, now, _ -> false);
    }

    /// The same; of those that are equally well the preferred one, however busy.
    @Nullable
    Endpoint claim(Collection<Endpoint> tried, long now, Predicate<Endpoint> preferred) {
        while (true) {
            // Read anew each time: a target that closed meanwhile is replaced by then.
            Endpoint best = best(targets, tried, now, preferred);
            if (best == null || best.claim()) {
                return best;
            }
            if (targets.contains(best)) {
                // Closed and about to be taken out: the others are as good.
                tried = with(tried, best);
            }
        }
    }

    private @Nullable Endpoint best(
            List<Endpoint> all, Collection<Endpoint> tried, long now, Predicate<Endpoint> preferred) {
        int size = all.size();
        if (size == 0) {
            return null;
        }
        int start = Math.floorMod(turn.getAndIncrement(), size);
        Endpoint best = null;
        int bestRank = Integer.MAX_VALUE;
        long bestLoad = Long.MAX_VALUE;
        for (int i = 0; i < size; i++) {
            Endpoint target = all.get((start + i) % size);
            if (!tried.isEmpty() && tried.contains(target)) {
                continue;
            }
            int rank = target.ready() ? target.suspected(now) ? 1 : 0 : 2;
            long load = preferred.test(target) ? -1 : target.inFlight();
            if (rank < bestRank || (rank == bestRank && load < bestLoad)) {
                best = target;
                bestRank = rank;
                bestLoad = load;
            }
        }
        return best;
    }

    private static Collection<Endpoint> with(Collection<Endpoint> tried, Endpoint more) {
        List<Endpoint> all = new ArrayList<>(tried);
        all.add(more);
        return all;
    }
}
