package dev.dhow.agent;

import dev.dhow.agent.history.RouteFile;
import dev.dhow.agent.history.Saved;
import dev.dhow.agent.json.Stored;
import dev.dhow.agent.proxy.KnownRoutes;
import dev.dhow.agent.proxy.Proxy;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps what the proxy serves over restarts of the agent: an agent that starts serves it at once, and not only when
/// Docker has answered.
///
/// An address may belong to another container by then. So a container counts only while its first process is the one
/// that it had, on the same boot of the machine; the requests of others are refused until Docker was seen.
final class LastRoutes implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LastRoutes.class);
    private static final int FORMAT = 1;
    private static final int EVERY_SECONDS = 1;
    private static final Duration READY_FOR = Duration.ofSeconds(5);

    private final Proxy proxy;
    private final RouteFile file;
    private final String boot;
    private final ContainerLives lives;
    private final Supplier<Optional<Set<String>>> withContainers;
    private final CountDownLatch end = new CountDownLatch(1);
    private @Nullable KnownRoutes saved;
    private boolean settled;
    private @Nullable Thread thread;

    /// What is stored.
    ///
    /// @param boot of the machine
    /// @param lives of the containers, by id
    private record Kept(int format, String boot, KnownRoutes routes, Map<String, String> lives) {}

    /// @param boot tells this boot of the machine from others
    /// @param withContainers the services that have containers; empty: Docker was not read yet
    LastRoutes(
            Proxy proxy,
            RouteFile file,
            String boot,
            ContainerLives lives,
            Supplier<Optional<Set<String>>> withContainers) {
        this.proxy = proxy;
        this.file = file;
        this.boot = boot;
        this.lives = lives;
        this.withContainers = withContainers;
    }

    /// Serves what was served last, and keeps what is served from now on.
    void start() {
        file.load().ifPresent(this::restore);
        thread = Thread.ofVirtual().name("last-routes").start(() -> {
            try {
                while (!end.await(EVERY_SECONDS, TimeUnit.SECONDS)) {
                    settle();
                    save();
                }
            } catch (InterruptedException _) {
                // The agent stops.
            }
        });
    }

    private void restore(String text) {
        Kept kept;
        try {
            kept = Stored.read(text, Kept.class);
        } catch (IOException | RuntimeException e) {
            log.atInfo().addKeyValue("error", e.getMessage()).log("last routes are of another version: not used");
            return;
        }
        if (kept.format() != FORMAT || !kept.boot().equals(boot)) {
            log.atInfo().log("last routes are of another boot of this machine: not used");
            return;
        }
        Map<String, String> now = lives.now();
        KnownRoutes same = new KnownRoutes(kept.routes().services().stream()
                .map(service -> new KnownRoutes.Service(
                        service.name(),
                        service.roles(),
                        service.targets().stream()
                                .filter(target -> sameLife(target.id(), kept.lives(), now))
                                .toList()))
                .toList());
        if (!same.services().isEmpty()) {
            proxy.restore(same, READY_FOR);
            List<String> names =
                    same.services().stream().map(KnownRoutes.Service::name).toList();
            log.atInfo().addKeyValue("services", names).log("last routes are served until Docker was seen");
        }
    }

    private static boolean sameLife(String id, Map<String, String> then, Map<String, String> now) {
        String life = then.get(id);
        return life != null && life.equals(now.get(id));
    }

    /// Once Docker was read, what has no container any more is not served any more; all else was or will be seen.
    private void settle() {
        if (!settled) {
            withContainers.get().ifPresent(services -> {
                settled = true;
                proxy.forgetRestored(services::contains);
            });
        }
    }

    private synchronized void save() {
        KnownRoutes now = proxy.known();
        if (!settled || now.equals(saved)) {
            return;
        }
        Map<String, String> all = lives.now();
        Map<String, String> ours = new HashMap<>();
        now.services()
                .forEach(service -> service.targets().forEach(target -> {
                    String life = all.get(target.id());
                    if (life != null) {
                        ours.put(target.id(), life);
                    }
                }));
        Kept kept = new Kept(FORMAT, boot, now, ours);
        String text = Stored.write(kept);
        if (!reads(text, kept)) {
            log.atError().log("last routes cannot be kept: they are not read as they were written");
        } else if (file.save(text) instanceof Saved.Failed(String reason)) {
            log.atWarn().addKeyValue("error", reason).log("last routes not kept");
        }
        // Also where it failed: it is tried again with the next change.
        saved = now;
    }

    /// Half of a route would be served without its other half, which may be who is let in.
    private static boolean reads(String text, Kept kept) {
        try {
            return Stored.read(text, Kept.class).equals(kept);
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        end.countDown();
        Thread running = thread;
        try {
            if (running != null) {
                running.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        save();
    }
}
