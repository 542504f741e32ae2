package dev.dhow.agent.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Runs the machine's own commands for test fixtures.
public final class Shell {
    private static final List<String> PATH = List.of("/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin");
    private static final int LIMIT_SECONDS = 90;

    private Shell() {}

    /// What a command did.
    public record Result(int exitCode, String output) {}

    /// Runs a command and returns what it printed.
    ///
    /// @throws IllegalStateException when it fails
    public static String run(String... command) {
        Result result = attempt(command);
        if (result.exitCode() != 0) {
            throw new IllegalStateException(
                    "%s: exit %d: %s".formatted(String.join(" ", command), result.exitCode(), result.output()));
        }
        return result.output();
    }

    /// Runs a command whose failure is an answer too.
    public static Result attempt(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            return finish(process, String.join(" ", command));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + command[0], e);
        }
    }

    /// Runs `from | to` and returns what the second printed.
    static String pipe(List<String> from, List<String> to) {
        try {
            List<Process> line = ProcessBuilder.startPipeline(List.of(
                    new ProcessBuilder(from).redirectError(ProcessBuilder.Redirect.DISCARD),
                    new ProcessBuilder(to).redirectErrorStream(true)));
            Result result = finish(line.getLast(), String.join(" ", to));
            if (result.exitCode() != 0) {
                throw new IllegalStateException(String.join(" ", to) + ": " + result.output());
            }
            return result.output();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + to, e);
        }
    }

    /// Where a program is.
    ///
    /// @throws IllegalStateException naming the Debian package that brings it
    public static Path require(String program, String debianPackage) {
        Path found = find(program);
        if (found == null) {
            throw new IllegalStateException(
                    "the tests need %s: apt-get install %s, or run packaging/verify".formatted(program, debianPackage));
        }
        return found;
    }

    private static @Nullable Path find(String program) {
        return PATH.stream()
                .map(dir -> Path.of(dir, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    private static Result finish(Process process, String what) throws IOException {
        try (InputStream out = process.getInputStream()) {
            // Reading ends when the last holder of the pipe closes it; commands here start no background work.
            String output = new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("no end after %d s: %s".formatted(LIMIT_SECONDS, what));
            }
            return new Result(process.exitValue(), output);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted: " + what, e);
        }
    }
}
