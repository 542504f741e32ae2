package dev.dhow.agent.runtime;

import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import dev.dhow.agent.state.DiskSpace;
import dev.dhow.agent.state.ImageFacts;
import dev.dhow.agent.state.Observed;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Owner;
import dev.dhow.agent.state.RunState;
import dev.dhow.agent.state.Ticker;
import dev.dhow.api.spec.HealthSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A container engine in memory, with a script of faults. It is held to the same contract as the real one.
///
/// The methods of [ContainerRuntime] are what the agent calls; [#docker] plays what happens by itself or by hand.
public final class FakeRuntime implements ContainerRuntime, ImageStore {
    final Map<String, FakeContainer> containers = new LinkedHashMap<>();
    final Ticker ticker;
    private final String host;
    final FakeImages images = new FakeImages();
    private final Map<String, Integer> exitsAtOnce = new HashMap<>();
    private final Map<String, RuntimeFailure> failedStarts = new HashMap<>();
    private final Set<String> networks = new TreeSet<>(Set.of("bridge", "host", "none"));
    private final Set<String> volumes = new TreeSet<>();
    private final FakeFaults faults = new FakeFaults();
    private final List<String> calls = new ArrayList<>();
    private HintListener listener = _ -> {};
    private int made;
    private int addresses;
    private int observations;
    private Set<String> inspected = Set.of();
    /// As a real one: what seems not to have changed is not inspected anew.
    private Map<String, Seen> seen = Map.of();

    private record Seen(ObservedContainer container, Duration at) {}

    int losses;

    /// @param host the agent whose containers it shows
    public FakeRuntime(String host, Ticker ticker) {
        this.host = host;
        this.ticker = ticker;
    }

    // What a test sets up and reads.

    /// Puts an image on this host; returns its id.
    public synchronized String addImage(String reference, boolean healthcheck, Integer... tcpPorts) {
        return images.add(reference, healthcheck, List.of(tcpPorts));
    }

    /// Does that after each image that was removed, as others do things meanwhile.
    public synchronized void onRemoveImage(Runnable then) {
        images.afterRemove = then;
    }

    /// Gives an image of this host another name, as `docker tag` does.
    public synchronized void alsoNamed(String reference, String other) {
        images.alsoNamed(reference, other);
    }

    /// Puts an image on this host, without HEALTHCHECK or ports.
    public String addImage(String reference) {
        return addImage(reference, false);
    }

    /// Puts an image into a registry, to be pulled.
    public synchronized void addRemoteImage(String reference, boolean healthcheck, Integer... tcpPorts) {
        images.addRemote(reference, healthcheck, List.of(tcpPorts));
    }

    /// Fills the disk of the images to that many per cent.
    public synchronized void fillDisk(int percent) {
        images.disk = new DiskSpace(100, 100 - percent, 0, 0);
    }

    /// Makes every container of that image exit right after its start.
    public synchronized void exitsAtOnce(String image, int code) {
        exitsAtOnce.put(image, code);
    }

    /// Puts a running container here that is not ours by name, or not by its labels; returns its id.
    public synchronized String addForeign(String name, @Nullable Owner owner) {
        FakeContainer foreign = new FakeContainer(nextId(), name, owner, "sha256:" + "f".repeat(64), null, false);
        foreign.startedByHand(ticker.wall(), nextAddress());
        containers.put(foreign.id, foreign);
        return foreign.id;
    }

    /// What happens by itself or by hand.
    public FakeDocker docker() {
        return new FakeDocker(this);
    }

    /// Fails the next call of an operation, before it has any effect. Operations: `observe pull create
    /// start stop
    /// restart unpause remove create_network create_volume logs`, or `*`.
    public void failNext(String operation, Kind kind) {
        faults.add(operation, "", kind, false, true);
    }

    /// Fails the next call of an operation after it had its effect: the answer is lost.
    public void loseAnswer(String operation, Kind kind) {
        faults.add(operation, "", kind, true, true);
    }

    /// Fails each call of an operation about a name or image that contains the subject, until [#heal].
    public void failAlways(String operation, String subject, Kind kind) {
        faults.add(operation, subject, kind, false, false);
    }

    /// Fails each start of the container of that name, as the engine notes it on the container, until [#heal].
    public synchronized void startFails(String name, Kind kind, String why) {
        failedStarts.put(name, new RuntimeFailure(kind, why));
    }

    /// Hangs the next call of an operation until it is released or interrupted.
    public Hanging hangNext(String operation) {
        FakeFaults.Hang hang = faults.hang(operation);
        return new Hanging() {
            @Override
            public void awaitEntered() throws InterruptedException {
                hang.awaitEntered();
            }

            @Override
            public void release() {
                hang.release();
            }
        };
    }

    /// A hanging call.
    public interface Hanging {
        /// Waits until the call hangs.
        void awaitEntered() throws InterruptedException;

        /// Lets it go on, with its effect.
        void release();
    }

    /// Forgets every scripted fault and frees what hangs.
    public void heal() {
        faults.clear();
        synchronized (this) {
            failedStarts.clear();
        }
    }

    /// The calls that change something, oldest first, such as `start shop-web-3f2a9c10-1`.
    public synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    /// Forgets the calls so far.
    public synchronized void forgetCalls() {
        calls.clear();
    }

    /// The containers that the last reading had to inspect.
    public synchronized Set<String> inspected() {
        return inspected;
    }

    /// How often it was read.
    public synchronized int observations() {
        return observations;
    }

    /// The names of all containers, ours and foreign, in order of their making.
    public synchronized List<String> names() {
        return containers.values().stream().map(c -> c.name).toList();
    }

    /// The id of the container of that name.
    public synchronized String id(String name) {
        return byName(name).orElseThrow().id;
    }

    // The port.

    @Override
    public Observed observe(Needs needs) throws RuntimeFailure, InterruptedException {
        Duration at = ticker.now();
        faults.hangIfScripted("observe");
        faults.failIfScripted("observe", "", false);
        synchronized (this) {
            observations++;
            inspected = needs.containers();
            Map<String, Seen> now = new HashMap<>();
            List<ObservedContainer> ours = new ArrayList<>();
            Map<String, ImageFacts> known = new HashMap<>();
            for (FakeContainer container : containers.values()) {
                Owner owner = container.owner;
                if (owner != null && owner.host().equals(host)) {
                    ObservedContainer shown = container.observed(owner);
                    Seen before = seen.get(shown.id());
                    boolean same = before != null && before.container.equals(shown);
                    now.put(shown.id(), same && !inspected.contains(shown.id()) ? before : new Seen(shown, at));
                    ours.add(shown);
                    know(known, container.imageId);
                }
            }
            needs.images().forEach(reference -> know(known, reference));
            seen = now;
            Map<String, Duration> readAt = new HashMap<>();
            seen.forEach((id, each) -> readAt.put(id, each.at));
            return new Observed(at, ours, readAt, known, networks, volumes, losses);
        }
    }

    private void know(Map<String, ImageFacts> known, String reference) {
        images.find(reference).ifPresent(facts -> known.put(reference, facts));
    }

    @Override
    public void pull(String image, @Nullable String platform) throws RuntimeFailure, InterruptedException {
        call("pull", image, () -> {
            if (!images.pull(image)) {
                throw new RuntimeFailure(Kind.IMAGE_NOT_FOUND, "pull %s: no such image".formatted(image));
            }
        });
        listener.hint(null);
    }

    @Override
    public String create(ContainerRequest request) throws RuntimeFailure, InterruptedException {
        String[] id = new String[1];
        call("create", request.name(), () -> id[0] = createNow(request));
        listener.hint(request.owner().service());
        return id[0];
    }

    private String createNow(ContainerRequest request) throws RuntimeFailure {
        var holder = byName(request.name());
        if (holder.isPresent()) {
            if (request.owner().equals(holder.get().owner)) {
                return holder.get().id;
            }
            throw new RuntimeFailure(
                    Kind.NAME_TAKEN, "create %s: another container has the name".formatted(request.name()));
        }
        ImageFacts image = images.find(request.image())
                .orElseThrow(() -> new RuntimeFailure(
                        Kind.IMAGE_NOT_FOUND, "create %s: no image %s".formatted(request.name(), request.image())));
        HealthSpec health = request.role().health();
        boolean healthcheck = !health.disable()
                && (health.test() == null ? image.healthcheck() : !health.test().equals(List.of("NONE")));
        FakeContainer container =
                new FakeContainer(nextId(), request.name(), request.owner(), image.id(), request.role(), healthcheck);
        containers.put(container.id, container);
        return container.id;
    }

    @Override
    public void start(String id) throws RuntimeFailure, InterruptedException {
        change("start", id, container -> {
            if (container.state == RunState.PAUSED) {
                throw new RuntimeFailure(Kind.CONFLICT, "start %s: it is paused".formatted(container.name));
            }
            if (!container.up()) {
                startNow(container);
            }
        });
    }

    private void startNow(FakeContainer container) throws RuntimeFailure {
        RuntimeFailure fails = failedStarts.get(container.name);
        if (fails != null) {
            container.failedToStart(String.valueOf(fails.getMessage()));
            throw fails;
        }
        for (String network : container.networks()) {
            if (!networks.contains(network)) {
                throw new RuntimeFailure(
                        Kind.NOT_FOUND, "start %s: network %s not found".formatted(container.name, network));
            }
        }
        for (FakeContainer other : containers.values()) {
            for (String port : other.hostPorts()) {
                if (other != container && other.up() && container.hostPorts().contains(port)) {
                    container.failedToStart("Bind for %s failed: port is already allocated".formatted(port));
                    throw new RuntimeFailure(
                            Kind.PORT_TAKEN, "start %s: port %s is taken".formatted(container.name, port));
                }
            }
        }
        container.startedByHand(ticker.wall(), nextAddress());
        Integer code = container.role == null ? null : exitsAtOnce.get(container.role.image());
        if (code != null) {
            container.ended(ticker.wall(), code, false);
        }
    }

    @Override
    public void stop(String id, Duration grace) throws RuntimeFailure, InterruptedException {
        change("stop", id, this::stopNow);
    }

    private void stopNow(FakeContainer container) {
        if (container.up() || container.state == RunState.RESTARTING) {
            container.ended(ticker.wall(), 0, false);
        }
    }

    @Override
    public void restart(String id, Duration grace) throws RuntimeFailure, InterruptedException {
        change("restart", id, container -> {
            stopNow(container);
            startNow(container);
        });
    }

    @Override
    public void unpause(String id) throws RuntimeFailure, InterruptedException {
        change("unpause", id, container -> {
            if (container.state != RunState.PAUSED) {
                throw new RuntimeFailure(Kind.CONFLICT, "unpause %s: it is not paused".formatted(container.name));
            }
            container.state = RunState.RUNNING;
        });
    }

    @Override
    public void remove(String id) throws RuntimeFailure, InterruptedException {
        String name = nameOf(id);
        call("remove", name, () -> {
            FakeContainer container = containers.get(id);
            if (container != null && container.up()) {
                throw new RuntimeFailure(Kind.CONFLICT, "remove %s: it runs".formatted(name));
            }
            containers.remove(id);
        });
        listener.hint(null);
    }

    @Override
    public void createNetwork(String name, Map<String, String> labels) throws RuntimeFailure, InterruptedException {
        call("create_network", name, () -> networks.add(name));
    }

    @Override
    public void createVolume(String name, Map<String, String> labels) throws RuntimeFailure, InterruptedException {
        call("create_volume", name, () -> volumes.add(name));
    }

    @Override
    public List<String> logTail(String id, int lines, @Nullable Instant before)
            throws RuntimeFailure, InterruptedException {
        faults.hangIfScripted("logs");
        synchronized (this) {
            faults.failIfScripted("logs", nameOf(id), false);
            List<String> log = existing("logs", id).log.stream()
                    .filter(line -> before == null || line.at().isBefore(before))
                    .map(FakeContainer.Line::text)
                    .toList();
            return log.subList(Math.max(0, log.size() - lines), log.size());
        }
    }

    @Override
    public synchronized void onHint(HintListener hints) {
        listener = hints;
    }

    @Override
    public void close() {
        faults.clear();
    }

    @Override
    public synchronized Held images() throws RuntimeFailure {
        faults.failIfScripted("images", "", false);
        return new Held(images.all(), imagesInUse());
    }

    private Set<String> imagesInUse() {
        Set<String> used = new TreeSet<>();
        containers.values().forEach(container -> used.add(container.imageId));
        return used;
    }

    @Override
    public synchronized Optional<ImageFacts> image(String reference) {
        return images.find(reference);
    }

    @Override
    public void removeImage(String name) throws RuntimeFailure, InterruptedException {
        call("remove_image", name, () -> images.remove(name, imagesInUse()));
    }

    @Override
    public synchronized Optional<DiskSpace> disk() {
        return Optional.of(images.disk);
    }

    // Inside.

    @FunctionalInterface
    private interface Effect {
        void happen() throws RuntimeFailure;
    }

    @FunctionalInterface
    private interface Change {
        void apply(FakeContainer container) throws RuntimeFailure;
    }

    private void change(String operation, String id, Change change) throws RuntimeFailure, InterruptedException {
        call(operation, nameOf(id), () -> change.apply(existing(operation, id)));
        hint(id);
    }

    private void call(String operation, String subject, Effect effect) throws RuntimeFailure, InterruptedException {
        synchronized (this) {
            calls.add(operation + " " + subject);
        }
        faults.hangIfScripted(operation);
        synchronized (this) {
            faults.failIfScripted(operation, subject, false);
            effect.happen();
            faults.failIfScripted(operation, subject, true);
        }
    }

    private synchronized String nameOf(String id) {
        FakeContainer container = containers.get(id);
        return container == null ? id : container.name;
    }

    FakeContainer existing(String operation, String id) throws RuntimeFailure {
        FakeContainer container = containers.get(id);
        if (container == null) {
            throw new RuntimeFailure(Kind.NOT_FOUND, "%s %s: no such container".formatted(operation, id));
        }
        return container;
    }

    private Optional<FakeContainer> byName(String name) {
        return containers.values().stream().filter(c -> c.name.equals(name)).findFirst();
    }

    void hint(String id) {
        FakeContainer container;
        synchronized (this) {
            container = containers.get(id);
        }
        hint(container);
    }

    void hint(@Nullable FakeContainer container) {
        Owner owner = container == null ? null : container.owner;
        listener.hint(owner == null ? null : owner.service());
    }

    private String nextId() {
        made++;
        return "%064x".formatted(made);
    }

    String nextAddress() {
        addresses++;
        return "10.0.%d.%d".formatted(addresses / 250, addresses % 250 + 2);
    }

    /// For messages of failed tests.
    @Override
    public synchronized String toString() {
        Map<String, RunState> states = new TreeMap<>();
        containers.values().forEach(c -> states.put(c.name, c.state));
        return "FakeRuntime" + states;
    }
}
