package dev.dhow.agent.proxy;

import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// What all event loops look at, as it is at one moment.
///
/// @param started says whether the first routes are known
/// @param restored whether the routes of an agent before this one are served, which are the first ones then
/// @param drain of this host; null: it takes requests as ever
record Shared(
        RouteTable table,
        Settings settings,
        BooleanSupplier started,
        boolean restored,
        @Nullable Drain drain) {
    /// This host is to get no more requests.
    ///
    /// @param ends the moment, monotonic, from which on connections end
    record Drain(Duration ends) {}

    Shared with(RouteTable other) {
        return new Shared(other, settings, started, restored, drain);
    }

    Shared with(@Nullable Drain other) {
        return new Shared(table, settings, started, restored, other);
    }

    Shared withRestored() {
        return new Shared(table, settings, started, true, drain);
    }

    /// Whether connections end after their next answer.
    boolean ending(Duration now) {
        return drain != null && now.compareTo(drain.ends()) >= 0;
    }

    Shared with(Settings other) {
        return new Shared(table, other, started, restored, drain);
    }

    /// Whether nobody knows yet what is served here.
    boolean unknown() {
        return !restored && !started.getAsBoolean();
    }

    /// Why this host should get no requests; empty: it may.
    String unhealthy() {
        if (drain != null) {
            return "host drains";
        }
        if (unknown()) {
            return "the first routes are not known yet";
        }
        List<String> required =
                settings.healthRequires().isEmpty() ? table.defaultServices() : settings.healthRequires();
        return required.stream()
                .filter(service -> !serviceReady(service))
                .findFirst()
                .map(service -> "no ready replica of %s".formatted(service))
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
