package dev.dhow.agent.runtime;

import dev.dhow.agent.state.Observed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A container engine. Every call blocks its thread, ends by a deadline of its own and may be interrupted.
///
/// A call that changes something and fails with [RuntimeFailure.Kind#UNAVAILABLE] or [RuntimeFailure.Kind#TIMEOUT]
/// may have happened: observe again, never repeat blindly.
public interface ContainerRuntime extends AutoCloseable {
    /// What the engine holds of ours now. It lists, and inspects only what changed since the last reading.
    ///
    /// @throws RuntimeFailure when it cannot be read; then nothing is known
    Observed observe(Needs needs) throws RuntimeFailure, InterruptedException;

    /// Fetches an image from its registry. Calls for the same image at the same time are one pull, and
    /// share its outcome.
    ///
    /// @param image a reference by tag or by digest
    /// @param platform such as `linux/arm64`; null: the engine's
    void pull(String image, @Nullable String platform) throws RuntimeFailure, InterruptedException;

    /// The pulls under way, by reference as asked for; empty where the engine does not tell.
    default Map<String, PullProgress> pulling() {
        return Map.of();
    }

    /// Makes a container without starting it, and returns its id. Where a container with the same labels
    /// already has the name, an earlier call had succeeded: its id is returned.
    ///
    /// @throws RuntimeFailure also with `NAME_TAKEN` by a container that is not ours, which is never
    ///     touched
    String create(ContainerRequest request) throws RuntimeFailure, InterruptedException;

    /// Starts a container; one that runs is left.
    void start(String id) throws RuntimeFailure, InterruptedException;

    /// Stops a container: its stop signal, then after the grace a kill; one that is stopped is left.
    void stop(String id, Duration grace) throws RuntimeFailure, InterruptedException;

    /// Stops and starts a container.
    void restart(String id, Duration grace) throws RuntimeFailure, InterruptedException;

    /// Thaws a paused container.
    void unpause(String id) throws RuntimeFailure, InterruptedException;

    /// Removes a stopped container and its volumes without a name; one that is gone is left.
    void remove(String id) throws RuntimeFailure, InterruptedException;

    /// Makes a bridge network; one that exists is left.
    void createNetwork(String name, Map<String, String> labels) throws RuntimeFailure, InterruptedException;

    /// Makes a volume; one that exists is left.
    void createVolume(String name, Map<String, String> labels) throws RuntimeFailure, InterruptedException;

    /// The last lines a container wrote, oldest first.
    ///
    /// @param before leaves out what was written from then on, and finds nothing where that is very much; null: all
    /// counts
    List<String> logTail(String id, int lines, @Nullable Instant before) throws RuntimeFailure, InterruptedException;

    /// Calls the listener, on a thread of the runtime, whenever something of ours may have changed. Hints
    /// may be lost, doubled or late.
    void onHint(HintListener listener);

    /// Ends streams and connections; containers run on.
    @Override
    void close();

    /// Told that something may have changed.
    @FunctionalInterface
    interface HintListener {
        /// @param service the service it was about; null: it could be any
        void hint(@Nullable String service);
    }
}
