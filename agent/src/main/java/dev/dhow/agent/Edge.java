package dev.dhow.agent;

import dev.dhow.agent.config.ProxyConfig;
import dev.dhow.agent.config.ProxyConfig.LogTo;
import dev.dhow.agent.history.DrainMark;
import dev.dhow.agent.history.RouteFile;
import dev.dhow.agent.history.StateDir;
import dev.dhow.agent.proxy.AccessLog;
import dev.dhow.agent.proxy.Crowd;
import dev.dhow.agent.proxy.Entrance;
import dev.dhow.agent.proxy.Probe;
import dev.dhow.agent.proxy.ProbeLog;
import dev.dhow.agent.proxy.Proxy;
import dev.dhow.agent.proxy.ProxyListener;
import dev.dhow.agent.proxy.Several;
import dev.dhow.agent.state.Ticker;
import dev.dhow.agent.status.AgentControl.Answer;
import dev.dhow.agent.status.HostDesk;
import dev.dhow.agent.wire.Sender;
import dev.dhow.api.status.Condition.Status;
import dev.dhow.api.status.HostStatus;
import dev.dhow.api.status.ProbeStatus;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What stands before the routes: how connections come in, what is kept of probes, and whether this host is to get any
/// requests at all.
final class Edge implements HostDesk, AutoCloseable {
    private static final Path PROC = Path.of("/proc");
    private static final String NO_PROXY =
            "this agent has no proxy, because proxy.http and proxy.https are null in agent.yaml";

    private final String host;
    private final ProxyConfig config;
    private final DrainMark mark;
    private final RouteFile routes;
    private final Peers peers;
    private final Ticker ticker;
    private final ProbeLog probes;
    private final @Nullable AccessLog access;
    private final ProxyListener listener;
    private final Crowd crowd = Crowd.ofThisProcess();
    private final Entrance entrance;
    private final Map<HostStatus.Type, HostStatus.Condition> told = new EnumMap<>(HostStatus.Type.class);
    private volatile @Nullable Serving serving;

    /// A proxy that is there.
    private record Serving(Proxy proxy, HostDrain drain, Doors doors) {}

    /// @param others who hear the proxy too
    Edge(String host, ProxyConfig config, StateDir state, Ticker ticker, Peers peers, List<ProxyListener> others) {
        this.host = host;
        this.config = config;
        this.ticker = ticker;
        this.peers = peers;
        mark = new DrainMark(state);
        routes = new RouteFile(state);
        probes = new ProbeLog(ticker);
        List<ProxyListener> all = new ArrayList<>(others);
        all.add(probes);
        if (config.accessLog() == LogTo.STDOUT) {
            ProxyListener counting = new Several(others);
            access = new AccessLog(new FileOutputStream(FileDescriptor.out), counting::unlogged);
            all.add(access);
        } else {
            access = null;
        }
        listener = new Several(all);
        entrance = new Entrance(peers::who, listener, crowd);
    }

    /// The way to the network for everything that listens.
    Entrance entrance() {
        return entrance;
    }

    /// Who may connect, and who is believed.
    Peers peers() {
        return peers;
    }

    /// What hears the proxy.
    ProxyListener listener() {
        return listener;
    }

    /// Makes the doors of a proxy, which are still to be started.
    Doors serve(Proxy proxy) {
        proxy.among(crowd);
        Doors doors = new Doors(proxy, config, entrance);
        serving = new Serving(proxy, new HostDrain(mark, config.healthGrace(), ticker, proxy), doors);
        return doors;
    }

    /// What keeps the routes over restarts of the agent.
    ///
    /// @param withContainers the services that have containers; empty: Docker was not read yet
    LastRoutes keepRoutes(Proxy proxy, Supplier<Optional<Set<String>>> withContainers) {
        return new LastRoutes(proxy, routes, boot(), new ContainerLives(PROC), withContainers);
    }

    /// Tells this boot of the machine from others; where nobody can, no two are the same.
    private static String boot() {
        try {
            return Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
        } catch (IOException _) {
            return UUID.randomUUID().toString();
        }
    }

    @Override
    public HostStatus status() {
        Serving now = serving;
        if (now == null) {
            return new HostStatus(host, null, 0, List.of());
        }
        Optional<HostStatus.Drain> drain = now.drain().now();
        return new HostStatus(
                host,
                drain.orElse(null),
                now.proxy().inFlight(),
                List.of(draining(drain), listening(now.doors().missing())));
    }

    private HostStatus.Condition draining(Optional<HostStatus.Drain> drain) {
        return drain.map(on -> condition(
                        HostStatus.Type.Draining,
                        Status.True,
                        "Requested",
                        "health fails since %s, connections end from %s on; dhow undrain ends it"
                                .formatted(on.since(), on.ends())))
                .orElseGet(() ->
                        condition(HostStatus.Type.Draining, Status.False, "TakesRequests", "this host takes requests"));
    }

    private HostStatus.Condition listening(Map<String, String> missing) {
        return missing.isEmpty()
                ? condition(HostStatus.Type.Listening, Status.True, "Open", "every listener that is wanted is open")
                : condition(
                        HostStatus.Type.Listening,
                        Status.False,
                        "CannotListen",
                        String.join(
                                "; ",
                                missing.entrySet().stream()
                                        .map(one -> one.getKey() + " " + one.getValue())
                                        .toList()));
    }

    /// Keeps the moment of the last change.
    private synchronized HostStatus.Condition condition(
            HostStatus.Type type, Status status, String reason, String message) {
        HostStatus.Condition before = told.get(type);
        Instant since = before != null && before.status() == status ? before.since() : ticker.wall();
        HostStatus.Condition now = new HostStatus.Condition(type, status, reason, message, since);
        told.put(type, now);
        return now;
    }

    @Override
    public List<ProbeStatus> probes() {
        return probes.entries().stream()
                .map(entry -> told(entry.at(), entry.probe()))
                .toList();
    }

    private static ProbeStatus told(Instant at, Probe probe) {
        Sender from = probe.sender();
        return new ProbeStatus(
                at,
                probe.listener(),
                from.peer(),
                from.header().word(),
                from.address().equals(from.peer()) ? null : from.address(),
                probe.host(),
                probe.sni(),
                probe.version(),
                probe.path(),
                probe.code(),
                probe.why());
    }

    @Override
    public Answer drain() {
        Serving now = serving;
        return now == null ? new Answer.Refused(NO_PROXY) : now.drain().drain();
    }

    @Override
    public Answer undrain() {
        Serving now = serving;
        return now == null ? new Answer.Refused(NO_PROXY) : now.drain().undrain();
    }

    @Override
    public void close() {
        AccessLog open = access;
        if (open != null) {
            open.close();
        }
    }
}
