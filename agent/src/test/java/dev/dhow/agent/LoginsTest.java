package dev.dhow.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.config.AgentConfig;
import dev.dhow.agent.registry.Credentials.Answer;
import dev.dhow.api.spec.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `dhow registry login` keeps is what the agent finds.
final class LoginsTest {
    private static final Map<String, String> ENV = Map.of("DOCKER_CONFIG", "/nowhere");

    @TempDir
    Path dir;

    private Path config(String more) throws IOException {
        Files.createDirectories(dir.resolve("secrets"));
        return Files.writeString(
                dir.resolve("agent.yaml"), "secrets_dir: %s\n%s".formatted(dir.resolve("secrets"), more));
    }

    private Answer found(Path file, String registry) throws Exception {
        AgentConfig config = Objects.requireNonNull(ConfigFile.read(file, problem -> {}));
        return Logins.of(config, ENV).find(registry);
    }

    @Test
    void keptLoginsAreFound() throws Exception {
        Path file = config("");
        assertEquals(
                "login for docker.io kept; the next pull uses it",
                new Logins().login(file, "https://index.docker.io/v1/", "bot", new Secret("pw")));
        assertEquals(
                "`dhow registry login`",
                assertInstanceOf(Answer.Found.class, found(file, "docker.io")).from());
        assertEquals("login for docker.io removed", new Logins().logout(file, "docker.io"));
        assertEquals("no login for docker.io was kept", new Logins().logout(file, "docker.io"));
        assertEquals(new Answer.None(), found(file, "docker.io"));
    }

    @Test
    void oneOfAgentYamlComesFirstAndThatIsTold() throws Exception {
        Files.writeString(dir.resolve("pw"), "pw");
        Path file = config(
                "registries: {r.example.com: {username: bot, password_file: %s}}\n".formatted(dir.resolve("pw")));
        assertEquals(
                "login for r.example.com kept; agent.yaml names one too, and that one is used",
                new Logins().login(file, "r.example.com", "other", new Secret("pw")));
        assertTrue(assertInstanceOf(Answer.Found.class, found(file, "r.example.com"))
                .from()
                .startsWith("`registries` of agent.yaml"));
    }

    @Test
    void aBadConfigurationIsTold() throws IOException {
        Path file = config("imagse: {}\n");
        String message = String.valueOf(assertThrows(IOException.class, () -> new Logins().logout(file, "r"))
                .getMessage());
        assertTrue(message.contains("imagse: unknown key; did you mean \"images\"?"), message);
        Files.delete(file);
        assertThrows(IOException.class, () -> new Logins().logout(file, "r"));
        Path elsewhere = dir.resolve("other.yaml");
        Files.writeString(elsewhere, "secrets_dir: /nowhere/secrets\n");
        message = String.valueOf(assertThrows(
                        IOException.class, () -> new Logins().login(elsewhere, "r", "u", new Secret("p")))
                .getMessage());
        assertTrue(message.startsWith("there is no directory /nowhere/secrets; make it"), message);
        assertTrue(message.endsWith("; for an agent with its own agent.yaml, name that with --config"), message);
    }
}
