package dev.dhow.agent.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.api.spec.MountedFile;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.Secret;
import dev.dhow.api.status.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Values of `secrets` and contents of `files`, from a host that is a map.
class StoredValuesTest {
    private final Map<String, byte[]> host = new HashMap<>();

    @Test
    void environmentValuesLoseTheirLastNewlineAndMountedOnesAreAsTheyAre() {
        put("/s/shop/A", "plain");
        put("/s/shop/B", "with newline\n");
        put("/s/shop/C", "with two\n\n");
        put("/s/shop/D", "from windows\r\n");
        put("/s/shop/E", "canary\n");
        host.put("/s/shop/F", new byte[] {-1, 0, 10});
        RoleSpec role = role("secrets: [A, B, C, D, {name: E, file: /e}, {name: F, file: /f}]");
        assertEquals(
                Map.of(
                        "A", new Secret("plain"),
                        "B", new Secret("with newline"),
                        "C", new Secret("with two\n"),
                        "D", new Secret("from windows")),
                role.secretEnvironment());
        List<MountedFile> mounted = role.mountedFiles();
        assertEquals("canary\n", mounted.get(0).content().text().orElseThrow());
        assertEquals(3, mounted.get(1).content().size());
        assertFalse(role.toString().contains("canary"), role::toString);
        assertFalse(role.toString().contains("plain"), role::toString);
    }

    @Test
    void secretsWinOverEnvFilesAndEnvironmentOverBothIsRefused() {
        put("/s/shop/A", "store");
        put("/etc/x.env", "A=file\nB=file");
        RoleSpec role = role("secrets: [A]\n    env_file: /etc/x.env");
        assertEquals(Map.of("A", new Secret("store"), "B", new Secret("file")), role.secretEnvironment());
    }

    @Test
    void aMissingOneNamesItsFileAndBothWaysToMakeIt() {
        assertEquals(
                "f:7:15: roles.bot.secrets[0]: /s/shop/TOKEN does not exist; write its value with `dhow secret set"
                        + " shop TOKEN`, or by hand: install -d -m 2770 -g dhow /s/shop && install -m 0640 -g dhow FILE"
                        + " /s/shop/TOKEN",
                problems("secrets: [TOKEN]"));
    }

    @Test
    void whatCannotBeUsedIsToldWithoutItsContent() {
        host.put("/s/shop/BINARY", new byte[] {-1, 'c', 'a', 'n', 'a', 'r', 'y'});
        put("/s/shop/NUL", "canary\0x");
        host.put("/s/shop/DENIED", new byte[0]);
        host.put("/s/shop/OPEN", new byte[0]);
        String told = problems("secrets: [BINARY, NUL, DENIED, OPEN]");
        assertEquals("""
            f:7:15: roles.bot.secrets[0]: /s/shop/BINARY holds no text, which an environment variable must be; mount it: {name: BINARY, file: /run/secrets/BINARY}
            f:7:23: roles.bot.secrets[1]: /s/shop/NUL holds no text, which an environment variable must be; mount it: {name: NUL, file: /run/secrets/NUL}
            f:7:28: roles.bot.secrets[2]: /s/shop/DENIED cannot be read: permission denied; let the agent read it: chgrp dhow /s/shop /s/shop/DENIED && chmod g+rxs /s/shop && chmod 0640 /s/shop/DENIED
            f:7:36: roles.bot.secrets[3]: /s/shop/OPEN cannot be used: others can read it\
            """, told);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "secrets: {DATABASE_URL: canary}",
                "secrets:\n      DATABASE_URL: canary",
                "secrets: [{DATABASE_URL: canary}]",
                "secrets:\n      - DATABASE_URL: canary",
                "secrets: {name: A, value: canary}",
                "secrets: [A, {name: B, value: canary}]",
                "environment: {DB_PASSWORD: canary, [x]: y}",
                "passwd: canary"
            })
    void aValueWhereANameBelongsIsNotQuoted(String keys) {
        Manifest manifest = read(keys, Path.of("/s"));
        assertFalse(manifest.valid());
        String told = String.join(
                "\n", manifest.problems().stream().map(Problem::render).toList());
        assertFalse(told.contains("canary"), told);
    }

    @Test
    void anEmptyOneIsAWarning() {
        put("/s/shop/A", "\n");
        Manifest manifest = read("secrets: [A]", Path.of("/s"));
        assertTrue(manifest.valid());
        assertEquals(
                "f:7:15: roles.bot.secrets[0]: /s/shop/A is empty",
                manifest.problems().getFirst().summary());
    }

    @Test
    void nobodyTakesAnothersSecretsByTheWayOfFiles() {
        put("/s/blog/TOKEN", "canary");
        String told = problems("env_file: /s/blog/TOKEN\n    files: [{target: /x, source: /etc/../s/blog/TOKEN}]");
        assertEquals("""
            f:7:15: roles.bot.env_file: /s/blog/TOKEN is in the agent's store of secrets; use "secrets" instead
            f:8:13: roles.bot.files[0]: /s/blog/TOKEN is in the agent's store of secrets; use "secrets" instead: {name: NAME, file: /x}\
            """, told);
    }

    @Test
    void withoutAStoreSecretsAreNotLookedAt() {
        Manifest manifest = read("secrets: [A, {name: B, file: /b}]", null);
        assertTrue(manifest.valid(), () -> manifest.problems().toString());
    }

    @Test
    void filesAreReadOrWrittenInTheServiceFile() {
        put("/etc/app/nginx.conf", "listen 80;\n");
        RoleSpec role =
                role("files: [{target: /a, content: \"x\\n\"}, {target: /b, source: app/nginx.conf, mode: \"0400\"}]");
        assertEquals(
                List.of("/a 444 x\n", "/b 400 listen 80;\n"),
                role.mountedFiles().stream()
                        .map(f -> "%s %o %s"
                                .formatted(
                                        f.target(), f.mode(), f.content().text().orElseThrow()))
                        .toList());
    }

    private void put(String path, String text) {
        host.put(path, text.getBytes(StandardCharsets.UTF_8));
    }

    private RoleSpec role(String keys) {
        Manifest manifest = read(keys, Path.of("/s"));
        if (!manifest.valid()) {
            throw new AssertionError(manifest.problems());
        }
        return Objects.requireNonNull(manifest.spec()).roles().getFirst();
    }

    private String problems(String keys) {
        Manifest manifest = read(keys, Path.of("/s"));
        assertFalse(manifest.valid());
        assertFalse(manifest.toString().contains("canary"), manifest::toString);
        return String.join(
                "\n", manifest.problems().stream().map(Problem::summary).toList());
    }

    private Manifest read(String keys, @org.jspecify.annotations.Nullable Path store) {
        String text = """
            version: 1
            service: shop
            image: a

            roles:
              bot:
                %s
            """.formatted(keys);
        return Manifests.read("f", "shop", text.getBytes(StandardCharsets.UTF_8), Path.of("/etc"), this::file, store);
    }

    private byte[] file(Path path) throws IOException {
        byte[] found = host.get(path.toString());
        if (path.endsWith("DENIED")) {
            throw new AccessDeniedException(path.toString());
        }
        if (path.endsWith("OPEN")) {
            throw new IOException("others can read it");
        }
        if (found == null) {
            throw new NoSuchFileException(path.toString());
        }
        return found;
    }
}
