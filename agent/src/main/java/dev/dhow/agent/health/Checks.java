package dev.dhow.agent.health;

import dev.dhow.agent.state.ImageFacts;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.api.spec.ContainerSpec.Attachment;
import dev.dhow.api.spec.Defaults;
import dev.dhow.api.spec.HealthSpec;
import dev.dhow.api.spec.HealthSpec.OnFailure;
import dev.dhow.api.spec.ProxySpec;
import dev.dhow.api.spec.RoleSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Which checks a container gets, by the kind of its role. All of them must pass.
///
/// A proxied role is asked by HTTP, unless its file asks for something else. Any other role is checked as its file
/// says, else by the HEALTHCHECK that its container has, else as a process.
public final class Checks {
    private Checks() {}

    /// Chooses. At least one check.
    ///
    /// @param image the container's; null: it is not on this host any more
    public static List<Check> of(RoleSpec role, ObservedContainer container, @Nullable ImageFacts image) {
        HealthSpec spec = role.health();
        if (spec.disable()) {
            return List.of(new Check.Process(role.readinessDelay()));
        }
        boolean test = asksForTest(spec);
        List<Check> checks = new ArrayList<>();
        HealthSpec.Http http = spec.http();
        if (http == null && role.proxied() && spec.tcp() == null && !test) {
            http = HealthSpec.Http.DEFAULT;
        }
        if (http != null) {
            checks.add(http(role, http, container, image));
        }
        HealthSpec.Tcp tcp = spec.tcp();
        if (tcp != null) {
            checks.add(new Check.Tcp(address(role, container), tcp.port(), Pace.of(spec), onProbeFailure(role)));
        }
        // A container without HEALTHCHECK was made before the file asked for one: it is being replaced, and is judged
        // by what it has. One that an image brings counts where the file asks for nothing.
        if (container.health() != null && (test || (checks.isEmpty() && !saysNone(spec)))) {
            checks.add(new Check.Docker(written(spec, OnFailure.RESTART)));
        }
        return checks.isEmpty() ? List.of(new Check.Process(role.readinessDelay())) : List.copyOf(checks);
    }

    /// For a container whose role is in no file.
    static List<Check> ofUnknownRole() {
        return List.of(new Check.Process(Defaults.READINESS_DELAY));
    }

    /// The address a container is dialled at: in the network `dhow`, else in the first of its file, else in
    /// the first
    /// by name; its host's own under host networking; empty where it has none.
    public static String address(RoleSpec role, ObservedContainer container) {
        Map<String, String> addresses = new TreeMap<>(container.addresses());
        addresses.values().removeIf(String::isBlank);
        List<String> order = new ArrayList<>(List.of(Defaults.NETWORK));
        role.container().network().networks().stream().map(Attachment::name).forEach(order::add);
        order.addAll(addresses.keySet());
        return order.stream()
                .filter(addresses::containsKey)
                .map(addresses::get)
                .findFirst()
                .orElse("");
    }

    /// The port a role's app listens on: `app_port`, else the image's only exposed TCP port, else 80.
    public static int appPort(RoleSpec role, @Nullable ImageFacts image) {
        ProxySpec proxy = role.proxy();
        Integer written = proxy == null ? null : proxy.appPort();
        if (written != null) {
            return written;
        }
        return image != null && image.tcpPorts().size() == 1 ? image.tcpPorts().getFirst() : Defaults.APP_PORT;
    }

    /// Whether the file asks for a test of Docker's; `NONE` asks for none.
    static boolean asksForTest(HealthSpec spec) {
        List<String> test = spec.test();
        return test != null && !test.isEmpty() && !saysNone(spec);
    }

    private static boolean saysNone(HealthSpec spec) {
        List<String> test = spec.test();
        return test != null && !test.isEmpty() && test.getFirst().equals("NONE");
    }

    private static Check.Http http(
            RoleSpec role, HealthSpec.Http http, ObservedContainer container, @Nullable ImageFacts image) {
        Integer written = http.port();
        int port = written == null ? appPort(role, image) : written;
        String address = address(role, container);
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(http.headers());
        String hostHeader = headers.remove("Host");
        ProxySpec proxy = role.proxy();
        if (proxy != null && (proxy.tls().on() || proxy.tls().assumeHttps())) {
            // As the requests that it stands for: an app that redirects to HTTPS would redirect the check too.
            headers.putIfAbsent("X-Forwarded-Proto", "https");
        }
        String host = http.host() != null ? http.host() : hostHeader;
        return new Check.Http(
                address,
                port,
                http.path(),
                host != null ? host : hostOf(role, address, port),
                headers,
                http.expectFrom(),
                http.expectTo(),
                Pace.of(role.health()),
                onProbeFailure(role));
    }

    private static String hostOf(RoleSpec role, String address, int port) {
        ProxySpec proxy = role.proxy();
        String literal = address.contains(":") ? "[" + address + "]" : address;
        String otherwise = port == 80 ? literal : literal + ":" + port;
        return proxy == null ? otherwise : Defaults.checkHost(proxy).orElse(otherwise);
    }

    private static OnFailure onProbeFailure(RoleSpec role) {
        return written(role.health(), role.proxied() ? OnFailure.NONE : OnFailure.RESTART);
    }

    private static OnFailure written(HealthSpec spec, OnFailure otherwise) {
        OnFailure written = spec.onFailure();
        return written == null ? otherwise : written;
    }
}
