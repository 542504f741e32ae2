package dev.dhow.agent.registry;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// The logins that `agent.yaml` names: the user there, the password in a file.
public final class ConfiguredLogins implements Credentials {
    private final Map<String, Entry> byRegistry;

    /// One registry's.
    public record Entry(String username, Path passwordFile) {}

    /// @param byRegistry by registry as people wrote it
    public ConfiguredLogins(Map<String, Entry> byRegistry) {
        Map<String, Entry> named = new HashMap<>();
        byRegistry.forEach((registry, entry) -> named.put(dev.dhow.agent.state.ImageName.host(registry), entry));
        this.byRegistry = Map.copyOf(named);
    }

    @Override
    public Answer find(String registry) {
        Entry entry = byRegistry.get(registry);
        if (entry == null) {
            return new Answer.None();
        }
        try {
            return new Answer.Found(
                    new Login.Password(entry.username(), SecretFile.line(SecretFile.read(entry.passwordFile()))),
                    "`registries` of agent.yaml and " + entry.passwordFile());
        } catch (IOException e) {
            return new Answer.Broken("the password of %s: %s".formatted(registry, e.getMessage()));
        }
    }
}
