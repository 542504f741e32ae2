package dev.dhow.agent.runtime;

import dev.dhow.agent.state.Owner;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An engine as the contract's tests need it: the port, and a hand beside it.
public interface RuntimeWorld extends AutoCloseable {
    /// The runtime under test, of host `contract`.
    ContainerRuntime runtime();

    /// An image on this host whose process runs until it is stopped.
    String sleeper();

    /// The same with a HEALTHCHECK that passes, and TCP port 80 exposed.
    String checked();

    /// An image on this host that nobody uses, and under two names of it that a test may take away.
    List<String> spare();

    /// Runs a container that is not ours, or is another host's.
    String foreign(String name, @Nullable Owner owner);

    /// `docker kill`.
    void kill(String id);

    /// `docker pause`.
    void pause(String id);

    /// `docker rm --force`.
    void remove(String id);

    /// `docker rename`.
    void rename(String id, String name);

    /// Lets the HEALTHCHECK of a container pass.
    void heal(String id);

    /// Lets the next call of `create` or `start` have its effect, and breaks the connection before its answer.
    void loseNextAnswer(String operation);

    /// Whether a container of that name is there, ours or not.
    boolean exists(String name);

    @Override
    void close();
}
