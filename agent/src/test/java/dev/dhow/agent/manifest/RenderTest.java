package dev.dhow.agent.manifest;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.yaml.YamlDump;
import dev.dhow.api.spec.Defaults;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.RolloutSpec;
import dev.dhow.api.spec.Secret;
import dev.dhow.api.spec.ServiceSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RenderTest {
    private static final Path FOLDER = Path.of("src/test/resources/manifest");

    @ParameterizedTest
    @ValueSource(strings = {"kitchen", "proxied"})
    void writesEveryKeyAndDefault(String name) throws IOException {
        String golden = Files.readString(FOLDER.resolve(name + ".rendered"));
        assertEquals(golden, Render.render(fixture(name)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"kitchen", "shop", "inherit", "warned", "stored", "proxied", "compose-values"})
    void theTreeForProgramsSaysTheSame(String name) throws IOException {
        Manifest manifest = fixture(name);
        assertEquals(
                Render.render(manifest), Render.render(read(name, YamlDump.of(Render.tree(manifest)))), "read again");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kitchen", "shop", "inherit", "warned", "stored", "proxied", "compose-values"})
    void readAgainMeansTheSame(String name) throws IOException {
        Manifest first = fixture(name);
        String rendered = Render.render(first);
        Manifest second = read(name, rendered);
        assertTrue(second.valid(), () -> second.problems().toString());
        assertEquals(rendered, Render.render(second));
        List<RoleSpec> before = roles(first);
        List<RoleSpec> after = roles(second);
        assertEquals(
                meaning(before, role -> role.container().process().environment()),
                meaning(after, role -> role.container().process().environment()));
        assertEquals(
                meaning(before, role -> role.container().storage()),
                meaning(after, role -> role.container().storage()));
        assertEquals(
                meaning(before, role -> role.container().network()),
                meaning(after, role -> role.container().network()));
        assertEquals(
                meaning(before, role -> role.container().limits()),
                meaning(after, role -> role.container().limits()));
        assertEquals(
                meaning(before, role -> role.container().privileges()),
                meaning(after, role -> role.container().privileges()));
        assertEquals(meaning(before, RoleSpec::secrets), meaning(after, RoleSpec::secrets));
        assertEquals(meaning(before, RoleSpec::mountedFiles), meaning(after, RoleSpec::mountedFiles));
        assertEquals(meaning(before, RoleSpec::onHosts), meaning(after, RoleSpec::onHosts));
        assertEquals(meaning(before, RoleSpec::schedule), meaning(after, RoleSpec::schedule));
        assertEquals(rootOf(first), rootOf(second));
        assertEquals(meaning(before, RoleSpec::proxy), meaning(after, RoleSpec::proxy));
        assertEquals(meaning(before, RenderTest::rollout), meaning(after, RenderTest::rollout));
        assertEquals(meaning(before, Defaults::stopGracePeriod), meaning(after, Defaults::stopGracePeriod));
    }

    private static List<Object> rollout(RoleSpec role) {
        RolloutSpec rollout = role.rollout();
        return List.of(Defaults.order(role), rollout.parallelism(), rollout.monitor(), rollout.onFailure());
    }

    private static List<Object> rootOf(Manifest manifest) {
        ServiceSpec spec = requireNonNull(manifest.spec());
        return List.of(
                Optional.ofNullable(spec.releaseCommand()), spec.hold(), Optional.ofNullable(spec.imageUpdate()));
    }

    private static List<RoleSpec> roles(Manifest manifest) {
        return requireNonNull(manifest.spec()).roles();
    }

    private static List<Object> meaning(List<RoleSpec> roles, Function<RoleSpec, @Nullable Object> part) {
        return roles.stream()
                .map(role -> (Object) Optional.ofNullable(part.apply(role)))
                .toList();
    }

    @Test
    void neverShowsAValueOfAnEnvFile() throws IOException {
        Manifest kitchen = fixture("kitchen");
        Map<String, Secret> secrets =
                roles(kitchen).getFirst().container().process().secretEnvironment();
        assertEquals(new Secret("postgres://u:canary-7f3@db/shop"), secrets.get("DATABASE_URL"));
        String rendered = Render.render(kitchen);
        assertFalse(rendered.contains("canary-7f3"));
        assertTrue(rendered.contains("env_file: [/etc/dhow/services.d/shop.env]"));
        assertFalse(kitchen.toString().contains("canary-7f3"));
    }

    @Test
    void showsTheDeadlineOfASlowHealthcheck() {
        String text = """
            version: 1
            service: a
            image: a
            roles:
              worker: {healthcheck: {test: bin/alive}}
              quick: {healthcheck: {test: bin/alive, interval: 1s, timeout: 1s}}
            """;
        String rendered = Render.render(read("a", text));
        assertTrue(rendered.contains("# a container has 2m from its start to become ready\n"), rendered);
        assertTrue(rendered.contains("# a container has 30s from its start to become ready\n"), rendered);
    }

    @Test
    void showsWhatFollowsFromOtherKeysOfTheFile() {
        String text = """
            version: 1
            service: a
            image: a
            roles:
              web: {proxy: {hosts: [A.example.com, b.example.com], app_port: 3000}}
              any: {proxy: {hosts: ["*.example.com"]}}
              named: {proxy: {hosts: [n.example.com]}, healthcheck: {http: {headers: {host: x}, port: 1}}}
              db: {ports: ["127.0.0.1:5432:5432"], volumes: [{type: tmpfs, target: /t, tmpfs: {size: 10m}}]}
              host: {network_mode: host}
              files: {networks: [own], volumes: [{source: d, target: /d, exclusive: true}]}
            """;
        Map<String, String> roles = new HashMap<>();
        for (String role : Render.render(read("a", text)).split("\n  (?=[a-z]+:\n)")) {
            roles.put(role.substring(0, role.indexOf(':')), role);
        }
        assertShows(roles, "web", "        port: 3000\n        host: a.example.com\n", true);
        assertShows(roles, "web", "      order: start_first\n", true);
        assertShows(roles, "web", "    # networks: [dhow]\n", true);
        assertShows(roles, "any", "        port: ", false);
        assertShows(roles, "any", "        host: dhow-check.example.com\n", true);
        assertShows(roles, "named", "        port: 1\n        headers:\n          host: x\n", true);
        assertShows(roles, "db", "      order: stop_first\n", true);
        assertShows(roles, "db", "tmpfs: {size: 10m}", true);
        assertShows(roles, "host", "      order: stop_first\n", true);
        assertShows(roles, "host", "networks", false);
        assertShows(roles, "files", "      order: stop_first\n", true);
        assertShows(roles, "files", "# networks", false);
    }

    private static void assertShows(Map<String, String> roles, String role, String text, boolean shown) {
        String rendered = requireNonNull(roles.get(role));
        assertEquals(shown, rendered.contains(text), () -> text + " in\n" + rendered);
    }

    private static Manifest fixture(String name) throws IOException {
        return read(name, Files.readString(FOLDER.resolve("valid").resolve(name + ".yaml")));
    }

    private static Manifest read(String name, String text) {
        return Manifests.read(
                name + ".yaml",
                name,
                text.getBytes(StandardCharsets.UTF_8),
                Path.of("/etc/dhow/services.d"),
                TestFiles.FILES);
    }
}
