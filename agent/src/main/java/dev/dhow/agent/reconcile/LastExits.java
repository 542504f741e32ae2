package dev.dhow.agent.reconcile;

import dev.dhow.agent.runtime.ContainerRuntime;
import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.state.Chronicle;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.api.status.ReplicaStatus.LastExit;
import dev.dhow.api.status.RolloutStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Remembers how each container's process ended the last time, with its last lines, fetched once per end.
final class LastExits {
    private static final Logger log = LoggerFactory.getLogger(LastExits.class);
    private static final int LINES = 20;
    /// Docker waits twice as long before it starts a process again, and older ones note the
    /// start when it talks already.
    private static final Duration EARLY = Duration.ofMillis(50);

    private final ContainerRuntime runtime;
    /// Never changed, only replaced: previews read it beside the passes.
    private volatile Map<String, LastExit> exits = Map.of();

    LastExits(ContainerRuntime runtime) {
        this.runtime = runtime;
    }

    Map<String, LastExit> all() {
        return exits;
    }

    /// Notes the ends that are new. Blocks, because the engine is slow to tell last lines.
    void update(List<ObservedContainer> containers) {
        Set<String> ids = containers.stream().map(ObservedContainer::id).collect(Collectors.toSet());
        Map<String, LastExit> now = new HashMap<>(exits);
        now.keySet().retainAll(ids);
        containers.stream().filter(this::isNew).forEach(container -> now.put(container.id(), exit(container)));
        exits = Map.copyOf(now);
    }

    /// The same, with the last lines of the container by which the newest rollout failed: one that is never ready has
    /// no
    /// end that would tell them.
    Chronicle told(Chronicle before, Chronicle after, List<ObservedContainer> containers) {
        RolloutStatus now = after.last().map(Chronicle.Entry::rollout).orElse(null);
        if (now == null
                || !now.outcome().failed()
                || now.lastExit() != null
                || after.last().equals(before.last())) {
            return after;
        }
        return containers.stream()
                .filter(c -> c.name().equals(now.container()))
                .findFirst()
                .map(c -> after.changeLast(entry -> entry.with(now.withLog(tail(c, null)))))
                .orElse(after);
    }

    private boolean isNew(ObservedContainer container) {
        Instant finished = container.finishedAt();
        LastExit known = exits.get(container.id());
        boolean ended = switch (container.state()) {
            case EXITED, RESTARTING, DEAD -> true;
            case RUNNING -> container.endedBefore();
            case CREATED, PAUSED, REMOVING, UNKNOWN -> false;
        };
        return ended && finished != null && (known == null || !finished.equals(known.at()));
    }

    private LastExit exit(ObservedContainer container) {
        return new LastExit(
                container.exitCode(),
                container.oomKilled(),
                container.finishedAt(),
                tail(container, nextBegins(container)));
    }

    /// Between the process that ended and the one that may talk by now; null: there is none.
    private static @Nullable Instant nextBegins(ObservedContainer container) {
        Instant started = container.startedAt();
        Instant finished = container.finishedAt();
        if (!container.running() || started == null || finished == null) {
            return null;
        }
        Instant early = started.minus(EARLY);
        return early.isAfter(finished) ? early : started;
    }

    private List<String> tail(ObservedContainer container, @Nullable Instant before) {
        try {
            return runtime.logTail(container.id(), LINES, before);
        } catch (RuntimeFailure e) {
            // The log driver may not allow reading; the exit is worth telling without it.
            log.atDebug()
                    .addKeyValue("container", container.name())
                    .addKeyValue("error", e.getMessage())
                    .log("log cannot be read");
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }
}
