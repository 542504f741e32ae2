package dev.dhow.agent.plan;

import dev.dhow.agent.runtime.RuntimeFailure;
import java.time.Duration;

/// How long to wait before something is tried again, by its cause. Pure.
final class Backoff {
    /// After this long without trouble, a cause is forgotten.
    static final Duration GOOD = Duration.ofMinutes(10);

    private static final Duration MOST = Duration.ofMinutes(5);
    private static final Duration RESTART_STEP = Duration.ofSeconds(10);
    /// Somebody who stops a container by hand a few times in a row is a person at work, not a loop.
    private static final int BY_HAND_AT_ONCE = 5;

    private Backoff() {}

    /// Before a failing check's next restart: the first at once, then 10 s doubling to 5 min.
    static Duration restart(int restartsSoFar) {
        return restartsSoFar == 0 ? Duration.ZERO : doubled(RESTART_STEP, restartsSoFar - 1);
    }

    /// Before a container that somebody stopped is started again.
    static Duration startAgain(int startsSoFar) {
        return restart(Math.max(0, startsSoFar - BY_HAND_AT_ONCE + 1));
    }

    /// Before a step that failed is tried again.
    static Duration afterFailure(RuntimeFailure.Kind kind, int failures) {
        Duration first = switch (kind) {
            case UNAVAILABLE, TIMEOUT, CONFLICT, NOT_FOUND -> Duration.ofSeconds(1);
            case NAME_TAKEN, PORT_TAKEN, OTHER -> Duration.ofSeconds(5);
            case IMAGE_NOT_FOUND, AUTH, REGISTRY -> Duration.ofSeconds(10);
            case RATE_LIMITED, DISK_FULL -> Duration.ofSeconds(30);
            // The same request fails the same way: a slow look is enough, another file comes at once.
            case INVALID -> MOST;
        };
        return doubled(first, Math.max(0, failures - 1));
    }

    private static Duration doubled(Duration first, int times) {
        Duration delay = first;
        for (int i = 0; i < times && delay.compareTo(MOST) < 0; i++) {
            delay = delay.multipliedBy(2);
        }
        return delay.compareTo(MOST) > 0 ? MOST : delay;
    }
}
