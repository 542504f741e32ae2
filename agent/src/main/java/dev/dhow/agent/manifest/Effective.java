package dev.dhow.agent.manifest;

import dev.dhow.agent.yaml.Located;
import dev.dhow.agent.yaml.Node;
import dev.dhow.agent.yaml.Place;
import dev.dhow.agent.yaml.Problems;
import dev.dhow.agent.yaml.Values;
import dev.dhow.api.status.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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

    /// A problem at a key of a role, `proxy.tls` for one inside of `proxy`, or at an entry of its list; where that is
    /// not written, at the role.
    Problem problem(Problem.Severity severity, String role, String key, int index, String message) {
        Values values = role(role);
        Values.Bound<?> bound = bound(values, key);
        Place place = bound == null ? values.place() : bound.place();
        String path = bound == null ? "roles." + role : bound.path();
        if (bound != null && bound.node() instanceof Node.Sequence list && index >= 0) {
            int entry = key.equals(ContainerKeys.VOLUMES.name()) ? ofVolumes(values, index) : index;
            if (entry < list.items().size()) {
                place = list.items().get(entry).place();
                path = "%s[%d]".formatted(path, entry);
            }
        }
        String line = problems.line(place, path);
        return new Problem(severity, problems.file(), place.line(), place.column(), path, message, line);
    }

    /// The innermost key of a path such as `proxy.tls` that was written; null: not even its first.
    private static Values.@Nullable Bound<?> bound(Values values, String path) {
        int dot = path.indexOf('.');
        String name = dot < 0 ? path : path.substring(0, dot);
        Values.Bound<?> found = values.all().stream()
                .filter(one -> one.key().name().equals(name))
                .findFirst()
                .orElse(null);
        if (dot < 0 || found == null || !(found.value() instanceof ProxyKeys.Proxy proxy)) {
            return found;
        }
        Values.Bound<?> inner = bound(proxy.values(), path.substring(dot + 1));
        return inner == null ? found : inner;
    }

    /// File systems in memory stand in the same list and are not counted.
    private static int ofVolumes(Values values, int index) {
        List<Located<Volume>> volumes = values.or(ContainerKeys.VOLUMES, List.of());
        int left = index;
        for (int i = 0; i < volumes.size(); i++) {
            if (volumes.get(i).value().type() != Volume.Type.TMPFS && left-- == 0) {
                return i;
            }
        }
        return volumes.size();
    }

    Values root() {
        return root;
    }

    Values role(String name) {
        Values values = roles.get(name);
        if (values == null) {
            throw new IllegalArgumentException("no role " + name);
        }
        return values;
    }
}
