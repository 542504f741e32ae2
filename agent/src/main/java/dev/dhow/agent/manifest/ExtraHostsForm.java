package dev.dhow.agent.manifest;

import dev.dhow.agent.yaml.Form;
import dev.dhow.agent.yaml.Forms;
import dev.dhow.agent.yaml.Node;
import dev.dhow.agent.yaml.Scope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `extra_hosts`: lines `NAME=ADDRESS` (or `NAME:ADDRESS`), or a map. Docker's word `host-gateway` is an address too.
final class ExtraHostsForm implements Form<Map<String, List<String>>> {
    static final ExtraHostsForm EXTRA_HOSTS = new ExtraHostsForm();

    private ExtraHostsForm() {}

    @Override
    public String words() {
        return "list of `NAME=ADDRESS`, or map";
    }

    @Override
    public @Nullable Map<String, List<String>> bind(Node node, Scope scope) {
        Map<String, List<String>> hosts = new LinkedHashMap<>();
        switch (node) {
            case Node.Mapping map ->
                map.entries().forEach(entry -> {
                    Scope at = scope.at(entry.key().text());
                    List<Node> values =
                            entry.value() instanceof Node.Sequence list ? list.items() : List.of(entry.value());
                    values.forEach(value -> {
                        String address = Forms.textOf(value, "an address", at);
                        if (address != null) {
                            put(hosts, entry.key().text(), address, value, at);
                        }
                    });
                });
            case Node.Sequence list -> {
                for (int i = 0; i < list.items().size(); i++) {
                    Node item = list.items().get(i);
                    String line = Forms.textOf(item, "NAME=ADDRESS", scope.at(i));
                    if (line != null) {
                        int cut = line.indexOf('=') >= 0 ? line.indexOf('=') : line.indexOf(':');
                        put(hosts, line.substring(0, Math.max(cut, 0)), line.substring(cut + 1), item, scope.at(i));
                    }
                }
            }
            case Node.Scalar _ -> {
                scope.error(node, "expected a list of NAME=ADDRESS or a map, found " + node.kind());
                return null;
            }
        }
        return hosts;
    }

    private static void put(Map<String, List<String>> hosts, String name, String written, Node at, Scope scope) {
        String bare =
                written.startsWith("[") && written.endsWith("]") ? written.substring(1, written.length() - 1) : written;
        String address = bare.equals("host-gateway") ? bare : Addresses.canonical(bare);
        if (name.isBlank() || address == null) {
            scope.error(at, "expected NAME=ADDRESS with an IP address or host-gateway");
        } else {
            hosts.computeIfAbsent(name, _ -> new ArrayList<>()).add(address);
        }
    }

    /// As Docker takes them: `NAME:ADDRESS`.
    static List<String> lines(Map<String, List<String>> hosts) {
        List<String> lines = new ArrayList<>();
        hosts.forEach((name, addresses) -> addresses.forEach(address -> lines.add(name + ":" + address)));
        return lines;
    }

    @Override
    public Object write(Map<String, List<String>> value) {
        return value;
    }

    @Override
    public Map<String, List<String>> merge(
            Map<String, List<String>> base, Map<String, List<String>> own, boolean bothMaps) {
        if (!bothMaps) {
            return own;
        }
        Map<String, List<String>> merged = new LinkedHashMap<>(base);
        merged.putAll(own);
        return merged;
    }
}
