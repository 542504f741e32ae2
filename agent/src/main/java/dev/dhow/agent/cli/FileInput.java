package dev.dhow.agent.cli;

import dev.dhow.api.status.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/// A service file that a command was given with `-f`.
///
/// @param shown as messages name it
record FileInput(String shown, byte[] content) {
    private static final String STANDARD_INPUT = "-";
    /// As the agent takes it.
    private static final int MOST = 1 << 20;

    /// @param path `-`: standard input
    /// @param piped the command's standard input
    /// @throws Refusal when it cannot be read
    static FileInput read(String path, InputStream piped) throws Refusal {
        boolean fromPipe = path.equals(STANDARD_INPUT);
        String shown = fromPipe ? "standard input" : path;
        try (InputStream in = fromPipe ? piped : Files.newInputStream(Path.of(path))) {
            byte[] content = in.readNBytes(MOST + 1);
            if (content.length > MOST) {
                throw new InvalidFile("too large", List.of(Problem.ofFile(shown, "it is larger than 1 MiB")));
            }
            return new FileInput(shown, content);
        } catch (NoSuchFileException e) {
            throw new InvalidFile("no file", List.of(Problem.ofFile(shown, "no such file")));
        } catch (IOException e) {
            throw new InvalidFile("no file", List.of(Problem.ofFile(shown, "it cannot be read (%s)".formatted(e))));
        }
    }
}
