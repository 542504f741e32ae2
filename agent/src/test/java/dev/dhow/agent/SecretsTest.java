package dev.dhow.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.cli.Cli;
import dev.dhow.agent.cli.Tools;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `dhow secret` on a store of its own.
class SecretsTest {
    @TempDir
    private Path temp;

    private String config;

    @BeforeEach
    void store() throws IOException {
        Files.createDirectory(temp.resolve("secrets"));
        config = Files.writeString(temp.resolve("agent.yaml"), "secrets_dir: %s/secrets\n".formatted(temp))
                .toString();
    }

    private String run(String input, String... args) {
        Tools tools = new Tools(
                        _ -> 0,
                        (_, _) -> List.of(),
                        _ -> new Tools.Rendered("", Map.of(), List.of()),
                        (_, content, _) -> new Tools.Edited("", content, List.of()),
                        "1")
                .with(new Secrets());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        byte[] in = input.getBytes(StandardCharsets.UTF_8);
        int code = new Cli(tools).run(args, new ByteArrayInputStream(in), stream, stream, Map.of(), false);
        return code + " " + out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void setsListsAndRemovesWithoutEverShowingAValue() throws IOException {
        Path file = temp.resolve("secrets/shop/TOKEN");
        assertEquals(
                "0 wrote %s\n".formatted(file), run("canary\n", "secret", "set", "shop", "TOKEN", "--config", config));
        assertEquals("canary\n", Files.readString(file));
        run("canary", "secret", "--config", config, "set", "shop", "KEY");
        assertEquals("0 KEY\nTOKEN\n", run("", "secret", "list", "shop", "--config", config));
        assertEquals(
                "0 {\"secrets\":[\"KEY\",\"TOKEN\"]}\n",
                run("", "secret", "list", "shop", "-o", "json", "--config", config));
        assertEquals("0 removed KEY of shop\n", run("", "secret", "remove", "shop", "KEY", "--config", config));
        assertEquals(
                "1 error: service shop has no secret KEY; `dhow secret list shop` lists those it has\n",
                run("", "secret", "remove", "shop", "KEY", "--config", config));
    }

    @Test
    void saysWhatToDoInstead() throws IOException {
        assertEquals(
                "1 error: there is no value on stdin; write for example: dhow secret set shop A < FILE\n",
                run("", "secret", "set", "shop", "A", "--config", config));
        String path = run("canary", "secret", "set", "shop", "../A", "--config", config);
        assertTrue(path.startsWith("1 error: \"../A\" is no name of a secret"), path);
        assertFalse(path.contains("canary"), path);
        Files.writeString(Path.of(config), "secrets_dir: %s/gone\n".formatted(temp));
        assertTrue(run("x", "secret", "set", "shop", "A", "--config", config)
                .contains("; for an agent with its own agent.yaml, name that with --config\n"));
        assertTrue(run("", "secret").startsWith("1 Usage: dhow secret"));
    }
}
