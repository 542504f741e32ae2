package dev.dhow.agent;

import dev.dhow.agent.access.FileWatch;
import dev.dhow.agent.access.PasswordCheck;
import dev.dhow.agent.config.AgentConfig;
import dev.dhow.agent.config.ProxyConfig;
import dev.dhow.agent.docker.DockerRuntime;
import dev.dhow.agent.execute.Executor;
import dev.dhow.agent.health.HealthMonitor;
import dev.dhow.agent.history.HostName;
import dev.dhow.agent.history.Journal;
import dev.dhow.agent.history.KeptTraffic;
import dev.dhow.agent.history.LastGood;
import dev.dhow.agent.history.MountStore;
import dev.dhow.agent.history.PulledImages;
import dev.dhow.agent.history.StateDir;
import dev.dhow.agent.http.ApiParts;
import dev.dhow.agent.http.ApiServer;
import dev.dhow.agent.images.ImageJanitor;
import dev.dhow.agent.manifest.Conflicts;
import dev.dhow.agent.metrics.Metrics;
import dev.dhow.agent.mounts.MountingRuntime;
import dev.dhow.agent.mounts.WantedFiles;
import dev.dhow.agent.proxy.Guards;
import dev.dhow.agent.proxy.Proxy;
import dev.dhow.agent.reconcile.Reconciler;
import dev.dhow.agent.runtime.ContainerRuntime;
import dev.dhow.agent.runtime.Traffic;
import dev.dhow.agent.source.DirectorySource;
import dev.dhow.agent.source.ServiceWriter;
import dev.dhow.agent.source.SourceLoop;
import dev.dhow.agent.source.TextCheck;
import dev.dhow.agent.state.Ticker;
import dev.dhow.agent.status.AgentView;
import dev.dhow.agent.status.StatusBoard;
import dev.dhow.agent.tls.Certificates;
import dev.dhow.api.status.CertificateStatus;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The running agent: wires the rooms, starts them in order, stops them in reverse. Stopping it leaves containers as
/// they are.
public final class Agent implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Agent.class);
    /// Starts are bound by the engine's locks and by CPU: more at once only makes each slower.
    private static final int CHANGES_AT_ONCE = 8;
    /// Event loops: of the proxy, the API and the checks.
    private static final int LOOPS = 2;
    /// A comparison of a password takes a whole core.
    private static final int LOGINS_AT_ONCE = 1;

    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final AgentConfig config;
    private final Ticker ticker;
    private Supplier<List<CertificateStatus>> certificates = List::of;
    private boolean running;

    private Agent(AgentConfig config, Ticker ticker) {
        this.config = config;
        this.ticker = ticker;
    }

    /// Starts an agent. It runs until it is closed; Docker may come later.
    ///
    /// @throws IOException when the state directory or a listener cannot be had, with the next step
    public static Agent start(AgentConfig config) throws IOException, InterruptedException {
        Agent agent = new Agent(config, Ticker.system());
        boolean done = false;
        try {
            agent.open();
            agent.running = true;
            done = true;
            return agent;
        } finally {
            if (!done) {
                agent.close();
            }
        }
    }

    private void open() throws IOException, InterruptedException {
        StateDir state = keep(StateDir.open(config.stateDir()));
        HostName host = state.hostName(config.hostName(), Agent::machineName);
        if (host.notice() != null) {
            log.atWarn().addKeyValue("host", host.name()).log(host.notice());
        }
        AtomicReference<AgentView> view = new AtomicReference<>(View.STARTING);
        Metrics metrics = keep(new Metrics(view::get, ticker, Version.text()));
        FileWatch watch = keep(new FileWatch(Watching.DISK, ticker, Watching.POLL));
        Edge edge = keep(new Edge(
                host.name(),
                config.proxy(),
                state,
                ticker,
                new Peers(config.proxy(), watch),
                List.of(metrics.proxy())));
        Vertx vertx = Vertx.builder()
                .with(new VertxOptions()
                        .setEventLoopPoolSize(LOOPS)
                        // Nothing is served from the class path: no cache directory that a killed agent would leave
                        // behind.
                        .setFileSystemOptions(new FileSystemOptions()
                                .setFileCachingEnabled(false)
                                .setClassPathResolvingEnabled(false)))
                .withTransport(edge.entrance())
                .build();
        keep(() -> vertx.close().toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS));
        HostKey key = new HostKey(config.secretsDir());
        // Made at the start, though nothing may need it yet.
        key.now();
        WantedFiles wanted = new WantedFiles(key);
        PulledImages pulled = new PulledImages(state);
        Pulls pulls = new Pulls(pulled, ticker);
        DockerRuntime docker = DockerRuntime.connect(
                config.docker(), host.name(), ticker, metrics, Logins.of(config, System.getenv()), pulls);
        ContainerRuntime runtime =
                keep(new MountingRuntime(docker, new MountStore(state, host.name()), wanted, new BindGuard(config)));
        RandomGenerator random = RandomGenerator.getDefault();
        AtomicReference<@Nullable Reconciler> loop = new AtomicReference<>();
        Proxy proxy = proxy(vertx, view::get, metrics, edge, random, watch, key);
        Traffic traffic = proxy == null ? Traffic.NONE : proxy;
        TrafficControl crossing = new TrafficControl(new KeptTraffic(state), proxy, ticker);
        if (proxy != null) {
            // What an operator switched holds before the first request comes in.
            Doors doors = keep(edge.serve(proxy));
            keep(edge.keepRoutes(proxy, () -> {
                        Reconciler reconciler = loop.get();
                        return reconciler == null ? Optional.empty() : reconciler.withContainers();
                    }))
                    .start();
            doors.start();
        }
        Executor executor = keep(new Executor(runtime, traffic, ticker, CHANGES_AT_ONCE));
        HealthMonitor health = keep(new HealthMonitor(
                vertx,
                ticker,
                metrics,
                service -> {
                    Reconciler reconciler = loop.get();
                    if (reconciler != null) {
                        reconciler.hint(service);
                    }
                },
                random));
        StatusBoard board = new StatusBoard();
        ServiceReader reader = new ServiceReader(config, host.name());
        Reconciler reconciler = keep(new Reconciler(
                host.name(),
                new Reconciler.Doing(runtime, executor, traffic),
                health,
                new Reconciler.Keeping(new Journal(state.path()), reader::again),
                new Reconciler.Reporting(board, metrics),
                ticker,
                key,
                random::nextDouble));
        loop.set(reconciler);
        View live = new View(board, reconciler, certificates, crossing::of);
        view.set(live);
        reconciler.start();
        ImageJanitor janitor = keep(new ImageJanitor(
                docker,
                pulled,
                reconciler.desk()::neededImages,
                ticker,
                config.images().gcHigh(),
                config.images().gcLow()));
        pulls.clearedBy(janitor);
        janitor.start();
        DirectorySource source = DirectorySource.open(
                config.sourceDirectory(),
                reader::read,
                Conflicts::between,
                live,
                ServiceReader.disk(config),
                new LastGood(state));
        SourceLoop files = keep(SourceLoop.start(source, ticker, snapshot -> {
            live.source(snapshot);
            wanted.source(snapshot.services());
            metrics.removalsHeld(snapshot.held().size());
            reconciler.source(snapshot.services(), snapshot.listed());
        }));
        ApiParts parts = new ApiParts(
                live,
                new Control(reconciler.desk(), reader, config, crossing),
                TextCheck.of(source, reader::read, Conflicts::between),
                new ServiceWriter(config.sourceDirectory(), files::removalMeant),
                files::confirmRemoval,
                edge,
                metrics::scrape);
        ApiServer api = keep(new ApiServer(vertx, config.api(), host.name(), parts));
        api.start();
        log.atInfo()
                .addKeyValue("host", host.name())
                .addKeyValue("source", config.sourceDirectory())
                .addKeyValue("docker", config.docker())
                .addKeyValue("socket", config.api().socket())
                .addKeyValue("listen", config.api().listen())
                .log("agent started");
    }

    /// The proxy, unless both of its listeners are switched off.
    private @Nullable Proxy proxy(
            Vertx vertx,
            Supplier<AgentView> view,
            Metrics metrics,
            Edge edge,
            RandomGenerator random,
            FileWatch watch,
            HostKey key)
            throws IOException, InterruptedException {
        ProxyConfig proxy = config.proxy();
        if (proxy.http().address() == null && proxy.https().address() == null) {
            return null;
        }
        Certificates answering =
                keep(new Certificates(CertificateKeys.of(proxy, config.stateDir()), ticker, metrics.orders()));
        answering.start();
        certificates = answering::status;
        Proxy started = keep(Proxy.start(
                vertx,
                LOOPS,
                edge.peers().settings(answering),
                () -> view.get().notReady().isEmpty(),
                edge.listener(),
                ticker,
                random));
        edge.peers().onChange(answering, started::settings);
        started.guardedBy(new Guards(watch, keep(new PasswordCheck(LOGINS_AT_ONCE)), key.of("sticky")));
        watch.start();
        return started;
    }

    /// The kernel's own word: asking the resolver for it could wait for DNS.
    private static String machineName() {
        try {
            return java.nio.file.Files.readString(Path.of("/proc/sys/kernel/hostname"))
                    .strip();
        } catch (IOException e) {
            throw new UncheckedIOException("this is no Linux: there is no /proc/sys/kernel/hostname", e);
        }
    }

    private <T extends AutoCloseable> T keep(T part) {
        started.push(part);
        return part;
    }

    /// Stops every part, the last started first. A part that fails to stop does not keep the others.
    @Override
    public void close() {
        while (!started.isEmpty()) {
            AutoCloseable part = started.pop();
            try {
                part.close();
            } catch (Exception e) {
                log.atWarn()
                        .addKeyValue("part", part.getClass().getSimpleName())
                        .setCause(e)
                        .log("did not stop");
            }
        }
        if (running) {
            running = false;
            log.atInfo().log("agent stopped; containers run on");
        }
    }
}
