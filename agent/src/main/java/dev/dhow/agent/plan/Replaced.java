package dev.dhow.agent.plan;

import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Owner;
import dev.dhow.agent.state.RunState;
import dev.dhow.agent.state.Verdict;
import dev.dhow.api.status.ReplicaStatus.Health;
import java.time.Instant;
import java.util.Collection;
import java.util.Objects;

/// Tells a container that stopped because another one took its place from one that came to its end: Docker shows
/// both as exited, perhaps with 0.
final class Replaced {
    /// It did not complete and did not fail: where it is wanted again it is started again.
    static final Verdict VERDICT =
            new Verdict(Health.UNREADY, "Replaced", "it was stopped for another container", null, false, false, null);

    private Replaced() {}

    /// Whether one of the others was started in the container's place after it.
    static boolean is(ObservedContainer container, Collection<ObservedContainer> others) {
        Instant started = container.startedAt();
        return container.state() == RunState.EXITED
                && started != null
                && others.stream()
                        .filter(other -> samePlace(other.owner(), container.owner()))
                        .map(ObservedContainer::startedAt)
                        .anyMatch(later -> later != null && later.isAfter(started));
    }

    /// Of one service. Asked for each verdict, so it makes no text.
    private static boolean samePlace(Owner one, Owner other) {
        return one.replica() == other.replica()
                && one.role().equals(other.role())
                && Objects.equals(one.task(), other.task());
    }
}
