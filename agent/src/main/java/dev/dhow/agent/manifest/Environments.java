package dev.dhow.agent.manifest;

import dev.dhow.agent.manifest.EnvFileForm.EnvFile;
import dev.dhow.agent.yaml.Located;
import dev.dhow.agent.yaml.Problems;
import dev.dhow.api.spec.Secret;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the `env_file`s of each role say. Their values are in no message.
final class Environments {
    private final Map<String, Map<String, Secret>> byRole = new HashMap<>();

    private Environments() {}

    /// @param secretsDir where no `env_file` may be: a service has its own secrets only; null: not known
    static Environments read(List<Role> roles, @Nullable Path secretsDir, HostFiles files, Problems problems) {
        Environments environments = new Environments();
        for (Role role : roles) {
            Map<String, Secret> values = new LinkedHashMap<>();
            for (Located<EnvFile> file : role.values().or(ContainerKeys.ENV_FILE, List.of())) {
                if (secretsDir != null && file.value().path().startsWith(secretsDir)) {
                    problems.error(
                            file.place(),
                            file.path(),
                            "%s is in the agent's store of secrets; use \"secrets\" instead"
                                    .formatted(file.value().path()));
                } else {
                    values.putAll(one(file, files, problems));
                }
            }
            environments.byRole.put(role.name(), values);
        }
        return environments;
    }

    Map<String, Secret> of(Role role) {
        return byRole.getOrDefault(role.name(), Map.of());
    }

    private static Map<String, Secret> one(Located<EnvFile> entry, HostFiles files, Problems problems) {
        EnvFile file = entry.value();
        byte[] content;
        try {
            content = files.read(file.path());
        } catch (NoSuchFileException _) {
            if (file.required()) {
                problems.error(
                        entry.place(),
                        entry.path(),
                        "%s does not exist; create it, or write {path: …, required: false}".formatted(file.path()));
            }
            return Map.of();
        } catch (IOException failure) {
            problems.error(
                    entry.place(),
                    entry.path(),
                    "%s cannot be read: %s".formatted(file.path(), HostReads.why(failure)));
            return Map.of();
        }
        if (content.length > Manifests.MAX_BYTES) {
            problems.error(entry.place(), entry.path(), "%s is larger than 1 MiB".formatted(file.path()));
            return Map.of();
        }
        return switch (DotEnv.parse(content)) {
            case DotEnv.Good(Map<String, String> values) -> {
                Map<String, Secret> secrets = new LinkedHashMap<>();
                values.forEach((name, value) -> secrets.put(name, new Secret(value)));
                yield secrets;
            }
            case DotEnv.Bad(int line, String message) -> {
                problems.error(entry.place(), entry.path(), "%s, line %d: %s".formatted(file.path(), line, message));
                yield Map.of();
            }
        };
    }
}
