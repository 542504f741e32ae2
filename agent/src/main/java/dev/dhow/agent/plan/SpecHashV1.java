package dev.dhow.agent.plan;

import dev.dhow.api.spec.ContainerSpec;
import dev.dhow.api.spec.ContainerSpec.LimitSpec;
import dev.dhow.api.spec.ContainerSpec.Logging;
import dev.dhow.api.spec.ContainerSpec.Mount;
import dev.dhow.api.spec.ContainerSpec.NetworkSpec;
import dev.dhow.api.spec.ContainerSpec.ProcessSpec;
import dev.dhow.api.spec.ContainerSpec.Restart;
import dev.dhow.api.spec.ContainerSpec.StorageSpec;
import dev.dhow.api.spec.Content;
import dev.dhow.api.spec.HealthSpec;
import dev.dhow.api.spec.PrivilegeSpec;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.Secret;
import dev.dhow.api.spec.SecretSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Version 1 of the rules: which fields make a container, and in which form. Frozen: containers in the field carry
/// its hashes. A changed rule is a new version beside it.
///
/// A value equal to what was the default when these rules were written is left out, whether written or not: so a file
/// that spells a default out is no change, and a later version with another default recreates nothing that says
/// nothing.
final class SpecHashV1 {
    static final String PREFIX = "1:";

    private static final Restart DEFAULT_RESTART = new Restart(Restart.Mode.UNLESS_STOPPED, 0);
    private static final Logging DEFAULT_LOGGING = new Logging("json-file", Map.of("max-size", "10m", "max-file", "3"));
    private static final Set<Duration> DEFAULT_GRACES = Set.of(Duration.ofSeconds(10), Duration.ofSeconds(30));

    private SpecHashV1() {}

    /// @param hmac what a secret value enters the form as
    static Canonical form(RoleSpec role, String imageId, UnaryOperator<String> hmac) {
        ContainerSpec container = role.container();
        Canonical form = new Canonical().add("image", imageId);
        process(form, role, hmac);
        network(form, container.network());
        storage(form, container.storage());
        limits(form, container.limits());
        Logging logging = container.logging();
        if (logging != null && !logging.equals(DEFAULT_LOGGING)) {
            form.add("logging", List.of(logging.driver(), logging.options()));
        }
        Restart restart = container.restart();
        if (restart != null && !restart.equals(DEFAULT_RESTART)) {
            form.add("restart", List.of(restart.mode(), restart.maxRetries()));
        }
        form.add("labels", container.labels()).add("platform", container.platform());
        health(form, role);
        mounted(form, role, hmac);
        privileges(form, container.privileges());
        return form;
    }

    private static void process(Canonical form, RoleSpec role, UnaryOperator<String> hmac) {
        ProcessSpec process = role.container().process();
        form.addEvenEmpty("command", process.command())
                .addEvenEmpty("entrypoint", process.entrypoint())
                .add("environment", process.environment())
                .add("env_file", hashed(role.secretEnvironment(), hmac))
                .add("user", process.user())
                .add("working_dir", process.workingDir())
                .add("group_add", process.groupAdd())
                .add("cap_drop", process.capDrop())
                .add("init", process.init())
                .add("stop_signal", process.stopSignal());
        Duration grace = process.stopGracePeriod();
        // Either kind's default is left out for both, so that making a role proxied or not recreates nothing.
        if (grace != null && !DEFAULT_GRACES.contains(grace)) {
            form.add("stop_grace_period", grace);
        }
    }

    private static Map<String, String> hashed(Map<String, Secret> secrets, UnaryOperator<String> hmac) {
        Map<String, String> hashed = new TreeMap<>();
        secrets.forEach((name, secret) -> hashed.put(name, hmac.apply(name + "=" + secret.value())));
        return hashed;
    }

    /// Mounted secrets under the key, files by what is in them.
    private static void mounted(Canonical form, RoleSpec role, UnaryOperator<String> hmac) {
        List<List<?>> secrets = new ArrayList<>();
        for (SecretSpec secret : role.secrets()) {
            if (secret.file() != null) {
                secrets.add(List.of(secret.file(), hmac.apply(secret.file() + "=" + text(secret.value()))));
            }
        }
        form.add("secrets", secrets)
                .add(
                        "files",
                        role.files().stream()
                                .map(f -> List.of(
                                        f.target(),
                                        f.mode(),
                                        new Canonical()
                                                .add("content", text(f.content()))
                                                .sha256()))
                                .toList());
    }

    /// Bytes as a text of as many characters, so that any content has one.
    private static String text(Content content) {
        return new String(content.bytes(), StandardCharsets.ISO_8859_1);
    }

    private static void privileges(Canonical form, PrivilegeSpec privileges) {
        form.add("privileged", Boolean.TRUE.equals(privileges.privileged()) ? true : null)
                .add("cap_add", privileges.capAdd())
                .add(
                        "devices",
                        privileges.devices().stream()
                                .map(d -> List.of(d.host(), d.container(), d.permissions()))
                                .toList())
                .add(
                        "gpus",
                        privileges.gpus().stream()
                                .map(g -> List.of(
                                        text(g.driver()), g.count(), g.deviceIds(), g.capabilities(), g.options()))
                                .toList())
                .add("security_opt", privileges.securityOpt())
                .add("sysctls", privileges.sysctls());
    }

    private static void network(Canonical form, NetworkSpec network) {
        form.add(
                        "networks",
                        network.networks().stream()
                                .map(a -> List.of(a.name(), a.aliases(), text(a.ipv4Address()), text(a.ipv6Address())))
                                .toList())
                .add("network_mode", network.mode())
                .add("hostname", network.hostname())
                .add("extra_hosts", network.extraHosts())
                .add("dns", network.dns())
                .add("dns_search", network.dnsSearch())
                .add(
                        "ports",
                        network.ports().stream()
                                .map(p -> List.of(p.hostIp(), text(p.hostPort()), p.containerPort(), p.protocol()))
                                .toList());
    }

    private static void storage(Canonical form, StorageSpec storage) {
        form.add("volumes", storage.volumes().stream().map(SpecHashV1::mount).toList())
                .add(
                        "tmpfs",
                        storage.tmpfs().stream()
                                .map(t -> List.of(t.target(), t.options()))
                                .toList())
                .add("read_only", storage.readOnly())
                .add("shm_size", storage.shmSize());
    }

    private static List<?> mount(Mount mount) {
        return switch (mount) {
            case Mount.Bind b ->
                List.of("bind", b.source(), b.target(), b.readOnly(), b.createHostPath(), text(b.propagation()));
            case Mount.Named n -> List.of("volume", n.name(), n.target(), n.readOnly(), n.nocopy());
            case Mount.Anonymous a -> List.of("anonymous", a.target(), a.readOnly());
        };
    }

    private static void limits(Canonical form, LimitSpec limits) {
        form.add("cpus", limits.nanoCpus())
                .add("cpu_shares", limits.cpuShares())
                .add("mem_limit", limits.memLimit())
                .add("mem_reservation", limits.memReservation())
                .add("memswap_limit", limits.memswapLimit())
                .add("pids_limit", limits.pidsLimit())
                .add(
                        "ulimits",
                        limits.ulimits().stream()
                                .map(u -> List.of(u.name(), u.soft(), u.hard()))
                                .toList());
    }

    /// Only what Docker is told: the agent's own checks change nothing running.
    private static void health(Canonical form, RoleSpec role) {
        HealthSpec health = role.health();
        if (health.disable()) {
            form.add("healthcheck", "NONE");
            return;
        }
        List<String> test = health.test();
        // Timings without a test belong to the image's HEALTHCHECK, unless they are those of a check of ours.
        boolean ofImage = !role.proxied() && health.http() == null && health.tcp() == null;
        if (test != null || ofImage) {
            form.add("healthcheck", test)
                    .add("healthcheck.interval", health.interval())
                    .add("healthcheck.timeout", health.timeout())
                    .add("healthcheck.retries", health.retries())
                    .add("healthcheck.start_period", health.startPeriod())
                    .add("healthcheck.start_interval", health.startInterval());
        }
    }

    private static Object text(@Nullable Object value) {
        return value == null ? "" : value;
    }
}
