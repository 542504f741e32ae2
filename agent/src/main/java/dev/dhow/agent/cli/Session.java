package dev.dhow.agent.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// Where a command runs: its streams, always UTF-8, its environment, and whether a person looks on.
///
/// @param in what is piped in
/// @param out data
/// @param err messages
/// @param terminal whether a person looks at `out`
record Session(
        InputStream in, PrintWriter out, PrintWriter err, Map<String, String> env, boolean colour, boolean terminal) {
    static Session of(InputStream in, PrintStream out, PrintStream err, Map<String, String> env, boolean terminal) {
        String noColour = env.getOrDefault("NO_COLOR", "");
        return new Session(
                in,
                new PrintWriter(out, true, StandardCharsets.UTF_8),
                new PrintWriter(err, true, StandardCharsets.UTF_8),
                env,
                terminal && noColour.isEmpty(),
                terminal);
    }

    void error(String message) {
        err.print("error: " + Text.clean(message) + "\n");
        err.flush();
    }

    void note(String message) {
        err.print(message + "\n");
        err.flush();
    }

    void data(String text) {
        out.print(text.endsWith("\n") ? text : text + "\n");
        out.flush();
    }
}
