package dev.dhow.agent.history;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the proxy served last, as text. Losing it costs the moment until Docker was seen.
public final class RouteFile {
    private static final Logger log = LoggerFactory.getLogger(RouteFile.class);

    private final Path file;

    public RouteFile(StateDir state) {
        file = state.path().resolve("last-routes");
    }

    /// Empty: there is none, or none that can be used, which is told.
    public Optional<String> load() {
        return switch (AtomicFile.read(file)) {
            case AtomicFile.Content.Absent _ -> Optional.empty();
            case AtomicFile.Content.Unreadable(String reason) -> unusable(reason);
            case AtomicFile.Content.Damaged(String reason) -> unusable(reason);
            case AtomicFile.Content.Intact(byte[] bytes) -> Optional.of(new String(bytes, StandardCharsets.UTF_8));
        };
    }

    private static Optional<String> unusable(String reason) {
        log.atWarn().addKeyValue("error", reason).log("last routes not usable: routes come back once Docker was seen");
        return Optional.empty();
    }

    /// Replaces it.
    public Saved save(String text) {
        return AtomicFile.write(file, text.getBytes(StandardCharsets.UTF_8));
    }
}
