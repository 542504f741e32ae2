package dev.dhow.agent.runtime;

import dev.dhow.agent.state.DockerHealth;
import dev.dhow.agent.state.RunState;
import dev.dhow.api.spec.ContainerSpec.Restart.Mode;
import java.util.List;
import java.util.function.Consumer;

/// What happens to containers of a [FakeRuntime] by themselves, by Docker's policy, or by hand. Each is followed by a
/// hint, as Docker's events are.
public final class FakeDocker {
    private final FakeRuntime runtime;

    FakeDocker(FakeRuntime runtime) {
        this.runtime = runtime;
    }

    /// The process ends and stays down.
    public void exit(String id, int code) {
        play(id, container -> container.ended(runtime.ticker.wall(), code, false));
    }

    /// The engine is restarted without live-restore: what runs is killed, and what it keeps up is started again.
    public void restartEngine() {
        synchronized (runtime) {
            runtime.losses++;
            for (FakeContainer container : runtime.containers.values()) {
                if (container.up() && container.owner != null) {
                    Mode mode = container.observed(container.owner).restart().mode();
                    container.ended(runtime.ticker.wall(), 137, false);
                    if (mode == Mode.ALWAYS || mode == Mode.UNLESS_STOPPED) {
                        container.startedByHand(runtime.ticker.wall(), runtime.nextAddress());
                    }
                }
            }
        }
    }

    /// `docker kill`.
    public void kill(String id) {
        exit(id, 137);
    }

    /// The kernel kills the process for its memory limit; it stays down.
    public void oom(String id) {
        play(id, container -> container.ended(runtime.ticker.wall(), 137, true));
    }

    /// The process ends and Docker's restart policy starts it again at once, with another address.
    public void policyRestart(String id, int code) {
        play(id, container -> container.restartedByPolicy(runtime.ticker.wall(), code, runtime.nextAddress()));
    }

    /// The process ended and Docker waits before it starts it again.
    public void restarting(String id, int code) {
        play(id, container -> {
            container.ended(runtime.ticker.wall(), code, false);
            container.state = RunState.RESTARTING;
        });
    }

    /// The HEALTHCHECK ran.
    public void setHealth(String id, DockerHealth.Status status) {
        setHealth(id, status, status == DockerHealth.Status.HEALTHY ? 0 : 1, "");
    }

    /// The HEALTHCHECK ran and printed something.
    public void setHealth(String id, DockerHealth.Status status, int exitCode, String output) {
        play(id, container -> container.checked(runtime.ticker.wall(), status, exitCode, output));
    }

    /// `docker pause`.
    public void pause(String id) {
        play(id, container -> container.state = RunState.PAUSED);
    }

    /// `docker stop`.
    public void stop(String id) {
        exit(id, 0);
    }

    /// `docker start`.
    public void start(String id) {
        play(id, container -> container.startedByHand(runtime.ticker.wall(), runtime.nextAddress()));
    }

    /// `docker rename`.
    public void rename(String id, String name) {
        play(id, container -> container.name = name);
    }

    /// `docker rm --force`.
    public void removeByHand(String id) {
        FakeContainer gone;
        synchronized (runtime) {
            gone = runtime.containers.remove(id);
        }
        runtime.hint(gone);
    }

    /// The container writes lines.
    public void log(String id, String... lines) {
        play(
                id,
                container -> List.of(lines)
                        .forEach(line -> container.log.add(new FakeContainer.Line(runtime.ticker.wall(), line))));
    }

    private void play(String id, Consumer<FakeContainer> change) {
        synchronized (runtime) {
            try {
                change.accept(runtime.existing("play", id));
            } catch (RuntimeFailure e) {
                throw new IllegalArgumentException(e);
            }
        }
        runtime.hint(id);
    }
}
