package dev.dhow.agent.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// One command as a user runs it: what it printed and its exit code.
record CliRun(int code, String out, String err) {
    static CliRun of(Tools tools, Map<String, String> env, boolean terminal, String... args) {
        return piped("", tools, env, terminal, args);
    }

    /// With that on its standard input.
    static CliRun piped(String in, Tools tools, Map<String, String> env, boolean terminal, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = new Cli(tools, new TestPace())
                .run(
                        args,
                        new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        env,
                        terminal);
        return new CliRun(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
