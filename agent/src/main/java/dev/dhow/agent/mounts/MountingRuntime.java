package dev.dhow.agent.mounts;

import dev.dhow.agent.history.MountStore;
import dev.dhow.agent.history.Saved;
import dev.dhow.agent.runtime.ContainerRequest;
import dev.dhow.agent.runtime.ContainerRuntime;
import dev.dhow.agent.runtime.Needs;
import dev.dhow.agent.runtime.PullProgress;
import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.state.Observed;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.api.spec.MountedFile;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An engine that also looks after the files that containers have mounted: written before a container is made, put back
/// where they are missing, removed with it. What else of the host a container mounts is checked before it is made.
///
/// What a container was made with is remembered as long as the agent runs; after its restart, [WantedFiles] know it of
/// those that were made from what the service's file says now. Nobody knows it of an older revision's: where its copies
/// are gone too, that container does not start.
public final class MountingRuntime implements ContainerRuntime {
    private static final Logger log = LoggerFactory.getLogger(MountingRuntime.class);
    /// Being made: not yet seen, whenever the reading began.
    private static final long IN_FLIGHT = Long.MAX_VALUE;

    private final ContainerRuntime engine;
    private final MountStore store;
    private final WantedFiles wanted;
    private final HostPathCheck paths;
    private final Map<String, List<MountedFile>> remembered = new ConcurrentHashMap<>();
    private final Map<String, String> names = new ConcurrentHashMap<>();
    /// Containers made a short while ago, with the count of calls at that moment: a reading that began before
    /// does not have them, and must not sweep what is theirs.
    private final Map<String, Long> recent = new HashMap<>();

    private long calls;

    /// @param paths asked about every container before it is made
    public MountingRuntime(ContainerRuntime engine, MountStore store, WantedFiles wanted, HostPathCheck paths) {
        this.engine = engine;
        this.store = store;
        this.wanted = wanted;
        this.paths = paths;
    }

    @Override
    public String create(ContainerRequest asked) throws RuntimeFailure, InterruptedException {
        ContainerRequest request = asked.leading(paths.leading(asked));
        List<MountedFile> files = request.role().mountedFiles();
        if (files.isEmpty()) {
            return engine.create(request);
        }
        String name = request.name();
        note(name, IN_FLIGHT);
        boolean over = true;
        try {
            write(name, files);
            String id = engine.create(request.mounting(store.paths(name, files.size())));
            names.put(id, name);
            return id;
        } catch (RuntimeFailure failure) {
            // An engine that did not answer may make it even later than the next reading.
            over = !failure.kind().engineAway();
            throw failure;
        } finally {
            if (over) {
                note(name, 0);
            }
        }
    }

    @Override
    public Observed observe(Needs needs) throws RuntimeFailure, InterruptedException {
        long begun = now();
        Observed observed = engine.observe(needs);
        tend(observed, store.containers(), begun);
        return observed;
    }

    @Override
    public void start(String id) throws RuntimeFailure, InterruptedException {
        putBack(names.get(id));
        engine.start(id);
    }

    @Override
    public void restart(String id, Duration grace) throws RuntimeFailure, InterruptedException {
        putBack(names.get(id));
        engine.restart(id, grace);
    }

    @Override
    public void remove(String id) throws RuntimeFailure, InterruptedException {
        engine.remove(id);
        String name = names.remove(id);
        if (name != null) {
            remembered.remove(name);
            told(store.remove(name));
        }
    }

    private void tend(Observed observed, Set<String> written, long begun) {
        Set<String> keep = new HashSet<>(Keep.of(written, observed.containers()));
        for (ObservedContainer container : observed.containers()) {
            if (written.contains(container.name())) {
                names.putIfAbsent(container.id(), container.name());
            }
            String known = names.get(container.id());
            if (known == null && !Keep.named(container)) {
                // Somebody renamed it, and nobody knows any more how it was called.
                continue;
            }
            String name = known == null ? container.name() : known;
            if (remembered.containsKey(name)) {
                putBack(name);
            } else {
                wanted.lacking(container, name, store).ifPresent(files -> putBack(name, files));
            }
        }
        // A create that begins now waits until this is through, so that nothing is swept which it writes.
        synchronized (recent) {
            observed.containers().forEach(container -> recent.remove(container.name()));
            recent.values().removeIf(call -> call <= begun);
            keep.addAll(recent.keySet());
            remembered.keySet().retainAll(keep);
            names.values().retainAll(keep);
            store.sweep(keep);
        }
    }

    private void putBack(@Nullable String name) {
        List<MountedFile> files = name == null ? null : remembered.get(name);
        if (name != null && files != null && store.missing(name, files.size())) {
            putBack(name, files);
        }
    }

    private void putBack(String name, List<MountedFile> files) {
        log.atWarn().addKeyValue("container", name).log("files to mount were gone and are put back");
        told(store.write(name, files));
    }

    private void write(String name, List<MountedFile> files) throws RuntimeFailure {
        if (store.write(name, files) instanceof Saved.Failed(String reason)) {
            boolean full = reason.contains("No space left") || reason.contains("quota");
            throw new RuntimeFailure(
                    full ? RuntimeFailure.Kind.DISK_FULL : RuntimeFailure.Kind.OTHER,
                    reason + "; free space there, or set `state_dir` in agent.yaml");
        }
        remembered.put(name, files);
    }

    private static void told(Saved saved) {
        if (saved instanceof Saved.Failed(String reason)) {
            log.atWarn().addKeyValue("error", reason).log("files to mount could not be looked after");
        }
    }

    private long now() {
        synchronized (recent) {
            return calls;
        }
    }

    /// @param at [#IN_FLIGHT], or 0: now
    private void note(String name, long at) {
        synchronized (recent) {
            recent.put(name, at == IN_FLIGHT ? IN_FLIGHT : ++calls);
        }
    }

    @Override
    public void pull(String image, @Nullable String platform) throws RuntimeFailure, InterruptedException {
        engine.pull(image, platform);
    }

    @Override
    public Map<String, PullProgress> pulling() {
        return engine.pulling();
    }

    @Override
    public void stop(String id, Duration grace) throws RuntimeFailure, InterruptedException {
        engine.stop(id, grace);
    }

    @Override
    public void unpause(String id) throws RuntimeFailure, InterruptedException {
        engine.unpause(id);
    }

    @Override
    public void createNetwork(String name, Map<String, String> labels) throws RuntimeFailure, InterruptedException {
        engine.createNetwork(name, labels);
    }

    @Override
    public void createVolume(String name, Map<String, String> labels) throws RuntimeFailure, InterruptedException {
        engine.createVolume(name, labels);
    }

    @Override
    public List<String> logTail(String id, int lines, @Nullable Instant before)
            throws RuntimeFailure, InterruptedException {
        return engine.logTail(id, lines, before);
    }

    @Override
    public void onHint(HintListener listener) {
        engine.onHint(listener);
    }

    @Override
    public void close() {
        engine.close();
    }
}
