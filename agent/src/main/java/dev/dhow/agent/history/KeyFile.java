package dev.dhow.agent.history;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;

/// The key that secret values are hashed with. It lives with the secrets and not with the state: who has the state
/// cannot guess values by their hashes.
public final class KeyFile {
    /// Its name in the secrets directory.
    public static final String NAME = ".key";

    private static final int BYTES = 32;

    private KeyFile() {}

    /// Reads the key, or makes one where there is none yet.
    ///
    /// @return at least 32 bytes
    /// @throws IOException when it cannot be read or made, with the place
    public static byte[] readOrMake(Path secretsDir) throws IOException {
        Path file = secretsDir.resolve(NAME);
        try {
            return read(file);
        } catch (NoSuchFileException e) {
            make(secretsDir, file);
            return read(file);
        }
    }

    private static byte[] read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length < BYTES) {
            throw new IOException("%s is no key: it has %d bytes and needs %d; restore it from a backup, or remove it"
                    .formatted(file, bytes.length, BYTES));
        }
        return bytes;
    }

    /// Written aside and moved into place, so that a key is never seen half-written.
    private static void make(Path secretsDir, Path file) throws IOException {
        Files.createDirectories(secretsDir);
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        Path aside = Files.createTempFile(
                secretsDir,
                NAME,
                ".tmp",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            // On the disk before anything is hashed with it: another key after a power loss would match nothing.
            try (FileChannel channel = FileChannel.open(aside, StandardOpenOption.WRITE)) {
                ByteBuffer left = ByteBuffer.wrap(bytes);
                while (left.hasRemaining()) {
                    channel.write(left);
                }
                channel.force(true);
            }
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
            AtomicFile.sync(secretsDir);
        } catch (FileAlreadyExistsException e) {
            // Another process was quicker: its key counts.
            Files.deleteIfExists(aside);
        } finally {
            Files.deleteIfExists(aside);
        }
    }
}
