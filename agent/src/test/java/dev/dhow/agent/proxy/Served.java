package dev.dhow.agent.proxy;

import dev.dhow.agent.runtime.Traffic;
import dev.dhow.agent.runtime.Traffic.Backend;
import dev.dhow.agent.runtime.Traffic.Sight;
import dev.dhow.agent.testing.ManualTicker;
import dev.dhow.agent.testing.RawHttp;
import dev.dhow.agent.testing.TestRoles;
import dev.dhow.agent.wire.Network;
import dev.dhow.agent.wire.Networks;
import dev.dhow.api.spec.ProxySpec;
import dev.dhow.api.spec.RoleSpec;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/// The real proxy with a service `shop`, before a real server that stands for its container. Time stands until a test
/// moves it.
final class Served implements AutoCloseable {
    final ManualTicker ticker = new ManualTicker();
    final ConcurrentLinkedQueue<String> rejected = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<Probe> probes = new ConcurrentLinkedQueue<>();
    /// Their results.
    final ConcurrentLinkedQueue<String> handshakes = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<ProxyListener.Visited> visits = new ConcurrentLinkedQueue<>();
    final Entrance entrance;
    final Vertx vertx;
    final Proxy proxy;
    final Backends backend;
    volatile boolean started = true;
    private volatile Networks accepted = Networks.NONE;

    /// What the proxy is told to do.
    static final Settings PLAIN = new Settings(Networks.NONE, false, List.of());

    Served() throws Exception {
        this(PLAIN, Networks.NONE);
    }

    /// @param senders of PROXY headers
    Served(Settings settings, Networks senders) throws Exception {
        this(settings, senders, new Crowd(1000));
    }

    Served(Settings settings, Networks senders, Crowd crowd) throws Exception {
        ProxyListener told = new ProxyListener() {
            @Override
            public void rejected(String reason) {
                rejected.add(reason);
            }

            @Override
            public void probe(Probe probe) {
                probes.add(probe);
            }

            @Override
            public void handshake(String listener, String result, String version, Duration took) {
                handshakes.add(result);
            }

            @Override
            public boolean wantsVisits() {
                return true;
            }

            @Override
            public void visited(Visited visit) {
                visits.add(visit);
            }
        };
        entrance = new Entrance(() -> new Entrance.Who(accepted, senders), told, crowd);
        vertx = Vertx.builder().withTransport(entrance).build();
        proxy = Proxy.start(vertx, 1, settings, () -> started, told, ticker, RandomGenerator.getDefault());
        proxy.among(crowd);
        backend = new Backends("shop");
    }

    static Networks networks(String text) {
        return new Networks(Objects.requireNonNull(Network.parse(text)));
    }

    /// @param who may connect from now on; none: everybody
    Served accepting(Networks who) {
        accepted = who;
        return this;
    }

    /// The container takes requests.
    Served serve(ProxySpec by) {
        return serve(by, true);
    }

    Served serve(ProxySpec by, boolean ready) {
        RoleSpec web = TestRoles.proxiedBy(by);
        Backend container =
                new Backend("web", "shop-web-3f2a9c10-1", "127.0.0.1", backend.port(), ready, 2, "3f2a9c10");
        proxy.see("shop", new Sight(List.of(web), Map.of("a", container)));
        proxy.route(new Traffic.Target("shop", web, "a", "shop-web-3f2a9c10-1"));
        proxy.see("shop", new Sight(List.of(web), Map.of("a", container)));
        return this;
    }

    /// Opens a listener on a port that is free.
    RawHttp open(String name) throws InterruptedException {
        int port = proxy.listen(name, new InetSocketAddress("127.0.0.1", 0));
        entrance.watch(name, new InetSocketAddress("127.0.0.1", port));
        return RawHttp.tcp(port);
    }

    @Override
    public void close() throws IOException {
        proxy.close();
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IOException(e);
        } finally {
            backend.close();
        }
    }
}
