package dev.dhow.agent.health;

import dev.dhow.agent.state.ObservedContainer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// All that a verdict on one container is made of.
///
/// @param deadline from the start of the run
/// @param counters by [Check.Probe#key()]; one that is missing has no sample
/// @param readAt when Docker was asked for the container, monotonic: it says nothing of what came after
/// @param now monotonic
/// @param wall only for comparing with times that Docker wrote
record Facts(
        ObservedContainer container,
        List<Check> checks,
        Duration deadline,
        Sighting sighting,
        Map<Check.Probe, ProbeCounter> counters,
        Duration readAt,
        Duration now,
        Instant wall) {
    /// Copies the collections.
    Facts {
        checks = List.copyOf(checks);
        counters = Map.copyOf(counters);
    }

    /// What that probe counted.
    ProbeCounter counter(Check.Probe probe) {
        ProbeCounter counter = counters.get(probe.key());
        return counter == null ? ProbeCounter.begin(false) : counter;
    }

    /// Whether the run has had its time.
    boolean pastDeadline() {
        return sighting.age(now).compareTo(deadline) >= 0;
    }

    /// Whether Docker was read when the run had that age or more. What Docker alone can tell is not concluded from the
    /// time that passed since: the process may have ended meanwhile.
    boolean seenAt(Duration age) {
        return sighting.reaches(age).compareTo(readAt) <= 0;
    }

    /// When it will have had it, monotonic.
    Duration deadlineAt() {
        return sighting.reaches(deadline);
    }
}
