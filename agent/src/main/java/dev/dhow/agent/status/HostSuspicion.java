package dev.dhow.agent.status;

import dev.dhow.api.status.Condition;
import dev.dhow.api.status.Condition.Type;
import dev.dhow.api.status.Phase;
import dev.dhow.api.status.RolloutStatus;
import dev.dhow.api.status.ServiceStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Whether the host itself seems to be ill: many services failed at about the same time, so restarting them helps
/// nobody. Pure; it grows by each status that is told.
///
/// It begins when at least [#LEAST] services, and at least half of those that were Available a minute before, stopped
/// being so within that minute. It ends when fewer than half of them are still down, and after [#MOST] in any case:
/// what hangs by itself would else never be restarted.
///
/// @param services what was told of each, oldest first
/// @param suspects those that failed together; none: nothing is suspected
/// @param since when it began, monotonic
public record HostSuspicion(Map<String, List<Change>> services, Set<String> suspects, Duration since) {
    /// So many services at least.
    public static final int LEAST = 3;
    /// No longer than this.
    public static final Duration MOST = Duration.ofMinutes(10);
    /// Nothing is known.
    public static final HostSuspicion NONE = new HostSuspicion(Map.of(), Set.of(), Duration.ZERO);

    private static final Duration WINDOW = Duration.ofMinutes(1);

    /// Copies the collections.
    public HostSuspicion {
        services = Map.copyOf(services);
        suspects = Set.copyOf(suspects);
    }

    /// When a service became Available, or stopped being so.
    ///
    /// @param at monotonic
    public record Change(Duration at, boolean available) {}

    /// Whether the host is suspected.
    public boolean suspected(Duration now) {
        return !suspects.isEmpty() && now.minus(since).compareTo(MOST) < 0;
    }

    /// The same after a service's newest status.
    public HostSuspicion and(ServiceStatus status, Duration now) {
        Boolean available = available(status);
        if (available == null) {
            return this;
        }
        List<Change> before = services.getOrDefault(status.service(), List.of());
        Map<String, List<Change>> all = new HashMap<>(services);
        all.put(status.service(), grown(before, available, now));
        return new HostSuspicion(all, suspects, since).judged(now);
    }

    /// The same without a service that is gone.
    public HostSuspicion without(String service) {
        Map<String, List<Change>> others = new HashMap<>(services);
        others.remove(service);
        Set<String> left = suspects.stream().filter(s -> !s.equals(service)).collect(Collectors.toSet());
        return new HostSuspicion(others, left, since);
    }

    /// Null where nothing follows from it: nobody knows, or it is being changed or removed.
    private static @Nullable Boolean available(ServiceStatus status) {
        Condition.Status word =
                status.condition(Type.Available).map(Condition::status).orElse(Condition.Status.Unknown);
        RolloutStatus rollout = status.rollout();
        boolean changing = status.phase() == Phase.Removing
                || (rollout != null && rollout.outcome() == RolloutStatus.Outcome.PROGRESSING);
        return switch (word) {
            case True -> true;
            case False -> changing ? null : Boolean.FALSE;
            case Unknown -> null;
        };
    }

    private static List<Change> grown(List<Change> before, boolean available, Duration now) {
        List<Change> all = new ArrayList<>(before);
        if (before.isEmpty() || before.getLast().available() != available) {
            all.add(new Change(now, available));
        }
        // The last one before the window says how it was when the window began.
        while (all.size() > 1 && all.get(1).at().compareTo(now.minus(WINDOW)) <= 0) {
            all.removeFirst();
        }
        return List.copyOf(all);
    }

    private HostSuspicion judged(Duration now) {
        Set<String> before = services.keySet().stream()
                .filter(service -> availableAt(service, now.minus(WINDOW)))
                .collect(Collectors.toSet());
        Set<String> failed = before.stream().filter(this::down).collect(Collectors.toSet());
        boolean many = failed.size() >= LEAST && 2 * failed.size() >= before.size();
        if (many) {
            Set<String> more = new HashSet<>(suspected(now) ? suspects : Set.of());
            Duration begun = more.isEmpty() ? now : since;
            more.addAll(failed);
            return new HostSuspicion(services, more, begun);
        }
        long left = suspects.stream().filter(this::down).count();
        boolean over = !suspected(now) || 2 * left < suspects.size();
        return over ? new HostSuspicion(services, Set.of(), Duration.ZERO) : this;
    }

    private boolean down(String service) {
        List<Change> changes = services.getOrDefault(service, List.of());
        return !changes.isEmpty() && !changes.getLast().available();
    }

    private boolean availableAt(String service, Duration moment) {
        return services.getOrDefault(service, List.of()).reversed().stream()
                .filter(change -> change.at().compareTo(moment) <= 0)
                .findFirst()
                .filter(Change::available)
                .isPresent();
    }
}
