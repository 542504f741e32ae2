package dev.dhow.agent;

import dev.dhow.agent.config.ProxyConfig;
import dev.dhow.agent.config.ProxyConfig.Listener;
import dev.dhow.agent.proxy.Proxy;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.TreeSet;
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

    private final Proxy proxy;
    private final ProxyConfig config;
    private final Semaphore hints = new Semaphore(0);
    private final Set<String> open = new TreeSet<>();
    private final Set<String> told = new TreeSet<>();
    private @Nullable Thread thread;
    private volatile boolean closed;

    Doors(Proxy proxy, ProxyConfig config) {
        this.proxy = proxy;
        this.config = config;
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
            int port = opening.at(name, address);
            open.add(name);
            told.remove(name);
            log.atInfo()
                    .addKeyValue("listener", name)
                    .addKeyValue("address", address)
                    .addKeyValue("port", port)
                    .log("proxy listens");
        } catch (IllegalStateException e) {
            if (told.add(name)) {
                log.atError()
                        .addKeyValue("listener", name)
                        .addKeyValue("address", address)
                        .addKeyValue("error", e.getMessage())
                        .log("proxy cannot listen: see who has the port with `ss -ltnp`, end it, or change proxy."
                                + name + " in agent.yaml; it is tried again");
            }
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
