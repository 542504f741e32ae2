package dev.dhow.agent.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dhow.agent.runtime.Needs;
import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.state.Observed;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Owner;
import dev.dhow.agent.state.Ticker;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/// Reads what the Engine holds of ours. Each reading is one list, and an inspect of what the list, an event or the
/// caller says has changed; the list is the truth, and a lost event costs nothing that the list shows.
final class EngineReader {
    private final EngineConnection connection;
    private final Ticker ticker;
    private final String listPath;
    private final ChangeMarks marks;
    private final ReentrantLock reading = new ReentrantLock();
    private final ContainerCache containers;
    private final ImageCache images;
    private Set<String> networks = Set.of();
    private Set<String> volumes = Set.of();

    EngineReader(EngineConnection connection, String hostName, Ticker ticker, ChangeMarks marks) {
        this.connection = connection;
        this.ticker = ticker;
        this.marks = marks;
        this.containers = new ContainerCache(connection, ticker);
        this.images = new ImageCache(new EngineImages(connection));
        this.listPath =
                "/containers/json?all=1&filters=" + filters(Map.of("label", List.of(Owner.HOST + "=" + hostName)));
    }

    /// As the Engine takes them in a query.
    static String filters(Map<String, List<String>> filters) {
        return URLEncoder.encode(EngineSession.JSON.valueToTree(filters).toString(), StandardCharsets.UTF_8);
    }

    Observed observe(Needs needs) throws RuntimeFailure, InterruptedException {
        reading.lockInterruptibly();
        try {
            ChangeMarks.Marked marked = marks.take();
            boolean done = false;
            try {
                Observed observed = read(needs, marked);
                done = true;
                return observed;
            } finally {
                if (!done) {
                    marks.restore(marked);
                }
            }
        } finally {
            reading.unlock();
        }
    }

    private Observed read(Needs needs, ChangeMarks.Marked marked) throws RuntimeFailure, InterruptedException {
        Duration at = ticker.now();
        List<ListEntry> entries = connection.call(Operation.LIST, "", s -> s.get(listPath, ListEntry::read));
        List<ObservedContainer> ours = containers.update(entries, needs.containers(), marked);
        if (marked.networks()) {
            networks = names(Operation.NETWORK_LIST, "/networks", "");
        }
        if (marked.volumes()) {
            volumes = names(Operation.VOLUME_LIST, "/volumes", "Volumes");
        }
        Set<String> ids = new HashSet<>();
        ours.forEach(container -> ids.add(container.imageId()));
        return new Observed(
                at,
                ours,
                containers.inspected(),
                images.update(ids, needs.images(), marked.images()),
                networks,
                volumes,
                marks.losses());
    }

    private Set<String> names(Operation operation, String path, String field)
            throws RuntimeFailure, InterruptedException {
        JsonNode tree = connection.call(operation, "", s -> s.tree(path));
        Set<String> names = new HashSet<>();
        (field.isEmpty() ? tree : tree.path(field))
                .forEach(each -> names.add(each.path("Name").asText()));
        return Set.copyOf(names);
    }

    /// The name of a container as last read, else the short form of its id.
    String nameOf(String id) {
        String name = containers.nameOf(id);
        return name == null ? id.substring(0, Math.min(12, id.length())) : name;
    }
}
