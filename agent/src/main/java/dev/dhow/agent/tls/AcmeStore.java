package dev.dhow.agent.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The account at one authority and what it issued: PEM files of mode 0600, each written whole or not at all. Losing
/// them costs new orders.
final class AcmeStore {
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<?> OWNER_ONLY_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final int ENOUGH = 16;

    private final Path directory;

    /// @param store for all authorities
    /// @param authority the URL of one; what it issued does not count at another one, such as its staging
    AcmeStore(Path store, String authority) {
        this.directory = store.resolve(hash(authority));
    }

    /// The key of the account, made where there is none.
    ///
    /// @throws IOException when it cannot be read, made or stored; the message is for people
    KeyPair account() throws IOException {
        Path file = directory.resolve("account.pem");
        if (Files.exists(file)) {
            Pem pem = read(file);
            if (pem.keys().isEmpty() || pem.publicKeys().isEmpty()) {
                throw new IOException("%s is no account key; remove it, and a new account is made".formatted(file));
            }
            return new KeyPair(pem.publicKeys().getFirst(), pem.keys().getFirst());
        }
        try {
            KeyPair keys = SelfSigned.ecKey();
            write(
                    file,
                    Pem.block("PRIVATE KEY", keys.getPrivate().getEncoded())
                            + Pem.block("PUBLIC KEY", keys.getPublic().getEncoded()));
            return keys;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has P-256", e);
        }
    }

    /// What was issued for a host; null: nothing.
    ///
    /// @throws IOException when it cannot be read or is damaged
    @Nullable
    Pair certificate(String host) throws IOException {
        Path file = file(host);
        if (!Files.exists(file)) {
            return null;
        }
        PairText text = PairText.read(new PairFiles(file, null));
        return switch (text) {
            case PairText.Unreadable unreadable -> throw new IOException(unreadable.problem());
            case PairText.Bytes bytes ->
                switch (PairReader.read(bytes)) {
                    case PairReader.Result.Good good -> good.pair();
                    case PairReader.Result.Bad bad -> throw new IOException(bad.problem());
                    case PairReader.Result.NoPair _ -> throw new IOException(file + " holds no key");
                };
        };
    }

    /// Stores what was issued.
    ///
    /// @throws IOException when it cannot be written
    void store(String host, PrivateKey key, List<X509Certificate> chain) throws IOException {
        StringBuilder text = new StringBuilder(Pem.block("PRIVATE KEY", key.getEncoded()));
        try {
            for (X509Certificate certificate : chain) {
                text.append(Pem.block("CERTIFICATE", certificate.getEncoded()));
            }
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificate has no encoding: " + e.getMessage(), e);
        }
        write(file(host), text.toString());
    }

    /// Where the certificate of a host is.
    Path file(String host) {
        // Whatever a host is called, its file is one of ours; the authority says what it thinks of the name.
        return directory.resolve((host.matches("[a-z0-9]([a-z0-9.-]*[a-z0-9])?") ? host : hash(host)) + ".pem");
    }

    private static Pem read(Path file) throws IOException {
        try {
            return Pem.read(file, PairFiles.read(file));
        } catch (UnfitPem e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private void write(Path file, String text) throws IOException {
        makeDirectory(directory);
        Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
        Files.deleteIfExists(temporary);
        try (FileChannel channel = FileChannel.open(
                temporary, Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW), OWNER_ONLY)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void makeDirectory(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory, OWNER_ONLY_DIRECTORY);
        }
    }

    private static String hash(String authority) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(authority.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, ENOUGH);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
