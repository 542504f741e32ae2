package dev.dhow.agent.manifest;

import dev.dhow.agent.yaml.Located;
import dev.dhow.agent.yaml.Problems;
import dev.dhow.api.spec.Content;
import dev.dhow.api.spec.FileSpec;
import dev.dhow.api.spec.SecretSpec;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the `secrets` and `files` of each role hold. Their contents are in no message.
final class StoredValues {
    private final String service;
    private final @Nullable Path secretsDir;
    private final HostFiles files;
    private final Problems problems;
    private final Map<String, List<SecretSpec>> secrets = new HashMap<>();
    private final Map<String, List<FileSpec>> mounted = new HashMap<>();

    private StoredValues(String service, @Nullable Path secretsDir, HostFiles files, Problems problems) {
        this.service = service;
        this.secretsDir = secretsDir;
        this.files = files;
        this.problems = problems;
    }

    /// @param secretsDir null: secrets are not looked at
    static StoredValues read(
            String service, List<Role> roles, @Nullable Path secretsDir, HostFiles files, Problems problems) {
        StoredValues values = new StoredValues(service, secretsDir, files, problems);
        for (Role role : roles) {
            List<SecretSpec> secrets = new ArrayList<>();
            role.values().or(RoleKeys.SECRETS, List.of()).forEach(entry -> {
                Content value = values.secret(entry);
                if (value != null) {
                    secrets.add(
                            new SecretSpec(entry.value().name(), entry.value().file(), value));
                }
            });
            List<FileSpec> mounted = new ArrayList<>();
            role.values().or(RoleKeys.FILES, List.of()).forEach(entry -> {
                FileSpec file = values.file(entry);
                if (file != null) {
                    mounted.add(file);
                }
            });
            values.secrets.put(role.name(), secrets);
            values.mounted.put(role.name(), mounted);
        }
        return values;
    }

    List<SecretSpec> secrets(Role role) {
        return secrets.getOrDefault(role.name(), List.of());
    }

    List<FileSpec> files(Role role) {
        return mounted.getOrDefault(role.name(), List.of());
    }

    private @Nullable Content secret(Located<SecretForm.Entry> entry) {
        if (secretsDir == null) {
            return Content.EMPTY;
        }
        String name = entry.value().name();
        Path path = secretsDir.resolve(service).resolve(name);
        byte[] bytes;
        try {
            bytes = files.read(path);
        } catch (NoSuchFileException _) {
            return told(entry, "%s does not exist; %s".formatted(path, howToSet(path, name)));
        } catch (AccessDeniedException _) {
            return told(
                    entry,
                    "%s cannot be read: permission denied; let the agent read it: chgrp dhow %s %s && chmod g+rxs %s && chmod 0640 %s"
                            .formatted(path, path.getParent(), path, path.getParent(), path));
        } catch (IOException failure) {
            return told(entry, "%s cannot be used: %s".formatted(path, HostReads.why(failure)));
        }
        if (entry.value().file() != null) {
            return Content.of(bytes);
        }
        Content value = Content.of(withoutNewline(bytes));
        String text = value.text().orElse(null);
        if (text == null || text.indexOf(0) >= 0) {
            return told(
                    entry,
                    "%s holds no text, which an environment variable must be; mount it: {name: %s, file: /run/secrets/%s}"
                            .formatted(path, name, name));
        }
        if (text.isEmpty()) {
            problems.warning(entry.place(), entry.path(), "%s is empty".formatted(path));
        }
        return value;
    }

    private @Nullable Content told(Located<SecretForm.Entry> entry, String message) {
        problems.error(entry.place(), entry.path(), message);
        return null;
    }

    private String howToSet(Path path, String name) {
        return "write its value with `dhow secret set %s %s`, or by hand: install -d -m 2770 -g dhow %s && install -m 0640 -g dhow FILE %s"
                .formatted(service, name, path.getParent(), path);
    }

    /// Editors and `echo` end a file with a newline that is not part of the value.
    private static byte[] withoutNewline(byte[] bytes) {
        int end = bytes.length;
        if (end > 0 && bytes[end - 1] == '\n') {
            end--;
            if (end > 0 && bytes[end - 1] == '\r') {
                end--;
            }
        }
        return Arrays.copyOf(bytes, end);
    }

    private @Nullable FileSpec file(Located<FileForm.Entry> entry) {
        FileForm.Entry file = entry.value();
        Path source = file.source();
        if (source == null) {
            String content = file.content() == null ? "" : file.content();
            return new FileSpec(file.target(), Content.of(content), file.mode(), null);
        }
        if (ofTheStore(source)) {
            problems.error(
                    entry.place(),
                    entry.path(),
                    "%s is in the agent's store of secrets; use \"secrets\" instead: {name: NAME, file: %s}"
                            .formatted(source, file.target()));
            return null;
        }
        try {
            byte[] bytes = files.read(source);
            return new FileSpec(file.target(), Content.of(bytes), file.mode(), source.toString());
        } catch (NoSuchFileException _) {
            problems.error(
                    entry.place(),
                    entry.path(),
                    "%s does not exist; create it, or write its content here with \"content\"".formatted(source));
        } catch (IOException failure) {
            problems.error(
                    entry.place(), entry.path(), "%s cannot be read: %s".formatted(source, HostReads.why(failure)));
        }
        return null;
    }

    /// A file there would go around the rule that a service has its own secrets only.
    private boolean ofTheStore(Path path) {
        return secretsDir != null && path.startsWith(secretsDir);
    }
}
