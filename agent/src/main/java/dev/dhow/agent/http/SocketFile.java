package dev.dhow.agent.http;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The socket's file: its place, mode and group. The socket is bound in a directory that only we can enter and moved
/// into place when its mode is right, so that nobody connects in between and a stale one is replaced in one step.
final class SocketFile {
    private static final Logger log = LoggerFactory.getLogger(SocketFile.class);
    private static final String GROUP = "dhow";
    /// What fits into sockaddr_un of unix(7), without the final NUL.
    private static final int MAX_BYTES = 107;

    /// Vert.x lets two servers of one address share it, so each has its own.
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final Path path;
    private final Path nursery;
    private @Nullable Object key;

    SocketFile(Path path) {
        this.path = path.toAbsolutePath();
        this.nursery = this.path.resolveSibling(
                ".dhow-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet());
    }

    /// Makes room and says where to bind.
    ///
    /// @throws IOException when another agent answers there, or something that is no socket is in the way
    Path prepare() throws IOException {
        Path bind = nursery.resolve("s");
        if (Math.max(bind.toString().getBytes(StandardCharsets.UTF_8).length, path.toString().getBytes(StandardCharsets.UTF_8).length) > MAX_BYTES) {
            throw new IOException("api.socket %s: the path is too long for a socket; use a shorter one".formatted(path));
        }
        try {
            Files.createDirectories(Objects.requireNonNull(path.getParent(), "a socket lies in a directory"));
            refuseOccupied();
            Files.deleteIfExists(bind);
            Files.deleteIfExists(nursery);
            Files.createDirectory(
                    nursery, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (Occupied e) {
            throw e;
        } catch (IOException e) {
            throw new IOException(
                    "api.socket %s: its directory cannot be made or written (%s); make it for the agent's user or choose another"
                            .formatted(path, e),
                    e);
        }
        return bind;
    }

    private void refuseOccupied() throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        boolean special = Files.readAttributes(
                        path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther();
        if (!special) {
            throw new Occupied("api.socket %s: a file that is no socket is in the way; move it away".formatted(path));
        }
        boolean answers;
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            answers = channel.isConnected();
        } catch (IOException e) {
            answers = false; // stale: whoever bound it is gone
        }
        if (answers) {
            throw new Occupied("another agent answers at %s; stop it or set another api.socket".formatted(path));
        }
        log.atInfo().addKeyValue("socket", path).log("stale socket replaced");
    }

    /// Gives the bound socket its mode and group and moves it into place.
    void publish() throws IOException {
        Path bound = nursery.resolve("s");
        Files.setPosixFilePermissions(bound, PosixFilePermissions.fromString("rw-rw----"));
        giveToGroup(bound);
        key = keyOf(bound);
        Files.move(bound, path, StandardCopyOption.ATOMIC_MOVE);
        Files.deleteIfExists(nursery);
    }

    private static void giveToGroup(Path bound) throws IOException {
        try {
            GroupPrincipal group =
                    bound.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(GROUP);
            Files.getFileAttributeView(bound, PosixFileAttributeView.class).setGroup(group);
        } catch (UserPrincipalNotFoundException e) {
            log.atDebug().addKeyValue("group", GROUP).log("no such group, socket stays with the agent's own");
        } catch (IOException e) {
            log.atWarn()
                    .addKeyValue("group", GROUP)
                    .addKeyValue("error", e.toString())
                    .log("socket cannot be given to the group, only the agent's user and root can use it");
        }
    }

    /// Removes the socket, unless another agent has put its own there since.
    void remove() {
        try {
            if (key != null && key.equals(keyOf(path))) {
                Files.deleteIfExists(path);
            }
            Files.deleteIfExists(nursery.resolve("s"));
            Files.deleteIfExists(nursery);
        } catch (IOException e) {
            log.atDebug().addKeyValue("socket", path).addKeyValue("error", e.toString()).log("socket not removed");
        }
    }

    private static @Nullable Object keyOf(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    /// Somebody or something has the place.
    private static final class Occupied extends IOException {
        private static final long serialVersionUID = 1L;

        Occupied(String message) {
            super(message);
        }
    }
}
