package dev.dhow.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.api.spec.Secret;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RegistryCommandTest implements Tools.LoginKeeper {
    private final List<String> kept = new ArrayList<>();

    @Override
    public String login(@Nullable Path config, String registry, String username, Secret password) {
        kept.add("%s %s %s %s".formatted(config, registry, username, password.value()));
        return "kept";
    }

    @Override
    public String logout(@Nullable Path config, String registry) throws IOException {
        throw new IOException("not allowed");
    }

    private CliRun run(String input, String... args) {
        Tools tools = new Tools(
                _ -> 0,
                (_, _) -> List.of(),
                _ -> new Tools.Rendered("", Map.of(), List.of()),
                TestTools.EDITOR,
                this,
                "1");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = new Cli(tools)
                .run(
                        args,
                        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        Map.of(),
                        false);
        return new CliRun(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void aLoginsPasswordComesFromStdin() {
        assertEquals(
                new CliRun(0, "", "kept\n"),
                run("p w\n", "registry", "login", "r.example.com", "-u", "bot", "--password-stdin"));
        assertEquals(
                0,
                run("pw", "registry", "login", "-u", "bot", "--password-stdin", "--config", "/a.yaml", "r:5000")
                        .code());
        assertEquals(List.of("null r.example.com bot p w", "/a.yaml r:5000 bot pw"), kept);
    }

    @Test
    void onTheCommandLineItIsRefused() {
        CliRun run = run("pw", "registry", "login", "r.example.com", "-u", "bot");
        assertEquals(1, run.code());
        assertTrue(run.err().startsWith("error: give the password on stdin, with --password-stdin"), run.err());
        assertEquals(
                1,
                run("", "registry", "login", "r", "-u", "bot", "--password-stdin")
                        .code());
        assertEquals(1, run("pw", "registry", "login", "r", "--password-stdin").code());
        assertEquals(List.of(), kept);
    }

    @Test
    void whatGoesWrongIsTold() {
        assertEquals(new CliRun(1, "", "error: not allowed\n"), run("", "registry", "logout", "r.example.com"));
        CliRun bare = run("", "registry");
        assertEquals(1, bare.code());
        assertTrue(bare.err().startsWith("Usage: dhow registry"), bare.err());
    }
}
