package dev.dhow.agent.manifest;

import static dev.dhow.agent.manifest.ContainerKeys.*;

import dev.dhow.agent.yaml.Located;
import dev.dhow.agent.yaml.Problems;
import dev.dhow.agent.yaml.Values;
import dev.dhow.api.spec.ContainerSpec.Restart;
import dev.dhow.api.spec.RolloutSpec;
import dev.dhow.api.spec.Schedule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What keys must fulfil together, within one file.
final class Checks {
    /// Docker takes no less.
    private static final long LEAST_MEMORY = 6L << 20;

    private final Role role;
    private final Values values;
    private final Problems problems;

    private Checks(Role role, Problems problems) {
        this.role = role;
        this.values = role.values();
        this.problems = problems;
    }

    static void run(String service, Values root, List<Role> roles, List<Claim> claims, Problems problems) {
        for (Role role : roles) {
            Checks checks = new Checks(role, problems);
            checks.image();
            checks.fixedPorts();
            checks.networkMode();
            checks.targets();
            checks.memory();
            checks.metrics();
            checks.weakCheck();
            checks.secrets();
            checks.schedule();
            ProxyChecks.run(role, problems);
        }
        releaseRole(root, roles, problems);
        Values release = root.get(RootKeys.RELEASE_COMMAND);
        List<String> names = roles.stream().map(Role::name).toList();
        Exclusive.check(roles, release == null ? "" : ReleaseForm.role(release, names), problems);
        Dependencies.check(service, roles, problems);
        Map<Object, List<Claim>> seen = new HashMap<>();
        for (Claim later : claims) {
            List<Claim> before = seen.computeIfAbsent(later.what().bucket(), _ -> new ArrayList<>());
            before.stream()
                    .filter(earlier -> earlier.what().conflicts(later.what()))
                    .findFirst()
                    .ifPresent(earlier -> problems.error(later.place(), later.path(), twice(earlier, later)));
            before.add(later);
        }
    }

    private static String twice(Claim earlier, Claim later) {
        String who = earlier.role().equals(later.role())
                ? "this role already has it"
                : "role \"%s\" already has it (line %d)"
                        .formatted(earlier.role(), earlier.place().line());
        String fix = later.what() instanceof Claim.Route ? "use another host or path_prefix" : "use another port";
        return "%s is claimed twice: %s; %s".formatted(later.what().text(), who, fix);
    }

    private void image() {
        if (values.lacks(IMAGE)) {
            problems.error(
                    role.place(), role.path(), "the key \"image\" is missing, here or at the root for all roles");
        }
    }

    private void fixedPorts() {
        int replicas = values.or(RoleKeys.REPLICAS, 1);
        for (Located<PortForm.Ports> ports : values.or(PORTS, List.of())) {
            if (replicas > 1 && ports.value().hostFrom() != null) {
                problems.error(
                        ports.place(),
                        ports.path(),
                        "%d replicas cannot share one host port; leave the host's port empty (\"127.0.0.1::80\"), or set replicas: 1"
                                .formatted(replicas));
            }
            if (startFirst() && ports.value().hostFrom() != null) {
                problems.error(
                        ports.place(),
                        ports.path(),
                        "start_first has two containers at once, and one host port goes to one of them; write order:"
                                + " stop_first, or leave the host's port empty");
            }
        }
    }

    /// Whether the file asks for two containers at once; a role with a schedule has no rollout.
    private boolean startFirst() {
        Values rollout = values.get(RoleKeys.ROLLOUT);
        return rollout != null
                && rollout.get(RoleKeys.ORDER) == RolloutSpec.Order.START_FIRST
                && !values.has(RoleKeys.SCHEDULE);
    }

    private void networkMode() {
        Values.Bound<String> mode = values.bound(NETWORK_MODE);
        if (mode == null) {
            return;
        }
        if (!values.or(NETWORKS, Map.of()).isEmpty()) {
            problems.error(mode.place(), mode.path(), "network_mode and networks exclude each other; keep one");
        }
        if (!mode.value().equals("bridge") && !values.or(PORTS, List.of()).isEmpty()) {
            problems.error(
                    mode.place(),
                    mode.path(),
                    mode.value().equals("host")
                            ? "with network_mode: host the container's ports are the host's; remove ports"
                            : "with network_mode: none nothing can be published; remove ports");
        }
        if (mode.value().equals("host") && startFirst()) {
            problems.warning(
                    mode.place(),
                    mode.path(),
                    "start_first has two containers at once, which fails where they listen on one port of the host;"
                            + " write order: stop_first if they do");
        }
        if (mode.value().equals("none") && role.proxied()) {
            problems.error(
                    mode.place(), mode.path(), "a proxied role needs a network; write proxy: false, or remove this");
        }
    }

    private void targets() {
        Map<String, Located<?>> seen = new HashMap<>();
        for (Located<Volume> volume : values.or(VOLUMES, List.of())) {
            target(volume, volume.value().target(), seen);
        }
        values.or(ContainerKeys.TMPFS, List.of())
                .forEach(tmpfs -> target(tmpfs, tmpfs.value().target(), seen));
        for (Located<SecretForm.Entry> secret : values.or(RoleKeys.SECRETS, List.of())) {
            String file = secret.value().file();
            if (file != null) {
                target(secret, file, seen);
            }
        }
        values.or(RoleKeys.FILES, List.of())
                .forEach(file -> target(file, file.value().target(), seen));
    }

    /// One variable has one source, so that nobody has to know which of two wins.
    private void secrets() {
        Map<String, String> written = values.or(ENVIRONMENT, Map.of());
        Map<String, Located<?>> seen = new HashMap<>();
        for (Located<SecretForm.Entry> secret : values.or(RoleKeys.SECRETS, List.of())) {
            String name = secret.value().name();
            if (secret.value().file() != null) {
                continue;
            }
            if (written.containsKey(name)) {
                problems.error(
                        secret.place(),
                        secret.path(),
                        "%s stands in environment and in secrets; keep one".formatted(name));
            }
            Located<?> before = seen.putIfAbsent(name, secret);
            if (before != null) {
                problems.error(
                        secret.place(),
                        secret.path(),
                        "%s stands here twice; the other is on line %d"
                                .formatted(name, before.place().line()));
            }
        }
    }

    private void schedule() {
        Values.Bound<Schedule> schedule = values.bound(RoleKeys.SCHEDULE);
        if (schedule == null) {
            return;
        }
        if (role.proxied()) {
            problems.error(
                    schedule.place(),
                    schedule.path(),
                    "a role with a schedule runs to its end and takes no requests; write proxy: false, or remove one"
                            + " of the two");
        }
        if (values.or(RoleKeys.REPLICAS, 1) > 1) {
            problems.error(
                    schedule.place(), schedule.path(), "a role with a schedule has one container; remove replicas");
        }
        Restart restart = values.get(RESTART);
        Values.Bound<Restart> written = values.bound(RESTART);
        if (written != null && restart != null && restart.keptUp()) {
            problems.error(
                    written.place(),
                    written.path(),
                    "a role with a schedule runs to its end; remove restart, or write no or on-failure:3");
        }
    }

    private static void releaseRole(Values root, List<Role> roles, Problems problems) {
        Values release = root.get(RootKeys.RELEASE_COMMAND);
        Values.Bound<String> role = release == null ? null : release.bound(ReleaseForm.ROLE);
        if (role != null && roles.stream().noneMatch(r -> r.name().equals(role.value()))) {
            problems.error(
                    role.place(),
                    role.path(),
                    "there is no role \"%s\" in this file; its roles are %s"
                            .formatted(
                                    role.value(),
                                    String.join(
                                            ", ", roles.stream().map(Role::name).toList())));
        }
    }

    private void target(Located<?> entry, String target, Map<String, Located<?>> seen) {
        String bare = target.length() > 1 ? target.replaceAll("/+$", "") : target;
        Located<?> before = seen.putIfAbsent(bare, entry);
        if (before != null) {
            problems.error(
                    entry.place(),
                    entry.path(),
                    "two mounts at %s; the other is on line %d"
                            .formatted(bare, before.place().line()));
        }
    }

    private void memory() {
        Values.Bound<Long> limit = values.bound(MEM_LIMIT);
        Values.Bound<Long> reservation = values.bound(MEM_RESERVATION);
        Values.Bound<Long> swap = values.bound(MEMSWAP_LIMIT);
        if (limit != null && limit.value() < LEAST_MEMORY) {
            problems.error(limit.place(), limit.path(), "expected 6m or more");
        }
        if (limit != null && reservation != null && reservation.value() > limit.value()) {
            problems.error(reservation.place(), reservation.path(), "more than mem_limit");
        }
        if (swap != null && limit == null) {
            problems.error(swap.place(), swap.path(), "memswap_limit needs mem_limit beside it");
        }
        if (swap != null && limit != null && swap.value() >= 0 && swap.value() < limit.value()) {
            problems.error(
                    swap.place(), swap.path(), "less than mem_limit; it is memory and swap together (-1: no limit)");
        }
    }

    private void metrics() {
        Values.Bound<Values> metrics = values.bound(RoleKeys.METRICS);
        if (metrics != null && metrics.value().lacks(RoleKeys.METRICS_PORT)) {
            problems.error(metrics.place(), metrics.path(), "the key \"port\" is missing");
        }
    }

    private void weakCheck() {
        Values health = values.get(HEALTHCHECK);
        Values.Bound<List<String>> test = health == null ? null : health.bound(HealthKeys.TEST);
        String weak = test == null ? null : WeakChecks.find(test.value());
        if (test != null && weak != null) {
            problems.warning(
                    test.place(),
                    test.path(),
                    "\"%s\" never fails, so this check says nothing; test what the process does".formatted(weak));
        }
    }
}
