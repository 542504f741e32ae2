package dev.dhow.agent.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.command.SyncDockerCmd;
import com.github.dockerjava.api.exception.NotModifiedException;
import dev.dhow.agent.registry.Credentials;
import dev.dhow.agent.runtime.CallListener;
import dev.dhow.agent.runtime.ContainerRequest;
import dev.dhow.agent.runtime.ContainerRuntime;
import dev.dhow.agent.runtime.ImageStore;
import dev.dhow.agent.runtime.Needs;
import dev.dhow.agent.runtime.PullListener;
import dev.dhow.agent.runtime.PullProgress;
import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import dev.dhow.agent.state.DiskSpace;
import dev.dhow.agent.state.ImageFacts;
import dev.dhow.agent.state.Observed;
import dev.dhow.agent.state.Ticker;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The Docker Engine as a container runtime: puts reader, creator, puller and event stream together.
public final class DockerRuntime implements ContainerRuntime, ImageStore {
    private final EngineConnection connection;
    private final ChangeMarks marks = new ChangeMarks();
    private final EngineReader reader;
    private final ContainerCreator creator;
    private final ImagePuller puller;
    private final EngineImages images;
    private final EngineDisk disk;
    private final EngineEvents events;
    /// Networks are made one at a time: Docker looks for the name and then creates, so that two calls at
    /// the same time
    /// both succeed, and no container can start on a name that two networks have.
    private final ReentrantLock networks = new ReentrantLock();

    private volatile HintListener listener = _ -> {};

    private DockerRuntime(
            EngineConnection connection, String hostName, Ticker ticker, Credentials credentials, PullListener pulls) {
        this.connection = connection;
        this.reader = new EngineReader(connection, hostName, ticker, marks);
        this.creator = new ContainerCreator(connection);
        this.puller = new ImagePuller(connection, credentials, pulls, Operation.PULL.limit());
        this.images = new EngineImages(connection);
        this.disk = new EngineDisk(connection);
        this.events = new EngineEvents(
                connection, new HintingEvents(hostName, connection, marks, service -> listener.hint(service)));
    }

    /// A runtime for the Engine there, which need not be up yet.
    ///
    /// @param dockerUri such as `unix:///var/run/docker.sock`
    /// @param hostName whose containers are ours
    /// @param calls told of each call
    public static DockerRuntime connect(String dockerUri, String hostName, Ticker ticker, CallListener calls) {
        return connect(dockerUri, hostName, ticker, calls, Credentials.NONE, PullListener.NONE);
    }

    /// The same with credentials for registries.
    ///
    /// @param pulls told of each pull
    public static DockerRuntime connect(
            String dockerUri,
            String hostName,
            Ticker ticker,
            CallListener calls,
            Credentials credentials,
            PullListener pulls) {
        EngineConnection connection = new EngineConnection(URI.create(dockerUri), ticker, calls);
        return new DockerRuntime(connection, hostName, ticker, credentials, pulls);
    }

    @Override
    public Observed observe(Needs needs) throws RuntimeFailure, InterruptedException {
        return reader.observe(needs);
    }

    @Override
    public void pull(String image, @Nullable String platform) throws RuntimeFailure, InterruptedException {
        try {
            puller.pull(image, platform);
        } finally {
            marks.images();
        }
    }

    @Override
    public Map<String, PullProgress> pulling() {
        return puller.progress();
    }

    @Override
    public Held images() throws RuntimeFailure, InterruptedException {
        return images.held();
    }

    @Override
    public Optional<ImageFacts> image(String reference) throws RuntimeFailure, InterruptedException {
        return images.find(reference);
    }

    @Override
    public void removeImage(String name) throws RuntimeFailure, InterruptedException {
        try {
            images.remove(name);
        } finally {
            marks.images();
        }
    }

    @Override
    public Optional<DiskSpace> disk() throws RuntimeFailure, InterruptedException {
        return disk.space();
    }

    @Override
    public String create(ContainerRequest request) throws RuntimeFailure, InterruptedException {
        try {
            return creator.create(request);
        } finally {
            // A volume that the file names is made with its container.
            marks.volumes();
        }
    }

    @Override
    public void start(String id) throws RuntimeFailure, InterruptedException {
        change(
                Operation.START,
                id,
                Operation.START.limit(),
                session -> session.starting().startContainerCmd(id));
    }

    @Override
    public void stop(String id, Duration grace) throws RuntimeFailure, InterruptedException {
        change(
                Operation.STOP,
                id,
                grace.plus(Operation.STOP.limit()),
                session -> session.typed().stopContainerCmd(id).withTimeout(seconds(grace)));
    }

    @Override
    public void restart(String id, Duration grace) throws RuntimeFailure, InterruptedException {
        change(
                Operation.RESTART,
                id,
                grace.plus(Operation.RESTART.limit()),
                session -> session.starting().restartContainerCmd(id).withTimeout(seconds(grace)));
    }

    @Override
    public void unpause(String id) throws RuntimeFailure, InterruptedException {
        change(
                Operation.UNPAUSE,
                id,
                Operation.UNPAUSE.limit(),
                session -> session.typed().unpauseContainerCmd(id));
    }

    @Override
    public void remove(String id) throws RuntimeFailure, InterruptedException {
        try {
            change(
                    Operation.REMOVE,
                    id,
                    Operation.REMOVE.limit(),
                    session -> session.typed().removeContainerCmd(id).withRemoveVolumes(true));
        } catch (RuntimeFailure e) {
            if (e.kind() != Kind.NOT_FOUND) {
                throw e;
            }
        }
    }

    private static int seconds(Duration grace) {
        return Math.toIntExact(Math.ceilDiv(grace.toMillis(), 1000L));
    }

    /// One change of one container. An Engine that says "it is so already" has done it.
    private void change(
            Operation operation, String id, Duration limit, Function<EngineSession, SyncDockerCmd<Void>> command)
            throws RuntimeFailure, InterruptedException {
        try {
            connection.call(operation, reader.nameOf(id), limit, session -> {
                try {
                    command.apply(session).exec();
                } catch (NotModifiedException e) {
                    return false;
                }
                return true;
            });
        } finally {
            marks.container(id);
        }
    }

    @Override
    public void createNetwork(String name, Map<String, String> labels) throws RuntimeFailure, InterruptedException {
        networks.lockInterruptibly();
        try {
            connection.call(
                    Operation.CREATE_NETWORK,
                    name,
                    s -> s.typed()
                            .createNetworkCmd()
                            .withName(name)
                            .withDriver("bridge")
                            .withLabels(labels)
                            // Two networks of one name are possible otherwise.
                            .withCheckDuplicate(true)
                            .exec());
        } catch (RuntimeFailure e) {
            if (e.kind() != Kind.CONFLICT || !exists(Operation.NETWORK_LIST, "/networks/" + name)) {
                throw e;
            }
        } finally {
            networks.unlock();
            marks.networks();
        }
    }

    private boolean exists(Operation operation, String path) throws RuntimeFailure, InterruptedException {
        try {
            JsonNode tree = connection.call(operation, "", s -> s.tree(path));
            return tree.has("Name");
        } catch (RuntimeFailure e) {
            if (e.kind() == Kind.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public void createVolume(String name, Map<String, String> labels) throws RuntimeFailure, InterruptedException {
        try {
            // Docker returns the one that exists.
            connection.call(
                    Operation.CREATE_VOLUME,
                    name,
                    s -> s.typed()
                            .createVolumeCmd()
                            .withName(name)
                            .withLabels(labels)
                            .exec());
        } finally {
            marks.volumes();
        }
    }

    @Override
    public List<String> logTail(String id, int lines, @Nullable Instant before)
            throws RuntimeFailure, InterruptedException {
        String path = LogFrames.path(id, lines, before);
        return connection.call(
                Operation.LOGS, reader.nameOf(id), s -> s.get(path, body -> LogFrames.lines(body, lines)));
    }

    @Override
    public void onHint(HintListener hints) {
        listener = hints;
    }

    @Override
    public void close() {
        events.close();
        connection.close();
    }
}
