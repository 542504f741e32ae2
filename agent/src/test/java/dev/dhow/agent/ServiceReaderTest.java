package dev.dhow.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.config.AgentConfig;
import dev.dhow.agent.config.Policy;
import dev.dhow.agent.manifest.Manifest;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.status.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Service files as this host's agent means them, with the real disk.
class ServiceReaderTest {
    @TempDir
    private Path temp;

    private Path secret;

    @BeforeEach
    void store() throws IOException {
        Path directory = Files.createDirectories(temp.resolve("secrets/shop"));
        secret = Files.writeString(directory.resolve("TOKEN"), "canary\n");
        // The way to it is open to everyone, so that the modes below decide.
        for (Path path : List.of(directory, temp.resolve("secrets"), temp)) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        mode("rw-r-----");
    }

    @Test
    void aSecretThatOthersCanReadIsRefusedWithTheCommandThatPutsItRight() throws IOException {
        assertTrue(read(Policy.DEFAULT, "secrets: [TOKEN]").valid());
        mode("rw-r--r--");
        String real = secret.toRealPath().toString();
        assertEquals(
                "shop.yaml:7:15: roles.bot.secrets[0]: %s cannot be used: other users can read it (mode 0644): chmod 0640 %s"
                        .formatted(secret, real),
                problems(read(Policy.DEFAULT, "secrets: [TOKEN]")));
        Files.setPosixFilePermissions(temp.resolve("secrets/shop"), PosixFilePermissions.fromString("rwxr-x---"));
        assertTrue(read(Policy.DEFAULT, "secrets: [TOKEN]").valid());
    }

    @Test
    void aLinkCountsByWhatItLeadsTo() throws IOException {
        Path open = Files.writeString(temp.resolve("open"), "x");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
        Files.createSymbolicLink(temp.resolve("secrets/shop/LINK"), open);
        assertTrue(problems(read(Policy.DEFAULT, "secrets: [LINK]")).contains("chmod 0640 " + open.toRealPath()));
    }

    @Test
    void nothingOfTheStoreOrTheStateIsReadByAnotherWay() throws IOException {
        Path other = Files.createDirectories(temp.resolve("secrets/blog")).resolve("TOKEN");
        Files.writeString(other, "A=canary\n");
        Files.setPosixFilePermissions(other, PosixFilePermissions.fromString("rw-r-----"));
        Path mounted =
                Files.createDirectories(temp.resolve("state/mounts/blog-web-1")).resolve("0");
        Files.writeString(mounted, "A=canary\n");
        Files.createSymbolicLink(temp.resolve("file"), Path.of("secrets/blog/TOKEN"));
        Files.createSymbolicLink(temp.resolve("dir"), Path.of("state"));
        for (String way : List.of(
                "/proc/self/root" + other,
                "file",
                mounted.toString(),
                "dir/mounts/blog-web-1/0",
                "/proc/self/environ",
                "/sys/kernel/notes")) {
            for (String key : List.of("files: [{target: /x, source: %s}]", "env_file: %s")) {
                Manifest manifest = read(Policy.DEFAULT, key.formatted(way));
                assertFalse(manifest.valid(), way);
                assertFalse(manifest.toString().contains("canary"), way);
                assertTrue(problems(manifest).contains("which no service may read"), () -> problems(manifest));
            }
        }
        Files.createSymbolicLink(temp.resolve("fine"), Files.writeString(temp.resolve("plain"), "A=b\n"));
        assertTrue(read(Policy.DEFAULT, "env_file: fine").valid());
    }

    @Test
    void aMissingOneIsToldAsMissing() {
        assertTrue(problems(read(Policy.DEFAULT, "secrets: [GONE]")).contains("secrets/shop/GONE does not exist"));
    }

    @Test
    void rolesOfOtherHostsAreNotWantedAndNotJudged() {
        Manifest manifest = read(Policy.DEFAULT, "on_hosts: [tier=back]\n    privileged: true");
        assertTrue(manifest.valid(), () -> problems(manifest));
        assertEquals(
                List.of("other"),
                Objects.requireNonNull(manifest.spec()).roles().stream()
                        .map(RoleSpec::name)
                        .toList());
        assertFalse(read(Policy.DEFAULT, "on_hosts: [tier=front]\n    privileged: true")
                .valid());
    }

    @Test
    void whatThePolicyDeniesIsToldAtItsPlace() throws IOException {
        Path srv = Files.createDirectory(temp.resolve("srv"));
        Files.createSymbolicLink(srv.resolve("link"), Path.of("/etc"));
        Policy policy = new Policy(List.of(srv.toString()), List.of(), false, Map.of("shop", Set.of("gpu")));
        String keys = """
            volumes:
                  - data:/data
                  - {type: tmpfs, target: /t}
                  - %1$s/data:/good
                  - %1$s/link/../link/shadow:/bad
                cap_add: [CHOWN, NET_ADMIN]
                gpus: all
                sysctls: {kernel.panic: 1}
            """.formatted(srv);
        assertEquals("""
            shop.yaml:11:9: roles.bot.volumes[3]: %s/link/shadow, which is /etc/shadow, is outside of bind_roots (%s), which the agent's policy does not allow; allow it in agent.yaml and restart the agent: policy: {allow: {shop: [gpu, "bind:/etc/shadow"]}}
            shop.yaml:12:22: roles.bot.cap_add[1]: the capability NET_ADMIN is more than Docker gives to every container, which the agent's policy does not allow; allow it in agent.yaml and restart the agent: policy: {allow: {shop: [gpu, "cap:NET_ADMIN"]}}
            shop.yaml:14:14: roles.bot.sysctls: the kernel parameter kernel.panic is the host's too, which the agent's policy does not allow; allow it in agent.yaml and restart the agent: policy: {allow: {shop: [gpu, "sysctl:kernel.panic"]}}\
            """.formatted(srv, srv), problems(read(policy, keys)));
    }

    @Test
    void validateWarnsWithoutAConfigurationAndRefusesWithOne() throws IOException {
        Path file = Files.writeString(temp.resolve("shop.yaml"), text("network_mode: host"));
        List<Problem> warned = ServiceFiles.check(List.of(file), null);
        assertEquals(1, warned.size());
        assertFalse(warned.getFirst().isError());
        assertTrue(warned.getFirst().summary().contains("{shop: [\"network:host\"]}"), warned::toString);
        Path config = Files.writeString(temp.resolve("agent.yaml"), "host: {name: a}\n");
        assertTrue(ServiceFiles.check(List.of(file), config).getFirst().isError());
        Files.writeString(config, "policy: {allow: {shop: [\"network:host\"]}}\n");
        assertEquals(List.of(), ServiceFiles.check(List.of(file), config));
        Files.writeString(config, "policy: {allow: {shop: [network]}}\n");
        assertTrue(
                ServiceFiles.check(List.of(file), config).getFirst().summary().contains("policy.allow.shop[0]"));
        assertTrue(ServiceFiles.check(List.of(file), temp.resolve("gone.yaml"))
                .getFirst()
                .summary()
                .endsWith("gone.yaml: no such file"));
    }

    private void mode(String permissions) throws IOException {
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString(permissions));
    }

    private static String text(String keys) {
        return """
            version: 1
            service: shop
            image: a
            roles:
              other: {}
              bot:
                %s
            """.formatted(keys);
    }

    private Manifest read(Policy policy, String keys) {
        AgentConfig plain = AgentConfig.DEFAULT;
        AgentConfig config = new AgentConfig(
                "web-1",
                Map.of("tier", "front"),
                plain.docker(),
                plain.sourceDirectory(),
                temp.resolve("state"),
                temp.resolve("secrets"),
                plain.api(),
                policy,
                plain.registries(),
                plain.images(),
                plain.proxy());
        return new ServiceReader(config, "web-1")
                .read(
                        "shop.yaml",
                        "shop",
                        text(keys).getBytes(StandardCharsets.UTF_8),
                        temp,
                        ServiceReader.disk(config));
    }

    private static String problems(Manifest manifest) {
        return String.join(
                "\n", manifest.problems().stream().map(Problem::summary).toList());
    }
}
