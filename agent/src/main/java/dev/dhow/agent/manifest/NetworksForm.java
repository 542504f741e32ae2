package dev.dhow.agent.manifest;

import dev.dhow.agent.yaml.Form;
import dev.dhow.agent.yaml.Forms;
import dev.dhow.agent.yaml.Key;
import dev.dhow.agent.yaml.Located;
import dev.dhow.agent.yaml.Node;
import dev.dhow.agent.yaml.Scope;
import dev.dhow.agent.yaml.Section;
import dev.dhow.agent.yaml.Values;
import dev.dhow.api.spec.ContainerSpec.Attachment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// `networks`: a list of names, or a map from names to addresses and aliases.
final class NetworksForm implements Form<Map<String, Attachment>> {
    static final NetworksForm NETWORKS = new NetworksForm();

    private static final Form<List<Located<String>>> NAMES = Forms.list(Forms.TEXT);
    private static final Key<List<Located<String>>> ALIASES =
            Key.inside("aliases", NAMES, "Further names of the container on this network.");
    private static final Key<String> IPV4 = Key.inside("ipv4_address", Addresses.IP, "A fixed IPv4 address.");
    private static final Key<String> IPV6 = Key.inside("ipv6_address", Addresses.IP, "A fixed IPv6 address.");
    private static final Section ATTACHMENT = Section.of(ALIASES, IPV4, IPV6)
            .knowing(Map.of(
                    "priority", "leave it out: networks are joined in the order in which they stand here",
                    "gw_priority", "not supported: Docker picks the network of the default route",
                    "mac_address", "leave it out: Docker gives each replica its own",
                    "interface_name", "not supported: Docker names the interfaces",
                    "link_local_ips", "not supported; use \"ipv4_address\" or \"ipv6_address\"",
                    "driver_opts", "not supported; create the network with its options, then name it here"));
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]*");

    private NetworksForm() {}

    @Override
    public String words() {
        return "list of names, or map";
    }

    @Override
    public @Nullable Map<String, Attachment> bind(Node node, Scope scope) {
        Map<String, Attachment> networks = new LinkedHashMap<>();
        if (node instanceof Node.Mapping map) {
            for (Node.Entry entry : map.entries()) {
                String name = entry.key().text();
                Values values = ATTACHMENT.bind(entry.value(), scope.at(name));
                if (values != null && named(name, entry.key(), scope)) {
                    networks.put(
                            name,
                            new Attachment(
                                    name,
                                    Located.values(values.or(ALIASES, List.of())),
                                    values.get(IPV4),
                                    values.get(IPV6)));
                }
            }
            return networks;
        }
        List<Located<String>> names = NAMES.bind(node, scope);
        if (names == null) {
            return null;
        }
        for (Located<String> name : names) {
            Node at = new Node.Scalar(name.place(), name.value(), true);
            if (named(name.value(), at, scope)) {
                networks.put(name.value(), new Attachment(name.value(), List.of(), null, null));
            }
        }
        return networks;
    }

    private static boolean named(String name, Node at, Scope scope) {
        if (!NAME.matcher(name).matches()) {
            scope.error(at, "\"%s\" is no name of a network".formatted(name));
            return false;
        }
        if (name.equals("host") || name.equals("none") || name.equals("bridge")) {
            scope.error(at, "\"%s\" is a mode, not a network to join; write network_mode: %s".formatted(name, name));
            return false;
        }
        return true;
    }

    @Override
    public Object write(Map<String, Attachment> value) {
        Map<String, Object> written = new LinkedHashMap<>();
        value.forEach((name, attachment) -> {
            Map<String, Object> inner = new LinkedHashMap<>();
            if (!attachment.aliases().isEmpty()) {
                inner.put("aliases", attachment.aliases());
            }
            if (attachment.ipv4Address() != null) {
                inner.put("ipv4_address", attachment.ipv4Address());
            }
            if (attachment.ipv6Address() != null) {
                inner.put("ipv6_address", attachment.ipv6Address());
            }
            written.put(name, inner);
        });
        return written;
    }

    @Override
    public Map<String, Attachment> merge(Map<String, Attachment> base, Map<String, Attachment> own, boolean bothMaps) {
        if (!bothMaps) {
            return own;
        }
        Map<String, Attachment> merged = new LinkedHashMap<>(base);
        merged.putAll(own);
        return merged;
    }

    @Override
    public List<Key<?>> keys() {
        return ATTACHMENT.keys();
    }
}
