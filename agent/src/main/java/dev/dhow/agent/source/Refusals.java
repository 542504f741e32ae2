package dev.dhow.agent.source;

import dev.dhow.agent.manifest.Manifest;
import dev.dhow.api.status.Problem;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
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

    /// Which of the wanted services are refused, with why.
    ///
    /// @param wanted what valid files say, by service
    /// @param held what last good files say, by service, of services that are not removed
    Map<String, List<Problem>> of(Map<String, Manifest> wanted, Map<String, Manifest> held) {
        Map<String, Manifest> all = new TreeMap<>(held);
        all.putAll(wanted);
        if (check.refused(all.values(), Set.of()).isEmpty()) {
            return Map.of();
        }
        Map<String, List<Problem>> refused = new HashMap<>();
        Map<String, Manifest> inForce = new TreeMap<>(held);
        change(wanted, inForce, refused);
        add(wanted, inForce, refused);
        return refused;
    }

    /// Services that hold something change, one after another, as long as one can: each may free what the next
    /// wants.
    private void change(
            Map<String, Manifest> wanted, Map<String, Manifest> inForce, Map<String, List<Problem>> refused) {
        Map<String, Manifest> waiting = new TreeMap<>(wanted);
        // What does not change cannot be a newcomer, whatever the others do.
        waiting.entrySet().removeIf(one -> {
            Manifest before = inForce.get(one.getKey());
            return before == null
                    || Objects.equals(before.spec(), one.getValue().spec());
        });
        boolean progress = true;
        while (progress) {
            progress = false;
            for (var one : new TreeMap<>(waiting).entrySet()) {
                String service = one.getKey();
                Map<String, Manifest> then = new TreeMap<>(inForce);
                then.put(service, one.getValue());
                Set<String> others = new HashSet<>(inForce.keySet());
                others.remove(service);
                List<Problem> problems = check.refused(then.values(), others).get(service);
                if (problems == null) {
                    inForce.put(service, one.getValue());
                    waiting.remove(service);
                    refused.remove(service);
                    progress = true;
                } else {
                    refused.put(service, problems);
                }
            }
        }
    }

    private void add(Map<String, Manifest> wanted, Map<String, Manifest> inForce, Map<String, List<Problem>> refused) {
        Map<String, Manifest> then = new TreeMap<>(wanted);
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
