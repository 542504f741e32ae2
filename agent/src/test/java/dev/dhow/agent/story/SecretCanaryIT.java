package dev.dhow.agent.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dhow.agent.json.Json;
import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.RawHttp;
import dev.dhow.agent.testing.Shell;
import dev.dhow.agent.testing.TestEngine;
import dev.dhow.agent.testing.TestRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Promise P5: a secret's value never leaves its file except into its container. Values that are found nowhere else are
/// searched for in everything that the shipped program writes and tells.
class SecretCanaryIT {
    private static final List<String> SERVICES = List.of("good", "fails", "refused", "private");

    private final Program program = new Program(TestEngine.shared());
    private final String sleeper = program.engine.images().sleeper();
    private final String canary = "canary-" + UUID.randomUUID();

    @AfterEach
    void end() {
        program.close();
    }

    @Test
    void noValueIsFoundAnywhereButInItsContainer() throws Exception {
        try (TestRegistry registry = TestRegistry.plain(program.engine)) {
            search(registry);
        }
    }

    private void search(TestRegistry registry) throws Exception {
        for (String service : SERVICES) {
            secret(service, "ENV", canary + "-env\n");
            secret(service, "mounted", canary + "-mounted\n");
            Files.writeString(program.root.resolve(service + ".env"), "FILE_ENV=" + canary + "-file\n");
        }
        Shell.Result kept = program.dhowReading(
                canary + "-login\n", "registry", "login", registry.host(), "-u", TestRegistry.USER, "--password-stdin");
        assertEquals(0, kept.exitCode(), kept.output());
        absent("login", kept.output());
        program.tellAll();
        program.start("first");
        drop("good");
        drop("private", "image: " + registry.host() + "/private:1");
        drop("fails", "command: [sh, -c, \"echo no luck; exit 3\"]");
        drop(
                "refused",
                "volumes:",
                "  - {type: bind, source: /srv/absent-" + canary.hashCode()
                        + ", target: /x, bind: {create_host_path: false}}");
        Await.until("the good one is up", () -> told("good").contains("\"phase\":\"Running\""));
        Await.until("one fails", () -> told("fails").contains("no luck"));
        Await.until("one is refused", () -> told("refused").contains("/srv/absent-"));
        // It was sent to the registry, which took it for the wrong one.
        Await.until(
                "one may not be read",
                () -> told("private").contains("does not let the user bot (from `dhow registry login`) read private"));
        // The values are where they belong, so the search below could find them.
        String container = name("good");
        assertEquals(
                canary + "-env\n" + canary + "-file\n" + canary + "-mounted",
                program.engine
                        .docker("exec", container, "sh", "-c", "echo $ENV; echo $FILE_ENV; cat /run/secrets/mounted")
                        .strip());
        nothingIsTold();

        // Other values, the agent killed, a broken file, and values that are no good.
        for (String service : SERVICES) {
            secret(service, "ENV", canary + "-new\n");
        }
        Await.until("replaced", () -> !name("good").equals(container));
        program.kill();
        program.drop("good", "version: 1\nservice: good\nroles: []\n");
        secret("fails", "ENV", canary + "\0-nul");
        program.start("first");
        Await.until("invalid", () -> told("good").contains("good.yaml"));
        Await.until("no text", () -> told("fails").contains("holds no text"));
        nothingIsTold();
    }

    private String told(String service) throws Exception {
        return program.status(service).toString();
    }

    private void nothingIsTold() throws Exception {
        absent("the log", Files.readString(program.log));
        List<String> paths = new ArrayList<>(List.of(
                "/metrics", "/healthz", "/v1/services", "/v1/plan", "/v1/host", "/v1/probes", "/v1/certificates"));
        for (String service : SERVICES) {
            paths.add("/v1/services/" + service);
            paths.add("/v1/services/" + service + "/history");
            paths.add("/v1/plan?service=" + service);
        }
        RawHttp socket = RawHttp.socket(program.root.resolve("dhow.sock"));
        for (String path : paths) {
            RawHttp.Reply reply = socket.get(path);
            assertEquals(200, reply.status(), path + ": " + reply.body());
            absent(path, reply.body());
        }
        String revision = Json.read(socket.get("/v1/services/good/history").body(), JsonNode.class)
                .at("/revisions/0/rollout/revision")
                .asText();
        Shell.Result shown = program.dhow("history", "good", "--show", revision);
        assertTrue(shown.output().contains("secrets:"), shown.output());
        absent("history --show", shown.output());
        String directory = program.root.resolve("services.d").toString();
        for (String[] command : new String[][] {
            {"status"},
            {"status", "fails"},
            {"status", "private"},
            {"status", "-o", "json"},
            {"plan"},
            {"plan", "-f", directory + "/fails.yaml"},
            {"history", "fails"},
            {"render", directory + "/fails.yaml"},
            {"validate", "--config", program.root.resolve("agent.yaml").toString(), directory}
        }) {
            absent(String.join(" ", command), program.dhow(command).output());
        }
        for (String line : program.engine
                .docker("ps", "-aq", "--no-trunc", "--filter", "label=dev.dhow.host=first")
                .lines()
                .toList()) {
            absent(
                    "labels",
                    program.engine.docker(
                            "inspect", "--format", "{{.Name}} {{json .Config.Labels}} {{.State.Error}}", line));
        }
        Path mounts = program.root.resolve("state/mounts");
        try (Stream<Path> files = Files.walk(program.root.resolve("state"))) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(file -> !file.startsWith(mounts))
                    .toList()) {
                absent(file.toString(), new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            }
        }
        assertTrue(Files.isDirectory(mounts));
    }

    /// Neither as it is nor in the spellings that JSON, URLs and Docker's configurations have for it.
    private void absent(String where, String text) {
        assertFalse(text.contains(canary), () -> where + " tells a secret: " + text);
        for (int before = 0; before < 3; before++) {
            // What stands before it, as in Docker's logins, decides which letters it becomes: the first and
            // the last ones are shared.
            String encoded =
                    Base64.getEncoder().encodeToString((" ".repeat(before) + canary).getBytes(StandardCharsets.UTF_8));
            String middle = encoded.substring(4, encoded.length() - 4);
            assertFalse(text.contains(middle), () -> where + " tells a secret: " + text);
        }
    }

    private void secret(String service, String name, String value) throws Exception {
        Path directory = Files.createDirectories(program.root.resolve("secrets/" + service));
        Path file = Files.writeString(directory.resolve(name), value);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    }

    private void drop(String service, String... more) throws Exception {
        String[] keys = Stream.concat(
                        Stream.of(
                                "secrets: [ENV, {name: mounted, file: /run/secrets/mounted}]",
                                "env_file: " + program.root.resolve(service + ".env")),
                        Stream.of(more))
                .toArray(String[]::new);
        program.drop(service, Site.file(service, sleeper, "bot", keys));
    }

    private String name(String service) {
        Shell.Result names = program.engine.tryDocker(
                "ps", "--filter", "label=dev.dhow.service=" + service, "--format", "{{.Names}}");
        return names.output().strip();
    }
}
