package dev.dhow.agent.manifest;

import dev.dhow.agent.yaml.Form;
import dev.dhow.agent.yaml.Forms;
import dev.dhow.agent.yaml.Forms.Read;
import dev.dhow.agent.yaml.Key;
import dev.dhow.agent.yaml.Node;
import dev.dhow.agent.yaml.Scope;
import dev.dhow.agent.yaml.Section;
import dev.dhow.agent.yaml.Values;
import dev.dhow.api.spec.ContainerSpec.Port;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// One entry of `ports`: `ADDRESS:HOST:CONTAINER[/PROTOCOL]` with single ports or ranges of one length, or a map.
final class PortForm implements Form<PortForm.Ports> {
    static final PortForm PORTS = new PortForm();

    private static final Key<String> TARGET = Key.inside("target", Forms.TEXT, "The container's port.");
    private static final Key<String> PUBLISHED =
            Key.inside("published", Forms.TEXT, "The host's port or range; without it Docker picks one.");
    private static final Key<String> HOST_IP = Key.inside("host_ip", Addresses.IP, "The host's address.");
    private static final Key<String> PROTOCOL =
            Key.inside("protocol", Forms.TEXT, "`tcp`, `udp` or `sctp`.").or("tcp");
    private static final Key<String> MODE = Key.inside("mode", Forms.text("`host`", PortForm::mode), "Without effect.");
    private static final Key<String> NAME = Key.inside("name", Forms.TEXT, "Without effect.");
    private static final Key<String> APP_PROTOCOL = Key.inside("app_protocol", Forms.TEXT, "Without effect.");
    private static final Section LONG = Section.of(TARGET, PUBLISHED, HOST_IP, PROTOCOL, MODE, NAME, APP_PROTOCOL);

    private static final Pattern RANGE = Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?");

    /// Ports in a row.
    ///
    /// @param hostFrom null: Docker picks them
    record Ports(String hostIp, @Nullable Integer hostFrom, int containerFrom, int count, String protocol) {
        List<Port> each() {
            return IntStream.range(0, count)
                    .mapToObj(i -> new Port(
                            hostIp,
                            hostFrom == null ? null : Integer.valueOf(hostFrom + i),
                            containerFrom + i,
                            protocol))
                    .toList();
        }

        String text() {
            String ip = hostIp.contains(":") ? "[" + hostIp + "]" : hostIp;
            return "%s:%s:%s%s"
                    .formatted(
                            ip,
                            hostFrom == null ? "" : range(hostFrom),
                            range(containerFrom),
                            protocol.equals("tcp") ? "" : "/" + protocol);
        }

        private String range(int from) {
            return count == 1 ? String.valueOf(from) : from + "-" + (from + count - 1);
        }
    }

    private record Range(int from, int count) {}

    private PortForm() {}

    @Override
    public String words() {
        return "`ADDRESS:HOST:CONTAINER[/PROTOCOL]`, or map";
    }

    @Override
    public @Nullable Ports bind(Node node, Scope scope) {
        if (node instanceof Node.Mapping map) {
            return bindLong(map, scope);
        }
        String text = Forms.textOf(node, "a published port", scope);
        if (text == null) {
            return null;
        }
        int slash = text.lastIndexOf('/');
        String protocol = slash < 0 ? "tcp" : text.substring(slash + 1);
        String rest = slash < 0 ? text : text.substring(0, slash);
        int bracket = rest.startsWith("[") ? rest.indexOf("]:") : -1;
        String ip = bracket < 0 ? null : rest.substring(0, bracket + 1);
        String[] parts = (bracket < 0 ? rest : rest.substring(bracket + 2)).split(":", -1);
        if (ip == null && parts.length == 3) {
            return ports(parts[0], parts[1], parts[2], protocol, node, scope);
        }
        if (parts.length == 2) {
            return ports(ip, parts[0], parts[1], protocol, node, scope);
        }
        if (ip == null && parts.length == 1) {
            return ports(null, null, parts[0], protocol, node, scope);
        }
        scope.error(
                node,
                "expected ADDRESS:HOST:CONTAINER such as \"127.0.0.1:8080:80\" or \"[::1]:8080:80\", found \"%s\""
                        .formatted(text));
        return null;
    }

    private static @Nullable Ports bindLong(Node.Mapping map, Scope scope) {
        Values values = LONG.bind(map, scope);
        if (values == null) {
            return null;
        }
        String target = values.get(TARGET);
        if (target == null) {
            if (values.lacks(TARGET)) {
                scope.error(map, "\"target\" is missing: the container's port");
            }
            return null;
        }
        if (!values.lacks(HOST_IP) && !values.has(HOST_IP)) {
            return null;
        }
        return ports(values.get(HOST_IP), values.get(PUBLISHED), target, values.or(PROTOCOL, "tcp"), map, scope);
    }

    private static @Nullable Ports ports(
            @Nullable String ip, @Nullable String host, String target, String protocol, Node node, Scope scope) {
        if (ip == null && host != null && Addresses.canonical(host) != null) {
            scope.error(
                    node,
                    "the host's port is missing; write \"%s:%s:%s\", or \"%s::%s\" for one that Docker picks"
                            .formatted(host, target, target, host, target));
            return null;
        }
        Range container = range(target);
        Range published = host == null || host.isEmpty() ? null : range(host);
        if (container == null || (published == null && host != null && !host.isEmpty())) {
            scope.error(node, "expected ports from 1 to 65535, or ranges such as 8000-8003, in ADDRESS:HOST:CONTAINER");
            return null;
        }
        if (published != null && published.count() != container.count()) {
            scope.error(
                    node,
                    "%d host ports cannot go to %d container ports; write ranges of one length"
                            .formatted(published.count(), container.count()));
            return null;
        }
        if (!List.of("tcp", "udp", "sctp").contains(protocol)) {
            scope.error(node, "expected the protocol tcp, udp or sctp, found \"%s\"".formatted(protocol));
            return null;
        }
        if (ip == null || ip.isEmpty()) {
            String rest =
                    "%s:%s%s".formatted(host == null ? "" : host, target, protocol.equals("tcp") ? "" : "/" + protocol);
            scope.error(
                    node,
                    "a published port names its host address, because it passes by the host's firewall; write \"127.0.0.1:%s\" for this host only or \"0.0.0.0:%s\" for everyone"
                            .formatted(rest, rest));
            return null;
        }
        String bare = ip.startsWith("[") ? ip.substring(1, ip.length() - 1) : ip;
        String address = Addresses.canonical(bare);
        if (address == null) {
            scope.error(node, "\"%s\" is no IP address".formatted(bare));
            return null;
        }
        return new Ports(
                address, published == null ? null : published.from(), container.from(), container.count(), protocol);
    }

    private static Read<String> mode(String text) {
        return switch (text) {
            case "host" -> Read.good(text);
            case "ingress" ->
                Read.bad("\"ingress\" is Swarm's: a port is published on this host only; write \"host\", or leave it"
                        + " out");
            default -> Read.bad("expected host, found \"%s\"".formatted(text));
        };
    }

    private static @Nullable Range range(String text) {
        Matcher parts = RANGE.matcher(text);
        if (!parts.matches()) {
            return null;
        }
        int from = Integer.parseInt(parts.group(1));
        int to = parts.group(2) == null ? from : Integer.parseInt(parts.group(2));
        return from < 1 || to < from || to > 65_535 ? null : new Range(from, to - from + 1);
    }

    @Override
    public Object write(Ports value) {
        return value.text();
    }

    @Override
    public List<Key<?>> keys() {
        return LONG.keys();
    }
}
