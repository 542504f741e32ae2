package dev.dhow.agent.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.registry.Credentials.Answer;
import dev.dhow.api.spec.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Each source of logins for itself, and their order.
final class LoginsTest {
    private static final String HOST = "registry.example.com";
    /// In no message of anything.
    private static final String CANARY = "s3cret-canary";

    @TempDir
    Path dir;

    private static Login.Password password(String username, String password) {
        return new Login.Password(username, new Secret(password));
    }

    private static Login login(Answer answer) {
        return assertInstanceOf(Answer.Found.class, answer).login();
    }

    private static String broken(Answer answer) {
        String message = assertInstanceOf(Answer.Broken.class, answer).message();
        assertFalse(message.contains(CANARY), message);
        return message;
    }

    private Path secret(String name, String text) throws IOException {
        return Files.writeString(dir.resolve(name), text);
    }

    private Credentials docker(String json) throws IOException {
        secret("config.json", json.replace('\'', '"'));
        return DockerConfigLogins.ofUser(Map.of("DOCKER_CONFIG", dir.toString(), "PATH", dir.toString()), "/nowhere");
    }

    private static String pair(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private void helper(String name, String script) throws IOException {
        Path file = secret("docker-credential-" + name, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void agentYamlNamesAFileThatIsReadEachTime() throws Exception {
        Path file = secret("token", CANARY + "\n");
        Credentials logins = new ConfiguredLogins(Map.of("https://" + HOST, new ConfiguredLogins.Entry("bot", file)));
        assertEquals(password("bot", CANARY), login(logins.find(HOST)));
        secret("token", "rotated\n\n");
        assertEquals(password("bot", "rotated\n"), login(logins.find(HOST)), "one line end is nobody's");
        assertEquals(new Answer.None(), logins.find("other.example.com"));
        Files.delete(file);
        assertEquals("the password of %s: there is no %s".formatted(HOST, file), broken(logins.find(HOST)));
    }

    @Test
    void aPasswordThatEveryoneCanReadIsRefused() throws Exception {
        Path file = secret("token", CANARY);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        Credentials logins = new ConfiguredLogins(Map.of(HOST, new ConfiguredLogins.Entry("bot", file)));
        assertEquals(password("bot", CANARY), login(logins.find(HOST)), "its directory is closed to others");
        Path open = Files.createTempFile(Path.of("/var/tmp"), "dhow", ".token");
        try {
            Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
            logins = new ConfiguredLogins(Map.of(HOST, new ConfiguredLogins.Entry("bot", open)));
            assertTrue(broken(logins.find(HOST)).endsWith("chmod o-rwx " + open));
        } finally {
            Files.delete(open);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "registry.example.com",
                "https://registry.example.com",
                "https://registry.example.com/v2/",
                "Registry.Example.com"
            })
    void dockersFileIsReadUnderAnySpelling(String key) throws Exception {
        assertEquals(
                password("bot", CANARY),
                login(docker("{'auths':{'%s':{'auth':'%s'}}}".formatted(key, pair("bot:" + CANARY)))
                        .find(HOST)));
    }

    @Test
    void hubsNamesAreOne() throws Exception {
        for (String key : List.of("https://index.docker.io/v1/", "docker.io", "registry-1.docker.io")) {
            assertEquals(
                    password("bot", CANARY),
                    login(docker("{'auths':{'%s':{'auth':'%s'}}}".formatted(key, pair("bot:" + CANARY)))
                            .find("docker.io")));
        }
    }

    @Test
    void tokensOfDockersFileAreTaken() throws Exception {
        assertEquals(
                new Login.IdentityToken(new Secret(CANARY)),
                login(docker("{'auths':{'%s':{'auth':'%s','identitytoken':'%s'}}}".formatted(HOST, pair("x:"), CANARY))
                        .find(HOST)));
        assertEquals(
                new Login.RegistryToken(new Secret(CANARY)),
                login(docker("{'auths':{'%s':{'registrytoken':'%s'}}}".formatted(HOST, CANARY))
                        .find(HOST)));
    }

    @Test
    void aBadFileIsToldWithoutItsText() throws Exception {
        assertTrue(
                broken(docker("{'auths': " + CANARY).find(HOST)).endsWith("is no JSON; correct it, or move it away"));
        assertTrue(broken(docker("{'auths':{'%s':{'auth':'%s'}}}".formatted(HOST, CANARY))
                        .find(HOST))
                .contains("the entry of " + HOST));
        assertEquals(
                new Answer.None(), docker("{'auths':{'%s':{}}}".formatted(HOST)).find(HOST));
        Files.delete(dir.resolve("config.json"));
        assertEquals(
                new Answer.None(),
                DockerConfigLogins.ofUser(Map.of(), dir.toString()).find(HOST));
    }

    @Test
    void aHelperIsAskedForItsRegistry() throws Exception {
        helper(
                "mine",
                "[ \"$1\" = get ] && read -r host; echo \"{\\\"Username\\\":\\\"$host\\\",\\\"Secret\\\":\\\"%s\\\"}\""
                        .formatted(CANARY));
        Credentials logins =
                docker("{'credHelpers':{'%s':'mine','https://index.docker.io/v1/':'mine'}}".formatted(HOST));
        assertEquals(password(HOST, CANARY), login(logins.find(HOST)));
        assertEquals(password("https://index.docker.io/v1/", CANARY), login(logins.find("docker.io")));
        assertEquals(new Answer.None(), logins.find("other.example.com"));
        helper("mine", "echo '{\"Username\":\"<token>\",\"Secret\":\"%s\"}'".formatted(CANARY));
        assertEquals(new Login.IdentityToken(new Secret(CANARY)), login(logins.find(HOST)));
    }

    @Test
    void aHelperThatFailsSaysHowToTryItAndNothingItPrinted() throws Exception {
        Credentials logins = docker("{'credHelpers':{'%s':'mine'}}".formatted(HOST));
        assertTrue(broken(logins.find(HOST)).contains("docker-credential-mine, which is nowhere in PATH"));
        helper("mine", "echo %s; echo %s >&2; exit 3".formatted(CANARY, CANARY));
        assertEquals(
                "the credential helper docker-credential-mine failed with exit code 3; try it as the agent's user:"
                        + " echo "
                        + HOST + " | docker-credential-mine get",
                broken(logins.find(HOST)));
        helper("mine", "echo " + CANARY);
        assertTrue(broken(logins.find(HOST)).startsWith("what the credential helper docker-credential-mine printed"));
        helper("mine", "yes " + CANARY);
        assertTrue(broken(logins.find(HOST)).contains("docker-credential-mine broke off"));
        helper("mine", "echo credentials not found in native keychain; exit 1");
        assertEquals(new Answer.None(), logins.find(HOST));
        assertTrue(broken(docker("{'credHelpers':{'%s':'../mine'}}".formatted(HOST))
                        .find(HOST))
                .contains("no name of one"));
    }

    @Test
    void aHelperThatHangsIsEndedWithAllItStarted() throws Exception {
        helper("mine", "sleep 1000 & echo $! > %s; wait".formatted(dir.resolve("pid")));
        CredentialHelper impatient = new CredentialHelper(dir + ":/bin", java.time.Duration.ofSeconds(2));
        assertTrue(broken(impatient.get("mine", HOST)).contains("did not end within 2 s"));
        long pid = Long.parseLong(Files.readString(dir.resolve("pid")).strip());
        dev.dhow.agent.testing.Await.until(
                "its child is gone",
                () -> ProcessHandle.of(pid).map(p -> !p.isAlive()).orElse(true));
    }

    @Test
    void aStoreThatIsBrokenLeavesWhatTheFileSays() throws Exception {
        helper("store", "exit 1");
        Credentials logins =
                docker("{'credsStore':'store','auths':{'%s':{'auth':'%s'}}}".formatted(HOST, pair("bot:" + CANARY)));
        assertEquals(password("bot", CANARY), login(logins.find(HOST)));
        assertEquals(new Answer.None(), logins.find("other.example.com"));
        helper("store", "echo '{\"Username\":\"kept\",\"Secret\":\"%s\"}'".formatted(CANARY));
        assertEquals(password("kept", CANARY), login(logins.find(HOST)));
    }

    @Test
    void aKeptLoginIsFoundAndForgotten() throws Exception {
        KeptLogins kept = new KeptLogins(dir);
        assertEquals(new Answer.None(), kept.find(HOST));
        assertEquals(HOST, kept.keep("https://" + HOST + "/v2/", "bot", new Secret(CANARY)));
        assertEquals("docker.io", kept.keep("index.docker.io", "bot", new Secret(CANARY)));
        assertEquals("localhost:5000", kept.keep("localhost:5000", "bot", new Secret(CANARY)));
        assertEquals(password("bot", CANARY), login(kept.find(HOST)));
        kept.keep(HOST, "bot", new Secret("rotated"));
        assertEquals(password("bot", "rotated"), login(kept.find(HOST)));
        Path file = dir.resolve(".registries").resolve(HOST);
        assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals(02770, (int) Files.getAttribute(file.getParent(), "unix:mode") & 07777);
        try (var files = Files.list(file.getParent())) {
            assertEquals(3, files.count(), "nothing is left aside");
        }
        assertTrue(kept.forget(HOST));
        assertFalse(kept.forget(HOST));
        assertEquals(new Answer.None(), kept.find(HOST));
        Files.writeString(file, "{" + CANARY);
        assertTrue(broken(kept.find(HOST)).endsWith("run `dhow registry login %s` again".formatted(HOST)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "../x", "a b", "-x", "x:port", "user@host"})
    void onlyHostsAreKept(String registry) {
        IOException refused = org.junit.jupiter.api.Assertions.assertThrows(
                IOException.class, () -> new KeptLogins(dir).keep(registry, "bot", new Secret(CANARY)));
        assertTrue(refused.toString().contains("is no registry; write its host"), refused.toString());
        assertFalse(Files.exists(dir.resolve(".registries")));
    }

    @Test
    void theFirstThatSaysSomethingCounts() throws Exception {
        new KeptLogins(dir).keep(HOST, "kept", new Secret("c"));
        Credentials docker = docker("{'auths':{'%s':{'auth':'%s'}}}".formatted(HOST, pair("docker:b")));
        Credentials configured =
                new ConfiguredLogins(Map.of(HOST, new ConfiguredLogins.Entry("configured", secret("token", "a"))));
        Credentials kept = new KeptLogins(dir);
        Credentials all = Credentials.firstOf(List.of(configured, docker, kept));
        assertEquals(password("configured", "a"), login(all.find(HOST)));
        assertEquals(
                password("docker", "b"),
                login(Credentials.firstOf(List.of(docker, kept)).find(HOST)));
        Files.delete(dir.resolve("token"));
        broken(all.find(HOST));
        assertEquals(new Answer.None(), all.find("docker.io"));
    }

    @Test
    void theHeaderSaysItAsDockerReadsIt() {
        assertEquals(
                "{\"username\":\"bot\",\"password\":\"p\",\"serveraddress\":\"registry.example.com\"}",
                header(password("bot", "p"), HOST));
        assertEquals(
                "{\"identitytoken\":\"t\",\"serveraddress\":\"https://index.docker.io/v1/\"}",
                header(new Login.IdentityToken(new Secret("t")), "docker.io"));
        assertEquals(
                "{\"registrytoken\":\"t\",\"serveraddress\":\"registry.example.com\"}",
                header(new Login.RegistryToken(new Secret("t")), HOST));
        assertFalse(password("bot", CANARY).toString().contains(CANARY));
    }

    private static String header(Login login, String registry) {
        return new String(Base64.getUrlDecoder().decode(login.header(registry).value()), StandardCharsets.UTF_8);
    }

    @Test
    void whereNobodyCanTellWhetherALoginIsKeptThereIsNone() throws IOException {
        Files.createSymbolicLink(dir.resolve(".registries"), Path.of(".registries"));
        assertInstanceOf(Answer.None.class, new KeptLogins(dir).find(HOST));
    }
}
