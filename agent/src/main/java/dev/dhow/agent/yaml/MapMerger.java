package dev.dhow.agent.yaml;

import dev.dhow.agent.yaml.Node.Entry;
import dev.dhow.agent.yaml.Node.Mapping;
import dev.dhow.agent.yaml.Node.Scalar;
import dev.dhow.agent.yaml.Node.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Makes a map of its children: refuses a key that is there twice and resolves `<<`. A map's own keys win over
/// merged ones, and of several merged maps the earlier wins.
final class MapMerger {
    private MapMerger() {}

    /// @param children key, value, key, value …
    static Mapping mapping(Place place, List<Node> children, int size, Problems problems) {
        Map<String, Entry> own = new LinkedHashMap<>();
        List<Node> merged = new ArrayList<>();
        for (int i = 0; i + 1 < children.size(); i += 2) {
            if (!(children.get(i) instanceof Scalar key)) {
                continue;
            }
            Entry before = own.putIfAbsent(key.text(), new Entry(key, children.get(i + 1)));
            if (before != null) {
                problems.error(
                        key.place(),
                        "",
                        "the key \"%s\" is already on line %d"
                                .formatted(key.text(), before.key().place().line()));
            }
        }
        Entry merge = own.get("<<");
        if (merge != null && merge.key().plain()) {
            own.remove("<<");
            merged.addAll(merge.value() instanceof Sequence list ? list.items() : List.of(merge.value()));
        }
        for (Node map : merged) {
            if (map instanceof Mapping source) {
                source.entries().forEach(entry -> own.putIfAbsent(entry.key().text(), entry));
            } else {
                problems.error(map.place(), "", "<< takes a map (*name) or a list of maps");
            }
        }
        return new Mapping(place, List.copyOf(own.values()), size);
    }
}
