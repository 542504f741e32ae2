package dev.dhow.agent.registry;

import dev.dhow.api.spec.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import org.jspecify.annotations.Nullable;

/// A file that holds a password.
final class SecretFile {
    private static final int LIMIT = 64 * 1024;

    private SecretFile() {}

    /// Reads it whole.
    ///
    /// @throws IOException with the place and the next step; nothing of the content
    static Secret read(Path file) throws IOException {
        try {
            Path real = file.toRealPath();
            if (openToAll(real)) {
                throw new IOException("%s can be read by everyone on this host; chmod o-rwx %s".formatted(file, file));
            }
            try (InputStream in = Files.newInputStream(real)) {
                byte[] bytes = in.readNBytes(LIMIT + 1);
                if (bytes.length > LIMIT) {
                    throw new IOException("%s is larger than a password can be".formatted(file));
                }
                return new Secret(new String(bytes, StandardCharsets.UTF_8));
            }
        } catch (NoSuchFileException e) {
            throw new IOException("there is no %s".formatted(file), e);
        } catch (AccessDeniedException e) {
            throw new IOException(
                    "%s cannot be read by user %s; chgrp dhow and chmod 0640 it, and let the group into its directory"
                            .formatted(file, System.getProperty("user.name")),
                    e);
        }
    }

    /// Its text without one line end, which editors and `echo` add.
    static Secret line(Secret text) {
        return new Secret(text.value().replaceFirst("\r?\n\\z", ""));
    }

    /// File and directory modes taken together.
    private static boolean openToAll(Path real) throws IOException {
        if (!Files.getPosixFilePermissions(real).contains(PosixFilePermission.OTHERS_READ)) {
            return false;
        }
        for (@Nullable Path dir = real.getParent(); dir != null; dir = dir.getParent()) {
            if (!Files.getPosixFilePermissions(dir).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                return false;
            }
        }
        return true;
    }
}
