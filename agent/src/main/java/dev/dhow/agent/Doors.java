package dev.dhow.agent;

import dev.dhow.agent.config.ProxyConfig;
import dev.dhow.agent.config.ProxyConfig.Listener;
import dev.dhow.agent.proxy.Entrance;
import dev.dhow.agent.proxy.Proxy;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens the proxy's listeners: those that `agent.yaml` names at once, the others with the first route. One that cannot
/// be had is told and tried again; the rest runs.
final class Doors implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Doors.class);
    private static final int AGAIN_SECONDS = 5;
    /// Looking for who has a port reads all processes: each minute is often enough.
    private static final int LOOK_AGAIN = 12;

    private final Proxy proxy;
    private final ProxyConfig config;
    private final Semaphore hints = new Semaphore(0);
    private final Entrance entrance;
    private final PortHolder holders = new PortHolder(Path.of("/proc"));
    private final Set<String> open = new TreeSet<>();
    private final Map<String, Integer> failures = new HashMap<>();
    /// What cannot be had, by listener; read by any thread.
    private final Map<String, String> missing = new ConcurrentSkipListMap<>();
    private @Nullable Thread thread;
    private volatile boolean closed;

    /// @param entrance told of each listener before it opens
    Doors(Proxy proxy, ProxyConfig config, Entrance entrance) {
        this.proxy = proxy;
        this.config = config;
        this.entrance = entrance;
    }

    /// What cannot be listened on, with who holds it and the next step, by listener.
    Map<String, String> missing() {
        return new TreeMap<>(missing);
    }

    void start() {
        proxy.onRoutes(hints::release);
        thread = Thread.ofVirtual().name("doors").start(() -> {
            try {
                while (!closed) {
                    listener("http", config.http(), proxy.hasRoutes(), proxy::listen);
                    listener("https", config.https(), proxy.wantsTls(), proxy::listenTls);
                    health(config.health());
                    // Also without a hint: who has the port may have gone.
                    if (hints.tryAcquire(AGAIN_SECONDS, TimeUnit.SECONDS)) {
                        hints.drainPermits();
                    }
                }
            } catch (InterruptedException _) {
                // The agent stops.
            }
        });
    }

    private void health(@Nullable InetSocketAddress address) throws InterruptedException {
        if (address != null) {
            open("health", address, proxy::listen);
        }
    }

    private interface Opening {
        int at(String name, InetSocketAddress address) throws InterruptedException;
    }

    private void listener(String name, Listener listener, boolean needed, Opening opening) throws InterruptedException {
        InetSocketAddress address = listener.address();
        if (address != null && (listener.always() || needed)) {
            open(name, address, opening);
        }
    }

    private void open(String name, InetSocketAddress address, Opening opening) throws InterruptedException {
        if (open.contains(name)) {
            return;
        }
        try {
            entrance.watch(name, address);
            int port = opening.at(name, address);
            entrance.watch(name, new InetSocketAddress(address.getAddress(), port));
            open.add(name);
            failures.remove(name);
            missing.remove(name);
            log.atInfo()
                    .addKeyValue("listener", name)
                    .addKeyValue("address", address)
                    .addKeyValue("port", port)
                    .log("proxy listens");
        } catch (IllegalStateException e) {
            failed(name, address, String.valueOf(e.getMessage()));
        }
    }

    /// Tells it once, and looks now and then whether somebody else has the port by now.
    private void failed(String name, InetSocketAddress address, String error) {
        int before = failures.merge(name, 1, Integer::sum) - 1;
        if (before % LOOK_AGAIN != 0) {
            return;
        }
        String holder =
                holders.of(address.getPort()).map(who -> ", held by " + who).orElse("");
        String text = "%s:%d cannot be had (%s)%s; end what holds it, or change proxy.%s in agent.yaml"
                .formatted(address.getHostString(), address.getPort(), error, holder, name);
        missing.put(name, text);
        if (before == 0) {
            log.atError()
                    .addKeyValue("listener", name)
                    .addKeyValue("error", text)
                    .log("proxy cannot listen; it is tried again");
        }
    }

    @Override
    public void close() {
        closed = true;
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }
}
