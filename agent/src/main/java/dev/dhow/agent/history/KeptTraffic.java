package dev.dhow.agent.history;

import dev.dhow.agent.json.Json;
import dev.dhow.api.status.TrafficStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which services are in maintenance or paused, so that an agent that starts again leaves them so.
public final class KeptTraffic {
    private static final Logger log = LoggerFactory.getLogger(KeptTraffic.class);

    private final Path file;

    /// Those of a state directory.
    public KeptTraffic(StateDir state) {
        file = state.path().resolve("traffic");
    }

    /// What is stored; what cannot be used is told and counts as nothing.
    public Map<String, TrafficStatus> load() {
        return switch (AtomicFile.read(file)) {
            case AtomicFile.Content.Absent _ -> Map.of();
            case AtomicFile.Content.Unreadable(String reason) -> unusable(reason);
            case AtomicFile.Content.Damaged(String reason) ->
                unusable("%s; %s".formatted(reason, AtomicFile.setAside(file)));
            case AtomicFile.Content.Intact(byte[] bytes) -> parse(bytes);
        };
    }

    private Map<String, TrafficStatus> parse(byte[] bytes) {
        try {
            return Json.read(new String(bytes, StandardCharsets.UTF_8), Stored.class)
                    .services();
        } catch (IOException e) {
            return unusable("%s is not of this agent".formatted(file));
        }
    }

    private Map<String, TrafficStatus> unusable(String reason) {
        log.atWarn()
                .addKeyValue("file", file)
                .addKeyValue("error", reason)
                .log("not known which services are in maintenance or paused: none is");
        return Map.of();
    }

    /// Stores all of it.
    public Saved save(Map<String, TrafficStatus> services) {
        if (services.isEmpty()) {
            return AtomicFile.delete(file);
        }
        return AtomicFile.write(file, Json.write(new Stored(services)).getBytes(StandardCharsets.UTF_8));
    }

    private record Stored(Map<String, TrafficStatus> services) {
        private Stored {
            services = Map.copyOf(new TreeMap<>(services));
        }
    }
}
