package dev.dhow.agent.manifest;

import dev.dhow.agent.yaml.Problems;
import dev.dhow.agent.yaml.Values;
import java.util.LinkedHashMap;
import java.util.Map;

/// The keys of each role with the root's merged in, as they were written.
public final class Effective {
    private final Values root;
    private final Map<String, Values> roles;
    private final Problems problems;

    /// @param problems where the places of the file are known
    Effective(Values root, Map<String, Values> roles, Problems problems) {
        this.root = root;
        this.roles = new LinkedHashMap<>(roles);
        this.problems = problems;
    }

    Values root() {
        return root;
    }

    Problems problems() {
        return problems;
    }

    Values role(String name) {
        Values values = roles.get(name);
        if (values == null) {
            throw new IllegalArgumentException("no role " + name);
        }
        return values;
    }
}
