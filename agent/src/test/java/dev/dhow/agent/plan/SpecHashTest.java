package dev.dhow.agent.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.testing.TestRoles;
import dev.dhow.api.spec.ContainerSpec;
import dev.dhow.api.spec.ContainerSpec.Attachment;
import dev.dhow.api.spec.ContainerSpec.LimitSpec;
import dev.dhow.api.spec.ContainerSpec.Logging;
import dev.dhow.api.spec.ContainerSpec.Mount;
import dev.dhow.api.spec.ContainerSpec.NetworkSpec;
import dev.dhow.api.spec.ContainerSpec.Port;
import dev.dhow.api.spec.ContainerSpec.ProcessSpec;
import dev.dhow.api.spec.ContainerSpec.PullPolicy;
import dev.dhow.api.spec.ContainerSpec.Restart;
import dev.dhow.api.spec.ContainerSpec.StorageSpec;
import dev.dhow.api.spec.ContainerSpec.Tmpfs;
import dev.dhow.api.spec.ContainerSpec.Ulimit;
import dev.dhow.api.spec.Content;
import dev.dhow.api.spec.FileSpec;
import dev.dhow.api.spec.HealthSpec;
import dev.dhow.api.spec.ImageUpdate;
import dev.dhow.api.spec.PrivilegeSpec;
import dev.dhow.api.spec.ProxySpec;
import dev.dhow.api.spec.ReleaseCommand;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.Secret;
import dev.dhow.api.spec.SecretSpec;
import dev.dhow.api.spec.ServiceSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The hashes here are pinned: they are on containers in the field. When one changes, every container of every user is
/// recreated by the upgrade; write a version 2 of the rules instead.
class SpecHashTest {
    private static final String IMAGE = "sha256:" + "a".repeat(64);
    private static final HmacKey KEY = new HmacKey(new byte[32]);

    private static final ContainerSpec FULL = new ContainerSpec(
            new ProcessSpec(
                    List.of("run", "a \"b\""),
                    List.of(),
                    Map.of("B", "2", "A", "1"),
                    Map.of("TOKEN", new Secret("s3cret")),
                    "1000:1000",
                    "/app",
                    List.of("docker"),
                    List.of("ALL"),
                    true,
                    "SIGINT",
                    Duration.ofSeconds(60)),
            new NetworkSpec(
                    List.of(new Attachment("back", List.of("db"), "10.1.2.3", null)),
                    null,
                    "box",
                    List.of("h:1.2.3.4"),
                    List.of("9.9.9.9"),
                    List.of("example.com"),
                    List.of(new Port("127.0.0.1", 5432, 5432, "tcp"))),
            new StorageSpec(
                    List.of(
                            new Mount.Bind("/srv", "/data", true, false, null),
                            new Mount.Named("shop_data", "/var/lib", false, false, true, false),
                            new Mount.Anonymous("/cache", false)),
                    List.of(new Tmpfs("/tmp", "size=64m")),
                    true,
                    67108864L),
            new LimitSpec(
                    1500000000L, 512, 536870912L, 268435456L, -1L, 100L, List.of(new Ulimit("nofile", 1024, 2048))),
            Map.of("team", "a"),
            new Logging("journald", Map.of("tag", "x")),
            new Restart(Restart.Mode.ON_FAILURE, 3),
            PullPolicy.ALWAYS,
            "linux/amd64");

    private static RoleSpec role(ContainerSpec container) {
        return TestRoles.with(TestRoles.plain("bot", "shop:1"), container);
    }

    private static ContainerSpec with(Logging logging, Restart restart) {
        ContainerSpec c = ContainerSpec.EMPTY;
        return new ContainerSpec(
                c.process(), c.network(), c.storage(), c.limits(), c.labels(), logging, restart, null, null);
    }

    @Test
    void emptyRoleIsPinned() {
        assertEquals(
                "1:59ba8324d17a9ae85c6fdb0763a342a2b959fefb88514f81e0178fc7fa090dd0",
                SpecHash.of(role(ContainerSpec.EMPTY), IMAGE, null));
    }

    @Test
    void fullRoleIsPinned() {
        assertEquals(
                "1:76c1fc6ba34e41ec399b8dee678805f2324d8eda307f952b4b2248f9946a6103",
                SpecHash.of(role(FULL), IMAGE, KEY));
    }

    /// R17, R21
    @Test
    void canonicalFormNamesEveryFieldAndNoSecret() {
        String form = SpecHashV1.form(role(FULL), IMAGE, KEY::of).toString();
        for (String key : List.of(
                "image",
                "command",
                "entrypoint",
                "environment",
                "env_file",
                "user",
                "working_dir",
                "group_add",
                "cap_drop",
                "init",
                "stop_signal",
                "stop_grace_period",
                "networks",
                "hostname",
                "extra_hosts",
                "dns",
                "dns_search",
                "ports",
                "volumes",
                "tmpfs",
                "read_only",
                "shm_size",
                "cpus",
                "cpu_shares",
                "mem_limit",
                "mem_reservation",
                "memswap_limit",
                "pids_limit",
                "ulimits",
                "logging",
                "restart",
                "labels",
                "platform")) {
            assertTrue(form.lines().anyMatch(line -> line.startsWith(key + "=")), key + " in\n" + form);
        }
        assertTrue(!form.contains("s3cret"), form);
    }

    @Test
    void spelledOutDefaultIsNoChange() {
        Logging logging = new Logging("json-file", Map.of("max-size", "10m", "max-file", "3"));
        Restart restart = new Restart(Restart.Mode.UNLESS_STOPPED, 0);
        assertEquals(
                SpecHash.of(role(ContainerSpec.EMPTY), IMAGE, null),
                SpecHash.of(role(with(logging, restart)), IMAGE, null));
    }

    @Test
    void whatOnlyProxyAndChecksUseIsNoChange() {
        RoleSpec plain = TestRoles.proxied("web", "shop:1");
        RoleSpec other = new RoleSpec(
                "web",
                "shop:1",
                plain.container(),
                3,
                new ProxySpec(List.of("a.example"), false, "/x", false, 3000),
                new HealthSpec(
                        HealthSpec.Http.DEFAULT, null, null, false, Duration.ofSeconds(3), null, 9, null, null, null),
                Duration.ofSeconds(1),
                Duration.ofSeconds(99),
                Duration.ofSeconds(1),
                plain.rollout(),
                0,
                null,
                List.of());
        assertEquals(SpecHash.of(plain, IMAGE, null), SpecHash.of(other, IMAGE, null));
    }

    @Test
    void imageSecretAndHealthcheckAreChanges() {
        RoleSpec plain = role(ContainerSpec.EMPTY);
        String hash = SpecHash.of(plain, IMAGE, null);
        assertNotEquals(hash, SpecHash.of(plain, "sha256:" + "b".repeat(64), null));
        HealthSpec test = new HealthSpec(null, null, List.of("CMD", "x"), false, null, null, null, null, null, null);
        HealthSpec off = new HealthSpec(null, null, null, true, null, null, null, null, null, null);
        assertNotEquals(hash, SpecHash.of(TestRoles.with(plain, test), IMAGE, null));
        assertNotEquals(hash, SpecHash.of(TestRoles.with(plain, off), IMAGE, null));
    }

    private static RoleSpec stored(String environment, String mounted, String file, int mode) {
        return role(ContainerSpec.EMPTY)
                .with(
                        List.of(
                                new SecretSpec("TOKEN", null, Content.of(environment)),
                                new SecretSpec("key", "/run/secrets/key", Content.of(mounted))),
                        List.of(new FileSpec("/etc/app.conf", Content.of(file), mode, null)));
    }

    @Test
    void secretsFilesAndPrivilegesArePinned() {
        ContainerSpec privileged = ContainerSpec.EMPTY.with(new PrivilegeSpec(
                true,
                List.of("NET_ADMIN"),
                List.of(new PrivilegeSpec.Device("/dev/dri", "/dev/dri", "rwm")),
                List.of(new PrivilegeSpec.Gpu("nvidia", -1, List.of(), List.of("gpu"), Map.of("a", "b"))),
                List.of("seccomp=unconfined"),
                Map.of("net.core.somaxconn", "1024")));
        assertEquals(
                "1:f7435efef85ecf660d09c5e97bc89d9902f7e18be19f00376d8d00f569cfbd1d",
                SpecHash.of(stored("a", "b", "c", 0444), IMAGE, KEY));
        assertEquals(
                "1:7ab1169ee8e766b6d6ea89c0fad86f57ccfec0ed06d6a1e6618e7fd965f85590",
                SpecHash.of(role(privileged), IMAGE, null));
    }

    @Test
    void everySecretAndFileIsAChangeAndNoneIsInTheForm() {
        String hash = SpecHash.of(stored("a", "b", "c", 0444), IMAGE, KEY);
        assertNotEquals(hash, SpecHash.of(stored("x", "b", "c", 0444), IMAGE, KEY));
        assertNotEquals(hash, SpecHash.of(stored("a", "x", "c", 0444), IMAGE, KEY));
        assertNotEquals(hash, SpecHash.of(stored("a", "b", "x", 0444), IMAGE, KEY));
        assertNotEquals(hash, SpecHash.of(stored("a", "b", "c", 0400), IMAGE, KEY));
        assertThrows(IllegalArgumentException.class, () -> SpecHash.of(stored("a", "b", "c", 0444), IMAGE, null));
        String form = SpecHashV1.form(stored("canary-1", "canary-2", "canary-3", 0444), IMAGE, KEY::of)
                .toString();
        assertTrue(!form.contains("canary"), form);
    }

    @Test
    void aValueMovedFromAnEnvFileToTheStoreIsNoChange() {
        ContainerSpec c = ContainerSpec.EMPTY;
        ProcessSpec process = new ProcessSpec(
                null,
                null,
                Map.of(),
                Map.of("TOKEN", new Secret("a")),
                null,
                null,
                List.of(),
                List.of(),
                null,
                null,
                null);
        ContainerSpec before =
                new ContainerSpec(process, c.network(), c.storage(), c.limits(), c.labels(), null, null, null, null);
        RoleSpec after = role(c).with(List.of(new SecretSpec("TOKEN", null, Content.of("a"))), List.of());
        assertEquals(SpecHash.of(role(before), IMAGE, KEY), SpecHash.of(after, IMAGE, KEY));
    }

    @Test
    void holdingAServiceIsNoNewRevisionAndAReleaseCommandIs() {
        List<RoleSpec> roles = List.of(role(ContainerSpec.EMPTY));
        String plain = Revision.of(new ServiceSpec("shop", roles), Map.of(), null);
        ImageUpdate update = new ImageUpdate(Duration.ofMinutes(5));
        assertEquals(plain, Revision.of(new ServiceSpec("shop", roles, null, true, update), Map.of(), null));
        ReleaseCommand command = new ReleaseCommand(List.of("migrate"), "bot", Duration.ofMinutes(10), List.of());
        assertNotEquals(plain, Revision.of(new ServiceSpec("shop", roles, command, false, null), Map.of(), null));
    }

    @Test
    void valuesThatLookAlikeDiffer() {
        String one = new Canonical().add("a", List.of("x, y")).sha256();
        String two = new Canonical().add("a", List.of("x", "y")).sha256();
        assertNotEquals(one, two);
        assertNotEquals(
                new Canonical().add("a", "x\"").sha256(),
                new Canonical().add("a", "x\\\"").sha256());
    }

    @Test
    void makingARoleProxiedOrNotIsNoChangeAlsoWithAGraceWrittenOut() {
        for (int seconds : new int[] {10, 30, 60}) {
            ContainerSpec c = ContainerSpec.EMPTY;
            ProcessSpec process = new ProcessSpec(
                    null,
                    null,
                    Map.of(),
                    Map.of(),
                    null,
                    null,
                    List.of(),
                    List.of(),
                    null,
                    null,
                    Duration.ofSeconds(seconds));
            ContainerSpec written = new ContainerSpec(
                    process, c.network(), c.storage(), c.limits(), c.labels(), null, null, null, null);
            assertEquals(
                    SpecHash.of(TestRoles.with(TestRoles.plain("web", "shop:1"), written), IMAGE, null),
                    SpecHash.of(TestRoles.with(TestRoles.proxied("web", "shop:1"), written), IMAGE, null));
        }
    }
}
