package dev.dhow.agent.manifest;

import dev.dhow.agent.yaml.Values;
import java.util.LinkedHashMap;
import java.util.Map;

/// The keys of each role with the root's merged in, as they were written.
public final class Effective {
    private final Map<String, Values> roles;

    Effective(Map<String, Values> roles) {
        this.roles = new LinkedHashMap<>(roles);
    }

    Values role(String name) {
        Values values = roles.get(name);
        if (values == null) {
            throw new IllegalArgumentException("no role " + name);
        }
        return values;
    }
}
