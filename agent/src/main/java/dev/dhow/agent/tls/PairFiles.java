package dev.dhow.agent.tls;

import dev.dhow.api.spec.CertificateSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where the parts of a pair stand.
///
/// @param key null: in the certificate's own file
record PairFiles(Path certificate, @Nullable Path key) {
    /// No certificate comes near it.
    private static final int LIMIT = 1 << 20;

    /// The files that a role names.
    ///
    /// @param directory what relative paths are relative to
    static PairFiles of(CertificateSource.Files source, Path directory) {
        Path certificate = directory.resolve(source.certificate());
        Path key = directory.resolve(source.key());
        return new PairFiles(certificate, key.equals(certificate) ? null : key);
    }

    /// What shows without reading that a file changed.
    ///
    /// @param inode null: there is no such file, or no such thing as an inode
    private record Stamp(
            long size,
            @Nullable FileTime modified,
            @Nullable Object inode) {}

    /// The state of the files now, to compare with an earlier one; links are followed.
    Object stamps() {
        List<Stamp> stamps = new ArrayList<>();
        stamps.add(stamp(certificate));
        if (key != null) {
            stamps.add(stamp(key));
        }
        return List.of(this, stamps);
    }

    /// The bytes of one of the files.
    ///
    /// @throws UnfitPem when it cannot be read, or is no regular file of at most 1 MiB: a FIFO would block
    static byte[] read(Path file) throws UnfitPem {
        try {
            BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
            if (!found.isRegularFile() || found.size() > LIMIT) {
                throw new UnfitPem("%s is %s; put a PEM file there"
                        .formatted(file, found.isRegularFile() ? "larger than 1 MiB" : "not a regular file"));
            }
            try (InputStream in = Files.newInputStream(file)) {
                return in.readNBytes(LIMIT);
            }
        } catch (NoSuchFileException e) {
            throw new UnfitPem("%s is missing; put it there".formatted(file), e);
        } catch (AccessDeniedException e) {
            throw new UnfitPem(
                    "%s: permission denied; make it readable for user %s, for example: chgrp dhow %s && chmod g+r %s"
                            .formatted(file, System.getProperty("user.name"), file, file),
                    e);
        } catch (IOException e) {
            throw new UnfitPem("%s cannot be read: %s".formatted(file, reason(e)), e);
        }
    }

    /// The failure's own words, without the path.
    static String reason(IOException e) {
        String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
        return reason == null ? e.getClass().getSimpleName() : reason;
    }

    private static Stamp stamp(Path file) {
        try {
            BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(found.size(), found.lastModifiedTime(), found.fileKey());
        } catch (IOException e) {
            return new Stamp(-1, null, e.getClass());
        }
    }
}
