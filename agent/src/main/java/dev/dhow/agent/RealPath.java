package dev.dhow.agent;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Where a path of the host leads on the real disk.
final class RealPath {
    private RealPath() {}

    /// Links are followed as far as it exists.
    ///
    /// @throws IOException when nobody can know, because a part of the way is closed to this user or leads nowhere;
    ///     the message is for people
    static String of(String path) throws IOException {
        Path whole = Path.of(path).normalize();
        IOException closed = null;
        Path there = whole;
        while (true) {
            try {
                Path real = there.toRealPath();
                if (closed != null) {
                    throw new IOException(beyond(real, closed));
                }
                return real.resolve(there.relativize(whole)).normalize().toString();
            } catch (NoSuchFileException e) {
                if (Files.exists(there, LinkOption.NOFOLLOW_LINKS)) {
                    throw new IOException(
                            "%s is a symbolic link to what is not there, so it may lead anywhere later; make what it leads to, or remove it"
                                    .formatted(there),
                            e);
                }
                // Its directory may exist.
            } catch (FileSystemException e) {
                closed = e;
            }
            there = there.getParent();
            if (there == null) {
                return whole.toString();
            }
        }
    }

    private static String beyond(Path open, IOException closed) {
        String user = System.getProperty("user.name");
        return closed instanceof AccessDeniedException
                ? "user %s may not look into %s: setfacl -m u:%s:x %s, or mount %s as a whole"
                        .formatted(user, open, user, open, open)
                : "nothing can be known of what is below %s: %s".formatted(open, reason(closed));
    }

    private static String reason(IOException e) {
        String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
        return reason == null ? e.getClass().getSimpleName() : reason;
    }
}
