package dev.dhow.agent.reconcile;

import dev.dhow.agent.runtime.ContainerRuntime;
import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.RunState;
import dev.dhow.api.status.ReplicaStatus.LastExit;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Remembers how each container's process ended the last time, with its last lines, fetched once per end.
final class LastExits {
    private static final Logger log = LoggerFactory.getLogger(LastExits.class);
    private static final int LINES = 20;

    private final ContainerRuntime runtime;
    private final Map<String, LastExit> exits = new HashMap<>();

    LastExits(ContainerRuntime runtime) {
        this.runtime = runtime;
    }

    Map<String, LastExit> all() {
        return exits;
    }

    void update(List<ObservedContainer> containers) throws InterruptedException {
        Set<String> ids = containers.stream().map(ObservedContainer::id).collect(Collectors.toSet());
        exits.keySet().retainAll(ids);
        for (ObservedContainer container : containers) {
            Instant finished = container.finishedAt();
            LastExit known = exits.get(container.id());
            boolean ended = container.state() == RunState.EXITED
                    || container.state() == RunState.RESTARTING
                    || container.state() == RunState.DEAD;
            if (finished != null && ended && (known == null || !finished.equals(known.at()))) {
                exits.put(
                        container.id(),
                        new LastExit(container.exitCode(), container.oomKilled(), finished, tail(container)));
            }
        }
    }

    private List<String> tail(ObservedContainer container) throws InterruptedException {
        try {
            return runtime.logTail(container.id(), LINES);
        } catch (RuntimeFailure e) {
            // The log driver may not allow reading; the exit is worth telling without it.
            log.atDebug()
                    .addKeyValue("container", container.name())
                    .addKeyValue("error", e.getMessage())
                    .log("log cannot be read");
            return List.of();
        }
    }
}
