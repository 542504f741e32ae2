package dev.dhow.agent.docker;

import java.time.Duration;
import java.util.Locale;

/// The calls of the Engine: how long each may take, and whether it may be repeated.
enum Operation {
    VERSION(5, true),
    INFO(10, true),
    LIST(10, true),
    INSPECT(10, true),
    IMAGE_INSPECT(10, true),
    IMAGE_LIST(10, true),
    NETWORK_LIST(10, true),
    VOLUME_LIST(10, true),
    VOLUME_INSPECT(10, true),
    LOGS(5, true),
    /// Until the stream is open; it then stays open.
    EVENTS(10, true),
    /// The Engine knows them at once, but holds the answer open for a time that its clock has not reached.
    PAST_EVENTS(2, true),
    /// Without any progress.
    PULL(120, false),
    CREATE(60, false),
    CONNECT(60, false),
    START(60, false),
    /// On top of the grace.
    STOP(15, false),
    /// On top of the grace.
    RESTART(75, false),
    UNPAUSE(60, false),
    REMOVE(60, false),
    REMOVE_IMAGE(60, false),
    CREATE_NETWORK(60, false),
    CREATE_VOLUME(60, false);

    private final Duration limit;
    private final boolean repeatable;

    Operation(int seconds, boolean repeatable) {
        this.limit = Duration.ofSeconds(seconds);
        this.repeatable = repeatable;
    }

    Duration limit() {
        return limit;
    }

    /// Whether doing it twice is the same as doing it once, and harmless.
    boolean repeatable() {
        return repeatable;
    }

    /// The word for metrics.
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The words for messages.
    String words() {
        return label().replace('_', ' ');
    }
}
