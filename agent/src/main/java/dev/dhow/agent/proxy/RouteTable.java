package dev.dhow.agent.proxy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All routes in force: by exact host, by one-level wildcard, and the one that takes what no host matches. Immutable; a
/// lookup costs two map reads, however many hosts there are.
final class RouteTable {
    static final RouteTable EMPTY = new RouteTable(List.of(), Map.of(), Map.of(), List.of());

    private final List<Route> routes;
    /// Of one host, longest prefix first.
    private final Map<String, List<Route>> exact;
    /// By what follows the `*`, such as `.example.com`.
    private final Map<String, List<Route>> wildcards;
    private final List<Route> byDefault;

    private RouteTable(
            List<Route> routes,
            Map<String, List<Route>> exact,
            Map<String, List<Route>> wildcards,
            List<Route> byDefault) {
        this.routes = routes;
        this.exact = exact;
        this.wildcards = wildcards;
        this.byDefault = byDefault;
    }

    /// What a lookup found.
    ///
    /// @param route null: the host is known, and no prefix matches
    /// @param byName whether a host of the route's own matched
    record Found(@Nullable Route route, boolean byName) {}

    /// Where two routes want the same host and prefix the first one has it: the source has refused such files before.
    static RouteTable of(List<Route> routes) {
        Map<String, List<Route>> exact = new HashMap<>();
        Map<String, List<Route>> wildcards = new HashMap<>();
        List<Route> byDefault = new ArrayList<>();
        for (Route route : routes) {
            for (String host : route.spec().hosts()) {
                if (host.startsWith("*.")) {
                    wildcards
                            .computeIfAbsent(host.substring(1), _ -> new ArrayList<>())
                            .add(route);
                } else {
                    exact.computeIfAbsent(host, _ -> new ArrayList<>()).add(route);
                }
            }
            if (route.spec().isDefault() || route.spec().hosts().isEmpty()) {
                byDefault.add(route);
            }
        }
        exact.replaceAll((_, found) -> longestFirst(found));
        wildcards.replaceAll((_, found) -> longestFirst(found));
        return new RouteTable(List.copyOf(routes), Map.copyOf(exact), Map.copyOf(wildcards), longestFirst(byDefault));
    }

    private static List<Route> longestFirst(List<Route> routes) {
        return routes.stream()
                .sorted(Comparator.comparingInt(
                                (Route route) -> route.spec().pathPrefix().length())
                        .reversed())
                .toList();
    }

    /// Whether any route wants TLS to end here.
    boolean wantsTls() {
        return routes.stream().anyMatch(route -> route.spec().tls().on());
    }

    /// The route of a request.
    ///
    /// @param host as `HostName` gives it; null: the request names none
    /// @param path without dot segments and query
    Found find(@Nullable String host, String path) {
        List<Route> named = host == null ? null : named(host);
        List<Route> routes = named == null ? byDefault : named;
        for (int i = 0; i < routes.size(); i++) {
            if (routes.get(i).takes(path)) {
                return new Found(routes.get(i), named != null);
            }
        }
        return new Found(null, named != null);
    }

    private @Nullable List<Route> named(String host) {
        List<Route> found = exact.get(host);
        if (found != null) {
            return found;
        }
        int dot = host.indexOf('.');
        return dot <= 0 ? null : wildcards.get(host.substring(dot));
    }

    /// The services whose roles take what no host matches.
    List<String> defaultServices() {
        return byDefault.stream().map(Route::service).distinct().toList();
    }

    /// All routes, each once.
    List<Route> routes() {
        return routes;
    }
}
