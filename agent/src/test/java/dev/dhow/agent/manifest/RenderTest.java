package dev.dhow.agent.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RenderTest {
    private static final Path FOLDER = Path.of("src/test/resources/manifest");

    @Test
    void writesEveryKeyAndDefault() throws IOException {
        String golden = Files.readString(FOLDER.resolve("kitchen.rendered"));
        assertEquals(golden, Render.render(fixture("kitchen")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"kitchen", "shop", "inherit", "warned"})
    void readAgainMeansTheSame(String name) throws IOException {
        Manifest first = fixture(name);
        String rendered = Render.render(first);
        Manifest second = read(name, rendered);
        assertTrue(second.valid(), () -> second.problems().toString());
        assertEquals(rendered, Render.render(second));
        assertEquals(
                first.spec().roles().stream()
                        .map(role -> role.container().process().environment())
                        .toList(),
                second.spec().roles().stream()
                        .map(role -> role.container().process().environment())
                        .toList());
        assertEquals(
                first.spec().roles().stream().map(role -> role.container().storage()).toList(),
                second.spec().roles().stream().map(role -> role.container().storage()).toList());
        assertEquals(
                first.spec().roles().stream().map(role -> role.container().network()).toList(),
                second.spec().roles().stream().map(role -> role.container().network()).toList());
        assertEquals(
                first.spec().roles().stream().map(role -> role.container().limits()).toList(),
                second.spec().roles().stream().map(role -> role.container().limits()).toList());
        assertEquals(
                first.spec().roles().stream().map(role -> role.proxy()).toList(),
                second.spec().roles().stream().map(role -> role.proxy()).toList());
    }

    @Test
    void neverShowsAValueOfAnEnvFile() throws IOException {
        Manifest kitchen = fixture("kitchen");
        assertEquals(
                "postgres://u:canary-7f3@db/shop",
                kitchen.spec()
                        .roles()
                        .getFirst()
                        .container()
                        .process()
                        .secretEnvironment()
                        .get("DATABASE_URL")
                        .value());
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
