package dev.dhow.agent.docker;

import dev.dhow.agent.testing.TestEngine;
import java.util.ArrayList;
import java.util.List;

/// Cleaning between tests that share an engine.
final class TestEngines {
    private TestEngines() {}

    /// Removes the containers with that label.
    static void removeAll(TestEngine engine, String label) {
        String ids = engine.docker("ps", "-aq", "--filter", "label=" + label);
        if (!ids.isEmpty()) {
            List<String> line = new ArrayList<>(List.of("rm", "-f", "-v"));
            line.addAll(List.of(ids.split("\n")));
            engine.docker(line.toArray(String[]::new));
        }
    }
}
