package dev.dhow.agent;

import dev.dhow.agent.config.AgentConfig;
import dev.dhow.agent.config.AgentConfigReader;
import dev.dhow.api.status.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The file `agent.yaml`.
final class ConfigFile {
    private static final Path DEFAULT = Path.of("/etc/dhow/agent.yaml");

    private ConfigFile() {}

    /// @param written the file that was asked for; null: the default one, which may be missing
    /// @param problems told of each, also of those that make the file unusable
    /// @return null: it cannot be used
    /// @throws IOException where there is none or it cannot be read, for people
    static @Nullable AgentConfig read(@Nullable Path written, Consumer<Problem> problems) throws IOException {
        Path file = written == null ? DEFAULT : written;
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            if (written == null) {
                return AgentConfig.DEFAULT;
            }
            throw new IOException("%s: there is no such file; leave out --config for the defaults".formatted(file), e);
        } catch (IOException e) {
            throw new IOException("%s: cannot be read: %s".formatted(file, e), e);
        }
        return switch (AgentConfigReader.read(file.toString(), bytes)) {
            case AgentConfigReader.Result.Good good -> {
                good.warnings().forEach(problems);
                yield good.config();
            }
            case AgentConfigReader.Result.Bad bad -> {
                bad.problems().forEach(problems);
                yield null;
            }
        };
    }
}
