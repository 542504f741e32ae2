package dev.dhow.agent;

import dev.dhow.agent.history.KeyFile;
import dev.dhow.agent.plan.HmacKey;
import dev.dhow.agent.plan.HmacKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// This host's key for secret values, read once. Where it cannot be read or made, each pass tries again, so that
/// services
/// go on as soon as somebody mended the directory. Used by several threads.
final class HostKey implements HmacKeys {
    private static final Logger log = LoggerFactory.getLogger(HostKey.class);

    private final Path directory;
    private @Nullable HmacKey key;
    private @Nullable String failure;

    /// @param directory the secrets directory
    HostKey(Path directory) {
        this.directory = directory;
    }

    /// A key for something else than secrets, from which this one cannot be found; of this process alone where there is
    /// none.
    byte[] of(String use) {
        HmacKey own = now();
        if (own == null) {
            byte[] random = new byte[32];
            new SecureRandom().nextBytes(random);
            return random;
        }
        return own.of("dhow " + use).getBytes(StandardCharsets.UTF_8);
    }

    /// Null where there is none and none can be made; only services with `secrets` or an `env_file` need it.
    @Override
    public synchronized @Nullable HmacKey now() {
        if (key != null) {
            return key;
        }
        try {
            HmacKey read = new HmacKey(KeyFile.readOrMake(directory));
            if (failure != null) {
                log.atInfo().addKeyValue("directory", directory).log("there is a key for secrets now");
            }
            key = read;
            return read;
        } catch (IOException e) {
            if (!e.toString().equals(failure)) {
                failure = e.toString();
                log.atWarn()
                        .addKeyValue("directory", directory)
                        .addKeyValue("error", failure)
                        .log("no key for secrets: services with secrets or an env_file wait; let the agent write"
                                + " secrets_dir");
            }
            return null;
        }
    }
}
