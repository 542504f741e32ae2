package dev.dhow.agent.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dhow.agent.state.ImageName;
import dev.dhow.api.spec.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The logins in Docker's own `config.json`: what `docker login` of the agent's user left, and its credential
/// helpers.
public final class DockerConfigLogins implements Credentials {
    private static final Logger log = LoggerFactory.getLogger(DockerConfigLogins.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final CredentialHelper helper;
    /// The last trouble with the store; empty: none.
    private volatile String told = "";

    /// @param directory that holds `config.json`
    DockerConfigLogins(Path directory, CredentialHelper helper) {
        this.file = directory.resolve("config.json");
        this.helper = helper;
    }

    /// The ones of this process's user: in `$DOCKER_CONFIG`, else in `~/.docker`.
    ///
    /// @param env this process's environment
    public static DockerConfigLogins ofUser(Map<String, String> env, String home) {
        String named = env.getOrDefault("DOCKER_CONFIG", "");
        return new DockerConfigLogins(
                named.isEmpty() ? Path.of(home, ".docker") : Path.of(named),
                new CredentialHelper(env.getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin")));
    }

    @Override
    public Answer find(String registry) throws InterruptedException {
        JsonNode config;
        try {
            config = JSON.readTree(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return new Answer.None();
        } catch (JsonProcessingException e) {
            // Not its message, which quotes the text.
            return new Answer.Broken("%s is no JSON; correct it, or move it away".formatted(file));
        } catch (IOException e) {
            // Of a user whose home is closed to the agent (as under systemd) this says nothing about any registry.
            log.atDebug().addKeyValue("file", file).log("docker's config.json cannot be read");
            return new Answer.None();
        }
        JsonNode named = ofRegistry(config.path("credHelpers"), registry);
        if (named.isTextual()) {
            return helper.get(named.asText(), registry);
        }
        if (config.path("credsStore").isTextual()) {
            Answer stored = stored(config.path("credsStore").asText(), registry);
            if (stored instanceof Answer.Found) {
                return stored;
            }
        }
        return written(ofRegistry(config.path("auths"), registry), registry);
    }

    /// A store is asked about every registry, so that a broken one says nothing about this one.
    private Answer stored(String name, String registry) throws InterruptedException {
        Answer answer = helper.get(name, registry);
        String trouble = answer instanceof Answer.Broken(String message) ? message : "";
        if (!trouble.isEmpty() && !trouble.equals(told)) {
            log.atWarn().addKeyValue("file", file).addKeyValue("error", trouble).log("credential store not usable");
        }
        told = trouble;
        return answer;
    }

    /// Keys are hosts or URLs; of Hub, any of its names.
    private static JsonNode ofRegistry(JsonNode byAddress, String registry) {
        Optional<JsonNode> found = byAddress.properties().stream()
                .filter(entry -> ImageName.host(entry.getKey()).equals(registry))
                .map(Map.Entry::getValue)
                .findFirst();
        return found.orElse(com.fasterxml.jackson.databind.node.MissingNode.getInstance());
    }

    private Answer written(JsonNode entry, String registry) {
        String identity = entry.path("identitytoken").asText("");
        String token = entry.path("registrytoken").asText("");
        if (!identity.isEmpty()) {
            return found(new Login.IdentityToken(new Secret(identity)));
        }
        if (!token.isEmpty()) {
            return found(new Login.RegistryToken(new Secret(token)));
        }
        String auth = entry.path("auth").asText("");
        String username = entry.path("username").asText("");
        if (auth.isEmpty()) {
            // A store leaves an empty entry as a mark.
            return username.isEmpty()
                    ? new Answer.None()
                    : found(new Login.Password(
                            username, new Secret(entry.path("password").asText(""))));
        }
        try {
            String pair = new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            if (colon > 0) {
                return found(
                        // Some versions of Docker padded the password with zero bytes.
                        new Login.Password(
                                pair.substring(0, colon),
                                new Secret(pair.substring(colon + 1).replaceFirst("\\x00+\\z", ""))));
            }
        } catch (IllegalArgumentException e) {
            // No base64: told below, without its text.
        }
        return new Answer.Broken("the entry of %s in %s is no login; run docker login again".formatted(registry, file));
    }

    private Answer found(Login login) {
        return new Answer.Found(login, file.toString());
    }
}
