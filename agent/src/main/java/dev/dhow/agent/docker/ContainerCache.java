package dev.dhow.agent.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Owner;
import dev.dhow.agent.state.Ticker;
import dev.dhow.api.spec.ContainerSpec.Restart;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The last reading of each container, and the rule when it has to be inspected again.
final class ContainerCache {
    private static final Logger log = LoggerFactory.getLogger(ContainerCache.class);

    /// One container that Docker cannot inspect (a dead network file system does that) must not cost each
    /// reading its
    /// whole deadline.
    private static final Duration QUARANTINE = Duration.ofSeconds(60);

    private final EngineConnection connection;
    private final Ticker ticker;
    private final PastEnds ends;
    private final Map<String, Known> known = new ConcurrentHashMap<>();
    private final Map<String, Duration> stuckUntil = new ConcurrentHashMap<>();

    /// @param inspectedAt monotonic; null: it was only listed
    /// @param exact whether the entry's state is that of the inspect
    private record Known(
            ListEntry entry,
            ObservedContainer container,
            @Nullable Duration inspectedAt,
            boolean exact) {}

    ContainerCache(EngineConnection connection, Ticker ticker) {
        this.connection = connection;
        this.ticker = ticker;
        this.ends = new PastEnds(connection);
    }

    List<ObservedContainer> update(List<ListEntry> entries, Set<String> asked, ChangeMarks.Marked marked)
            throws RuntimeFailure, InterruptedException {
        List<ListEntry> changed = new ArrayList<>();
        Set<String> listed = ConcurrentHashMap.newKeySet();
        for (ListEntry entry : entries) {
            listed.add(entry.id());
            Known before = known.get(entry.id());
            if (before == null
                    || !before.exact()
                    || marked.container(entry.id())
                    || asked.contains(entry.id())
                    || entry.differsFrom(before.entry())) {
                changed.add(entry);
            } else {
                known.put(entry.id(), new Known(entry, before.container(), before.inspectedAt(), true));
            }
        }
        known.keySet().retainAll(listed);
        stuckUntil.keySet().retainAll(listed);
        Parallel.each(changed, this::inspect);
        Map<String, ObservedContainer> byName = new TreeMap<>();
        known.forEach((id, each) -> byName.put(each.container().name() + "/" + id, each.container()));
        return List.copyOf(byName.values());
    }

    private void inspect(ListEntry entry) throws RuntimeFailure, InterruptedException {
        Duration until = stuckUntil.get(entry.id());
        if (until != null && ticker.now().compareTo(until) < 0) {
            keep(entry);
            return;
        }
        Duration at = ticker.now();
        try {
            JsonNode tree = connection.call(
                    Operation.INSPECT, entry.name(), s -> s.tree("/containers/" + entry.id() + "/json"));
            stuckUntil.remove(entry.id());
            Optional<ObservedContainer> read = InspectParser.container(tree);
            if (read.isPresent()) {
                Known before = known.get(entry.id());
                ObservedContainer whole = ends.complete(read.get(), before == null ? null : before.container());
                known.put(entry.id(), new Known(entry, whole, at, true));
            } else {
                known.remove(entry.id());
            }
        } catch (RuntimeFailure e) {
            failed(entry, e);
        }
    }

    private void failed(ListEntry entry, RuntimeFailure e) throws RuntimeFailure {
        switch (e.kind()) {
            case UNAVAILABLE -> throw e;
            case NOT_FOUND -> known.remove(entry.id());
            default -> {
                if (e.kind() == Kind.TIMEOUT) {
                    stuckUntil.put(entry.id(), ticker.now().plus(QUARANTINE));
                }
                log.atWarn()
                        .addKeyValue("container", entry.name())
                        .addKeyValue("error", e.getMessage())
                        .log("container cannot be inspected");
                keep(entry);
            }
        }
    }

    /// What is known stays as it is; of a new one the list tells enough not to make it twice.
    private void keep(ListEntry entry) {
        Known before = known.get(entry.id());
        if (before != null) {
            known.put(entry.id(), new Known(before.entry(), before.container(), before.inspectedAt(), false));
            return;
        }
        Owner.parse(entry.labels())
                .ifPresent(owner -> known.put(entry.id(), new Known(entry, fromList(entry, owner), null, false)));
    }

    private static ObservedContainer fromList(ListEntry entry, Owner owner) {
        return new ObservedContainer(
                entry.id(),
                entry.name(),
                owner,
                entry.imageId(),
                InspectParser.runState(entry.state()),
                null,
                null,
                null,
                0,
                false,
                "",
                0,
                new Restart(Restart.Mode.NO, 0),
                Map.of(),
                Set.of(),
                InspectParser.DOCKER_STOP_GRACE);
    }

    /// By id, monotonic; those that could only be listed are missing.
    Map<String, Duration> inspected() {
        Map<String, Duration> inspected = new HashMap<>();
        known.forEach((id, each) -> {
            Duration at = each.inspectedAt();
            if (at != null) {
                inspected.put(id, at);
            }
        });
        return inspected;
    }

    @Nullable
    String nameOf(String id) {
        Known each = known.get(id);
        return each == null ? null : each.container().name();
    }
}
