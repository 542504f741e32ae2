package dev.dhow.agent.config;

import dev.dhow.agent.yaml.Key;
import dev.dhow.agent.yaml.Place;
import dev.dhow.agent.yaml.Problems;
import dev.dhow.agent.yaml.Values;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// No two listeners of the agent can have one address and port.
final class Listeners {
    /// @param place null: nobody wrote it
    private record Open(
            String path,
            InetSocketAddress address,
            @Nullable Place place) {}

    private final List<Open> all = new ArrayList<>();

    private Listeners() {}

    /// Tells the second of two, of which a default comes first.
    static void check(Values root, Problems problems) {
        Values proxy = root.get(ProxyConfigKeys.PROXY);
        Values api = root.get(ConfigKeys.API);
        Listeners listeners = new Listeners();
        listeners.add(
                "api.listen",
                api,
                ConfigKeys.API_LISTEN,
                AgentConfig.DEFAULT.api().listen());
        listeners.add(
                "proxy.http",
                proxy,
                ProxyConfigKeys.HTTP,
                ProxyConfig.DEFAULT.http().address());
        listeners.add(
                "proxy.https",
                proxy,
                ProxyConfigKeys.HTTPS,
                ProxyConfig.DEFAULT.https().address());
        listeners.add("proxy.health", proxy, ProxyConfigKeys.HEALTH, ProxyConfig.DEFAULT.health());
        listeners.tell(problems);
    }

    private void add(
            String path,
            @Nullable Values values,
            Key<Off<InetSocketAddress>> key,
            @Nullable InetSocketAddress otherwise) {
        Values.Bound<Off<InetSocketAddress>> written = values == null ? null : values.bound(key);
        InetSocketAddress address =
                written == null ? otherwise : written.value().value();
        boolean unread = written == null && values != null && !values.lacks(key);
        // Port 0 is one that the kernel picks.
        if (address != null && address.getPort() != 0 && !unread) {
            all.add(new Open(path, address, written == null ? null : written.place()));
        }
    }

    private void tell(Problems problems) {
        all.sort(Comparator.comparing(
                Open::place,
                Comparator.nullsFirst(Comparator.comparing(Place::line).thenComparing(Place::column))));
        for (int i = 0; i < all.size(); i++) {
            Open later = all.get(i);
            Place place = later.place();
            if (place != null) {
                all.subList(0, i).stream()
                        .filter(earlier -> meet(earlier.address(), later.address()))
                        .findFirst()
                        .ifPresent(earlier -> problems.error(place, later.path(), taken(earlier, later)));
            }
        }
    }

    private static String taken(Open earlier, Open later) {
        return "%s is taken: %s listens on %s; use another port"
                .formatted(Listen.text(later.address()), earlier.path(), Listen.text(earlier.address()));
    }

    private static boolean meet(InetSocketAddress one, InetSocketAddress other) {
        return one.getPort() == other.getPort()
                && (one.getAddress().equals(other.getAddress())
                        || covers(one.getAddress(), other.getAddress())
                        || covers(other.getAddress(), one.getAddress()));
    }

    /// `0.0.0.0` is every IPv4 address of the host, `::` is every address.
    private static boolean covers(InetAddress any, InetAddress one) {
        return any.isAnyLocalAddress() && (any instanceof Inet6Address || one instanceof Inet4Address);
    }
}
