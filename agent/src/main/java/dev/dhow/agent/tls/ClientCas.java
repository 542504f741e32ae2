package dev.dhow.agent.tls;

import dev.dhow.agent.state.Ticker;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The files of CAs that routes ask clients' certificates of.
final class ClientCas {
    private final Ticker ticker;
    private volatile Map<Path, ClientCa> byFile = Map.of();

    ClientCas(Ticker ticker) {
        this.ticker = ticker;
    }

    /// All of them, each once. One that stays keeps what is known of it.
    synchronized void want(Set<Path> files) {
        Map<Path, ClientCa> before = byFile;
        if (before.keySet().equals(files)) {
            return;
        }
        Map<Path, ClientCa> now = new HashMap<>();
        for (Path file : files) {
            ClientCa known = before.get(file);
            now.put(file, known == null ? new ClientCa(file, ticker) : known);
        }
        byFile = Map.copyOf(now);
    }

    boolean any() {
        return !byFile.isEmpty();
    }

    @Nullable
    ClientCa of(Path file) {
        return byFile.get(file);
    }

    void look() {
        byFile.values().forEach(ClientCa::look);
    }
}
