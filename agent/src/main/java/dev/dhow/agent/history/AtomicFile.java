package dev.dhow.agent.history;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;

/// Writes a file whole or not at all, and knows on reading whether it is whole.
///
/// The first line carries a checksum of the rest, so that a file torn by a crash, a broken disk or an editor is
/// found out instead of believed. One writer per file: the temporary name is fixed, so crashes leave at most one.
final class AtomicFile {
    private static final String MAGIC = "dhow 1 sha256:";
    private static final int HEADER = MAGIC.length() + 64 + 1;
    private static final int LIMIT = 4 << 20;
    /// So many bytes are read back; more are not written.
    static final int MOST = LIMIT - HEADER;
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private AtomicFile() {}

    /// What reading found.
    sealed interface Content {
        /// The bytes as they were written.
        record Intact(byte[] bytes) implements Content {}

        /// There is no such file.
        record Absent() implements Content {}

        /// It is there, as far as one can tell, and cannot be read now: what it says is unknown and must not be lost.
        ///
        /// @param reason for people, naming the file
        record Unreadable(String reason) implements Content {}

        /// It is not what was written.
        ///
        /// @param reason for people, naming the file
        record Damaged(String reason) implements Content {}
    }

    /// Replaces the file's content: a temporary file, fsync, rename, fsync of the directory.
    static Saved write(Path file, byte[] content) {
        if (content.length > MOST) {
            return new Saved.Failed(
                    "%s was not written: %d bytes are more than is read back".formatted(file, content.length));
        }
        Path temporary = temporary(file);
        try {
            writeSynced(temporary, content);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            syncParent(file);
            return new Saved.Done();
        } catch (IOException e) {
            discard(temporary);
            return new Saved.Failed("%s was not written: %s; free space there, or let the agent write there"
                    .formatted(file, reason(e)));
        }
    }

    /// Removes the file for good; one that is not there counts as removed.
    static Saved delete(Path file) {
        try {
            if (Files.deleteIfExists(file)) {
                syncParent(file);
            }
            return new Saved.Done();
        } catch (IOException e) {
            return new Saved.Failed("%s was not removed: %s".formatted(file, reason(e)));
        }
    }

    /// Reads the file and checks it.
    static Content read(Path file) {
        try {
            if (!Files.isRegularFile(file) && Files.exists(file)) {
                return new Content.Damaged("%s is not a regular file".formatted(file));
            }
            if (Files.size(file) > LIMIT) {
                return new Content.Damaged("%s is larger than anything this agent writes".formatted(file));
            }
            byte[] all = Files.readAllBytes(file);
            byte[] rest = all.length < HEADER ? all : Arrays.copyOfRange(all, HEADER, all.length);
            return all.length >= HEADER && Arrays.equals(header(rest), Arrays.copyOf(all, HEADER))
                    ? new Content.Intact(rest)
                    : new Content.Damaged("%s is damaged: its checksum does not match".formatted(file));
        } catch (NoSuchFileException _) {
            return new Content.Absent();
        } catch (IOException e) {
            return new Content.Unreadable("%s cannot be read: %s".formatted(file, reason(e)));
        }
    }

    /// Keeps a damaged file beside, for whoever wants to look what was in it.
    ///
    /// @return where it is now, for people
    static String setAside(Path file) {
        Path aside = file.resolveSibling(file.getFileName() + ".damaged");
        try {
            Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return "kept as " + aside;
        } catch (IOException e) {
            return "not kept as %s: %s".formatted(aside, reason(e));
        }
    }

    /// The words of the system for what went wrong, without the path that the caller names anyway.
    static String reason(Exception e) {
        Throwable cause = e instanceof DirectoryIteratorException && e.getCause() != null ? e.getCause() : e;
        String reason = cause instanceof FileSystemException f ? f.getReason() : cause.getMessage();
        return reason == null ? e.getClass().getSimpleName() : reason;
    }

    static Path temporary(Path file) {
        return file.resolveSibling("." + file.getFileName() + ".tmp");
    }

    private static void writeSynced(Path temporary, byte[] content) throws IOException {
        Files.deleteIfExists(temporary);
        try (FileChannel channel = FileChannel.open(
                temporary, Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW), OWNER_ONLY)) {
            ByteBuffer[] parts = {ByteBuffer.wrap(header(content)), ByteBuffer.wrap(content)};
            while (parts[0].hasRemaining() || parts[1].hasRemaining()) {
                channel.write(parts);
            }
            channel.force(true);
        }
    }

    private static void syncParent(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            sync(directory);
        }
    }

    /// Makes the names in a directory last.
    static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void discard(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException _) {
            // The next write replaces it; the reason of the first failure is the one to tell.
        }
    }

    private static byte[] header(byte[] content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            return (MAGIC + HexFormat.of().formatHex(digest) + "\n").getBytes(StandardCharsets.US_ASCII);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
