package dev.dhow.agent.proxy;

import dev.dhow.api.status.TrafficStatus;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Whether the requests of one service go on, and how many wait until they do. Asked by all loops.
final class Standing {
    /// More that wait cost memory and would only fall upon the containers at once.
    static final int MOST_WAITING = 1000;

    private final AtomicInteger waiting = new AtomicInteger();
    private volatile @Nullable TrafficStatus now;

    void set(@Nullable TrafficStatus status) {
        now = status;
    }

    /// Null: they go on.
    @Nullable
    TrafficStatus now() {
        return now;
    }

    boolean is(TrafficStatus.State state) {
        TrafficStatus status = now;
        return status != null && status.state() == state;
    }

    /// Counts one in that waits; each that came in leaves once.
    ///
    /// @return false: too many wait already
    boolean enter() {
        if (waiting.incrementAndGet() <= MOST_WAITING) {
            return true;
        }
        waiting.decrementAndGet();
        return false;
    }

    void leave() {
        waiting.decrementAndGet();
    }

    int waiting() {
        return waiting.get();
    }
}
