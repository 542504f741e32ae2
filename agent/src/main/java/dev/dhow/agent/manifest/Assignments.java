package dev.dhow.agent.manifest;

import dev.dhow.agent.yaml.Form;
import dev.dhow.agent.yaml.Forms;
import dev.dhow.agent.yaml.Node;
import dev.dhow.agent.yaml.Scope;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Names and values, written as a map or as a list of `NAME=value`. Both spellings mean a map, so root and role merge
/// by name in either.
final class Assignments implements Form<Map<String, String>> {
    static final Assignments ENVIRONMENT = new Assignments(Kind.ENVIRONMENT);
    static final Assignments LABELS = new Assignments(Kind.LABELS);
    static final Assignments SYSCTLS = new Assignments(Kind.SYSCTLS);

    private enum Kind {
        ENVIRONMENT,
        LABELS,
        SYSCTLS
    }

    private final Kind kind;

    private Assignments(Kind kind) {
        this.kind = kind;
    }

    @Override
    public String words() {
        return "map of text, or list of `NAME=value`";
    }

    @Override
    public @Nullable Map<String, String> bind(Node node, Scope scope) {
        Map<String, String> values = new LinkedHashMap<>();
        switch (node) {
            case Node.Mapping map ->
                map.entries().forEach(entry -> {
                    String name = entry.key().text();
                    Scope at = scope.at(name);
                    if (Node.isNull(entry.value())) {
                        put(values, name, null, entry.key(), at);
                        return;
                    }
                    String value = Forms.textOf(entry.value(), "a text", at);
                    if (value != null) {
                        put(values, name, value, entry.key(), at);
                    }
                });
            case Node.Sequence list -> {
                for (int i = 0; i < list.items().size(); i++) {
                    Node item = list.items().get(i);
                    String line = Forms.textOf(item, "NAME=value", scope.at(i));
                    if (line != null) {
                        int equals = line.indexOf('=');
                        String name = equals < 0 ? line : line.substring(0, equals);
                        put(values, name, equals < 0 ? null : line.substring(equals + 1), item, scope.at(i));
                    }
                }
            }
            case Node.Scalar _ -> {
                scope.error(node, "expected a map or a list of NAME=value, found " + node.kind());
                return null;
            }
        }
        return values;
    }

    private void put(Map<String, String> values, String name, @Nullable String value, Node at, Scope scope) {
        if (name.isBlank() || name.indexOf('=') >= 0) {
            scope.error(at, "expected a name before =");
        } else if (kind == Kind.LABELS) {
            if (name.startsWith("dev.dhow.")) {
                scope.error(at, "labels that start with dev.dhow. are Dhow's own; choose another name");
            } else {
                values.put(name, value == null ? "" : value);
            }
        } else if (kind == Kind.SYSCTLS) {
            if (value == null || !name.matches("[a-z0-9_]+([./][A-Za-z0-9_-]+)+")) {
                scope.error(at, "expected a kernel parameter and its value such as net.core.somaxconn=1024");
            } else {
                values.put(name.replace('/', '.'), value);
            }
        } else if (value == null) {
            scope.error(
                    at,
                    "\"%s\" has no value, and the agent's own environment is never passed on; write a value (\"\" for an empty one), or take it from an env_file"
                            .formatted(name));
        } else {
            values.put(name, value);
        }
    }

    @Override
    public Object write(Map<String, String> value) {
        return value;
    }

    @Override
    public Map<String, String> merge(Map<String, String> base, Map<String, String> own, boolean bothMaps) {
        Map<String, String> merged = new LinkedHashMap<>(base);
        merged.putAll(own);
        return merged;
    }
}
