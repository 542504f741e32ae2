package dev.dhow.agent.source;

import dev.dhow.api.spec.ServiceSpec;
import dev.dhow.api.status.Problem;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/// Decides who gives way where services claim the same host and path or host port: the newcomer. A service holds
/// what its last good file claims, so a service that moves onto another one's claim is a newcomer there. Pure.
final class Refusals {
    private final ConflictCheck check;
    private final Predicate<String> running;

    /// @param running whether a service has running containers, for services that no last good file is known of
    Refusals(ConflictCheck check, Predicate<String> running) {
        this.check = check;
        this.running = running;
    }

    /// Which of the wanted specs are refused, with why.
    ///
    /// @param wanted what valid files say, by service
    /// @param held what last good files say, by service, of services that are not removed
    Map<String, List<Problem>> of(Map<String, ServiceSpec> wanted, Map<String, ServiceSpec> held) {
        Map<String, ServiceSpec> all = new TreeMap<>(held);
        all.putAll(wanted);
        if (check.refused(all.values(), Set.of()).isEmpty()) {
            return Map.of();
        }
        Map<String, List<Problem>> refused = new HashMap<>();
        Map<String, ServiceSpec> inForce = new TreeMap<>(held);
        change(wanted, inForce, refused);
        add(wanted, inForce, refused);
        return refused;
    }

    /// Services that hold something change, one after another, as long as one can: each may free what the next
    /// wants.
    private void change(
            Map<String, ServiceSpec> wanted, Map<String, ServiceSpec> inForce, Map<String, List<Problem>> refused) {
        Set<String> waiting = new TreeSet<>(wanted.keySet());
        // What does not change cannot be a newcomer, whatever the others do.
        waiting.removeIf(
                service -> !inForce.containsKey(service) || wanted.get(service).equals(inForce.get(service)));
        boolean progress = true;
        while (progress) {
            progress = false;
            for (String service : List.copyOf(waiting)) {
                Map<String, ServiceSpec> then = new TreeMap<>(inForce);
                then.put(service, wanted.get(service));
                Set<String> others = new HashSet<>(inForce.keySet());
                others.remove(service);
                List<Problem> problems = check.refused(then.values(), others).get(service);
                if (problems == null) {
                    inForce.put(service, wanted.get(service));
                    waiting.remove(service);
                    refused.remove(service);
                    progress = true;
                } else {
                    refused.put(service, problems);
                }
            }
        }
    }

    private void add(
            Map<String, ServiceSpec> wanted, Map<String, ServiceSpec> inForce, Map<String, List<Problem>> refused) {
        Map<String, ServiceSpec> then = new TreeMap<>(wanted);
        then.putAll(inForce);
        Set<String> holders = new HashSet<>(inForce.keySet());
        wanted.keySet().stream().filter(running).forEach(holders::add);
        check.refused(then.values(), holders).forEach((service, problems) -> {
            if (!inForce.containsKey(service)) {
                refused.put(service, problems);
            }
        });
    }
}
