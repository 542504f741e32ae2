package dev.dhow.agent.manifest;

import dev.dhow.agent.yaml.Form;
import dev.dhow.agent.yaml.Forms;
import dev.dhow.agent.yaml.Forms.Read;
import dev.dhow.agent.yaml.Key;
import dev.dhow.agent.yaml.Nearest;
import dev.dhow.agent.yaml.Node;
import dev.dhow.agent.yaml.Scope;
import dev.dhow.agent.yaml.Section;
import dev.dhow.agent.yaml.Values;
import dev.dhow.api.spec.ContainerSpec.Ulimit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `ulimits`: a map from a limit's name to one number, or to `{soft, hard}`; -1 is "no limit".
final class UlimitForm implements Form<Map<String, Ulimit>> {
    static final UlimitForm ULIMITS = new UlimitForm();

    private static final Form<Long> LIMIT = Forms.scalar("integer", UlimitForm::limit, value -> value);
    private static final Key<Long> SOFT = Key.inside("soft", LIMIT, "What holds; the process may raise it to `hard`.");
    private static final Key<Long> HARD = Key.inside("hard", LIMIT, "The most that the process may ask for.");
    private static final Section PAIR = Section.of(SOFT, HARD);
    private static final List<String> NAMES = List.of(
            "core",
            "cpu",
            "data",
            "fsize",
            "locks",
            "memlock",
            "msgqueue",
            "nice",
            "nofile",
            "nproc",
            "rss",
            "rtprio",
            "rttime",
            "sigpending",
            "stack");

    private UlimitForm() {}

    @Override
    public String words() {
        return "map of integer or map";
    }

    @Override
    public @Nullable Map<String, Ulimit> bind(Node node, Scope scope) {
        if (!(node instanceof Node.Mapping map)) {
            scope.error(node, "expected a map, found " + node.kind());
            return null;
        }
        Map<String, Ulimit> limits = new LinkedHashMap<>();
        for (Node.Entry entry : map.entries()) {
            String name = entry.key().text();
            Scope at = scope.at(name);
            if (!NAMES.contains(name)) {
                String near = Nearest.of(name, NAMES);
                at.error(
                        entry.key(),
                        near == null
                                ? "unknown limit; known: " + String.join(", ", NAMES)
                                : "unknown limit; did you mean \"%s\"?".formatted(near));
                continue;
            }
            Ulimit limit = one(name, entry.value(), at);
            if (limit != null) {
                limits.put(name, limit);
            }
        }
        return limits;
    }

    private static @Nullable Ulimit one(String name, Node node, Scope scope) {
        if (!(node instanceof Node.Mapping)) {
            Long both = LIMIT.bind(node, scope);
            return both == null ? null : new Ulimit(name, both, both);
        }
        Values values = PAIR.bind(node, scope);
        Long soft = values == null ? null : values.get(SOFT);
        Long hard = values == null ? null : values.get(HARD);
        if (soft == null || hard == null) {
            scope.error(node, "expected both soft and hard");
            return null;
        }
        if (hard >= 0 && (soft < 0 || soft > hard)) {
            scope.error(node, "soft is more than hard");
            return null;
        }
        return new Ulimit(name, soft, hard);
    }

    private static Read<Long> limit(String text) {
        return text.matches("-1|0|[1-9][0-9]{0,17}")
                ? Read.good(Long.parseLong(text))
                : Read.bad("expected a whole number, or -1 for no limit, found \"%s\"".formatted(text));
    }

    @Override
    public Object write(Map<String, Ulimit> value) {
        Map<String, Object> written = new LinkedHashMap<>();
        value.forEach((name, limit) -> {
            Map<String, Object> pair = new LinkedHashMap<>();
            pair.put("soft", limit.soft());
            pair.put("hard", limit.hard());
            written.put(name, limit.soft() == limit.hard() ? (Object) limit.soft() : pair);
        });
        return written;
    }

    @Override
    public Map<String, Ulimit> merge(Map<String, Ulimit> base, Map<String, Ulimit> own, boolean bothMaps) {
        Map<String, Ulimit> merged = new LinkedHashMap<>(base);
        merged.putAll(own);
        return merged;
    }
}
