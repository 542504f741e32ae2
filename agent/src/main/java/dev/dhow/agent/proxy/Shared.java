package dev.dhow.agent.proxy;

import java.util.List;
import java.util.function.BooleanSupplier;

/// What all event loops look at, as it is at one moment.
///
/// @param started says whether the first routes are known
record Shared(RouteTable table, Settings settings, BooleanSupplier started) {
    Shared with(RouteTable other) {
        return new Shared(other, settings, started);
    }

    Shared with(Settings other) {
        return new Shared(table, other, started);
    }

    /// Why this host should get no requests; empty: it may.
    String unhealthy() {
        if (!started.getAsBoolean()) {
            return "the first routes are not known yet";
        }
        List<String> required =
                settings.healthRequires().isEmpty() ? table.defaultServices() : settings.healthRequires();
        return required.stream()
                .filter(service -> !serviceReady(service))
                .findFirst()
                .map(service -> "service %s has no ready container".formatted(service))
                .orElse("");
    }

    /// Whether every proxied role of a service has a ready container.
    boolean serviceReady(String service) {
        List<Route> routes = of(service);
        return !routes.isEmpty()
                && routes.stream().allMatch(route -> route.pool().ready());
    }

    boolean knows(String service) {
        return !of(service).isEmpty();
    }

    private List<Route> of(String service) {
        return table.routes().stream()
                .filter(route -> route.service().equals(service))
                .toList();
    }
}
