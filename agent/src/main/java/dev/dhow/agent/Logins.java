package dev.dhow.agent;

import dev.dhow.agent.cli.Tools;
import dev.dhow.agent.config.AgentConfig;
import dev.dhow.agent.registry.ConfiguredLogins;
import dev.dhow.agent.registry.Credentials;
import dev.dhow.agent.registry.DockerConfigLogins;
import dev.dhow.agent.registry.KeptLogins;
import dev.dhow.agent.state.ImageName;
import dev.dhow.api.spec.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// The logins of registries: for the agent, which reads them, and for `dhow registry`, which keeps some.
final class Logins implements Tools.LoginKeeper {
    /// Where the agent looks, in this order.
    static Credentials of(AgentConfig config, Map<String, String> env) {
        Map<String, ConfiguredLogins.Entry> written = new HashMap<>();
        config.registries()
                .forEach((registry, login) ->
                        written.put(registry, new ConfiguredLogins.Entry(login.username(), login.passwordFile())));
        return Credentials.firstOf(List.of(
                new ConfiguredLogins(written),
                DockerConfigLogins.ofUser(env, System.getProperty("user.home")),
                new KeptLogins(config.secretsDir())));
    }

    @Override
    public String login(@Nullable Path file, String registry, String username, Secret password) throws IOException {
        AgentConfig config = config(file);
        if (!Files.isDirectory(config.secretsDir())) {
            throw new IOException(
                    ("there is no directory %s; make it as the README's installation does, or set `secrets_dir` in"
                                    + " agent.yaml; for an agent with its own agent.yaml, name that with --config")
                            .formatted(config.secretsDir()));
        }
        String host = new KeptLogins(config.secretsDir()).keep(registry, username, password);
        boolean hidden =
                config.registries().keySet().stream().map(ImageName::host).anyMatch(host::equals);
        return hidden
                ? "login for %s kept; agent.yaml names one too, and that one is used".formatted(host)
                : "login for %s kept; the next pull uses it".formatted(host);
    }

    @Override
    public String logout(@Nullable Path file, String registry) throws IOException {
        boolean was = new KeptLogins(config(file).secretsDir()).forget(registry);
        String host = ImageName.host(registry);
        return was ? "login for %s removed".formatted(host) : "no login for %s was kept".formatted(host);
    }

    private static AgentConfig config(@Nullable Path file) throws IOException {
        StringJoiner problems = new StringJoiner("\n");
        AgentConfig config = ConfigFile.read(file, problem -> problems.add(problem.render()));
        if (config == null) {
            throw new IOException("agent.yaml cannot be used:\n" + problems);
        }
        return config;
    }
}
