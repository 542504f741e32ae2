package dev.dhow.agent.state;

import dev.dhow.api.spec.ContainerSpec.Restart;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One container of ours, as Docker reports it.
///
/// @param id Docker's 64 hex digits
/// @param name without the leading slash
/// @param imageId the content it was made from, `sha256:…`
/// @param health null: it has no HEALTHCHECK
/// @param startedAt the last start; null: never started
/// @param finishedAt the last end; null: never ended
/// @param exitCode of the last end; 0: there was none; [#FORGOTTEN]: it runs again, and nobody remembers
/// @param error what Docker says of a failed start; empty: nothing
/// @param restartCount restarts by Docker's policy since the last start by hand
/// @param restart the policy in force
/// @param addresses its address in each network; `127.0.0.1` under `host` where it shares the host's
/// @param hostPorts host ports it holds, as `0.0.0.0:80/tcp`
/// @param stopGrace between the stop signal and the kill, as the container was made
public record ObservedContainer(
        String id,
        String name,
        Owner owner,
        String imageId,
        RunState state,
        @Nullable DockerHealth health,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        int exitCode,
        boolean oomKilled,
        String error,
        int restartCount,
        Restart restart,
        Map<String, String> addresses,
        Set<String> hostPorts,
        Duration stopGrace) {
    /// No process ends with it.
    public static final int FORGOTTEN = -1;

    /// Copies the collections.
    public ObservedContainer {
        addresses = Map.copyOf(addresses);
        hostPorts = Set.copyOf(hostPorts);
    }

    /// Whether its process runs and is not frozen.
    public boolean running() {
        return state == RunState.RUNNING;
    }

    /// Whether its process may be at work: it runs, or nobody can tell.
    public boolean mayRun() {
        return state == RunState.RUNNING || state == RunState.UNKNOWN;
    }

    /// Whether it has a process, frozen or about to be started again included, or nobody can tell.
    public boolean alive() {
        return switch (state) {
            case RUNNING, PAUSED, RESTARTING, UNKNOWN -> true;
            case CREATED, REMOVING, EXITED, DEAD -> false;
        };
    }

    /// Whether Docker has started its process again by itself, and how that had ended is known.
    public boolean endedBefore() {
        return running() && restartCount > 0 && exitCode != FORGOTTEN;
    }

    /// The same with what is known of its last end.
    public ObservedContainer ended(int code, boolean oom) {
        return new ObservedContainer(
                id,
                name,
                owner,
                imageId,
                state,
                health,
                startedAt,
                finishedAt,
                code,
                oom,
                error,
                restartCount,
                restart,
                addresses,
                hostPorts,
                stopGrace);
    }

    /// Whether it is made for that task.
    public boolean isFor(String task) {
        return task.equals(owner.task());
    }

    /// `shop/web/1`, or `shop/web/release` where it is made for a task.
    public String subject() {
        String task = owner.task();
        return owner.service() + "/" + owner.role() + "/" + (task == null ? owner.replica() : task);
    }
}
