package dev.dhow.agent;

import dev.dhow.agent.cli.Tools;
import dev.dhow.agent.config.AgentConfig;
import dev.dhow.agent.secrets.SecretStore;
import dev.dhow.api.spec.Content;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// The store of secrets of the agent whose `agent.yaml` is named; for `dhow secret`.
final class Secrets implements Tools.SecretKeeper {
    @Override
    public Path set(@Nullable Path config, String service, String name, Content value) throws IOException {
        return with(config, store -> store.set(service, name, value));
    }

    @Override
    public List<String> list(@Nullable Path config, String service) throws IOException {
        return with(config, store -> store.list(service));
    }

    @Override
    public boolean remove(@Nullable Path config, String service, String name) throws IOException {
        return with(config, store -> store.remove(service, name));
    }

    private interface Use<T> {
        T of(SecretStore store) throws IOException;
    }

    private static <T> T with(@Nullable Path file, Use<T> use) throws IOException {
        StringJoiner problems = new StringJoiner("\n");
        AgentConfig config = ConfigFile.read(file, problem -> problems.add(problem.render()));
        if (config == null) {
            throw new IOException("agent.yaml cannot be used:\n" + problems);
        }
        Path directory = config.secretsDir();
        if (!Files.isDirectory(directory)) {
            throw new IOException(
                    ("there is no directory %s; make it as the README's installation does, or set `secrets_dir` in"
                                    + " agent.yaml; for an agent with its own agent.yaml, name that with --config")
                            .formatted(directory));
        }
        try {
            return use.of(new SecretStore(directory));
        } catch (IllegalArgumentException unfit) {
            throw new IOException(unfit.getMessage(), unfit);
        } catch (AccessDeniedException denied) {
            throw new IOException(
                    "%s: permission denied; run it as root, or as a member of the directory's group"
                            .formatted(denied.getFile()),
                    denied);
        }
    }
}
