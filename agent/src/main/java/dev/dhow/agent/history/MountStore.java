package dev.dhow.agent.history;

import dev.dhow.api.spec.MountedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// The copies of secrets and files that containers have mounted: `mounts/CONTAINER/0`, `1`, … in the state directory.
///
/// They lie on a disk and not in memory, because after a reboot Docker starts containers before anybody else could put
/// them back. Only the directories keep others out (0700); the files themselves can be read by any user of a container.
public final class MountStore {
    private static final Set<PosixFilePermission> PRIVATE_DIRECTORY = PosixFilePermissions.fromString("rwx------");
    private static final FileAttribute<?> OWNER_ONLY = PosixFilePermissions.asFileAttribute(PRIVATE_DIRECTORY);
    private static final Set<PosixFilePermission> PRIVATE_FILE = PosixFilePermissions.fromString("rw-------");
    /// Names the host whose agent wrote the directory; written first.
    private static final String HOST = ".host";

    private final Path directory;
    private final String host;

    /// @param host the agent's; what another one's containers have mounted is never swept
    public MountStore(StateDir state, String host) {
        this(state.path().resolve("mounts"), host);
    }

    MountStore(Path directory, String host) {
        this.directory = directory;
        this.host = host;
    }

    /// Where a container's copies are, whether they are written or not.
    public List<Path> paths(String container, int count) {
        List<Path> paths = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            paths.add(of(container).resolve(Integer.toString(i)));
        }
        return paths;
    }

    /// Writes all copies of one container, each whole or not at all.
    public Saved write(String container, List<MountedFile> files) {
        Path own = of(container);
        try {
            makeDirectory(directory);
            makeDirectory(own);
            put(own.resolve(HOST), host.getBytes(StandardCharsets.UTF_8), PRIVATE_FILE);
            for (int i = 0; i < files.size(); i++) {
                MountedFile file = files.get(i);
                put(own.resolve(Integer.toString(i)), file.content().bytes(), permissions(file.mode()));
            }
            AtomicFile.sync(own);
            AtomicFile.sync(directory);
            return new Saved.Done();
        } catch (IOException e) {
            return new Saved.Failed("the files to mount in %s were not written: %s: %s"
                    .formatted(container, own, AtomicFile.reason(e)));
        }
    }

    /// Whether one of a container's copies is not there.
    public boolean missing(String container, int count) {
        return paths(container, count).stream().anyMatch(path -> !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS));
    }

    /// Removes a container's copies.
    public Saved remove(String container) {
        Path own = of(container);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(own)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(own);
            return new Saved.Done();
        } catch (NoSuchFileException _) {
            return new Saved.Done();
        } catch (IOException e) {
            return new Saved.Failed("%s was not removed: %s".formatted(own, AtomicFile.reason(e)));
        }
    }

    /// The containers that this agent has written copies for.
    public Set<String> containers() {
        Set<String> names = new TreeSet<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (ofThisHost(entry)) {
                    names.add(entry.getFileName().toString());
                }
            }
        } catch (IOException _) {
            // Nothing there, or nothing that can be swept now.
        }
        return names;
    }

    /// Removes the copies of all containers but these.
    ///
    /// @param existing every container that may have copies
    public void sweep(Set<String> existing) {
        containers().stream().filter(name -> !existing.contains(name)).forEach(this::remove);
    }

    private boolean ofThisHost(Path entry) throws IOException {
        if (!Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try {
            return Files.readString(entry.resolve(HOST)).equals(host);
        } catch (NoSuchFileException _) {
            // It broke off before it held anything.
            return true;
        }
    }

    private Path of(String container) {
        if (!container.matches("[a-zA-Z0-9][a-zA-Z0-9_.-]*")) {
            throw new IllegalArgumentException("\"%s\" is no name of a container".formatted(container));
        }
        return directory.resolve(container);
    }

    private static void makeDirectory(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            // Whoever made or restored it may have left it open.
            Files.setPosixFilePermissions(path, PRIVATE_DIRECTORY);
        } else {
            Files.createDirectory(path, OWNER_ONLY);
        }
    }

    private static void put(Path file, byte[] content, Set<PosixFilePermission> permissions) throws IOException {
        Path aside = AtomicFile.temporary(file);
        Files.deleteIfExists(aside);
        try {
            try (FileChannel channel = FileChannel.open(
                    aside,
                    Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
                    PosixFilePermissions.asFileAttribute(PRIVATE_FILE))) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                // Not with the file's making, where the process's umask would take from it.
                Files.setPosixFilePermissions(aside, permissions);
                channel.force(true);
            }
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(aside);
        }
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] all = PosixFilePermission.values();
        for (int i = 0; i < all.length; i++) {
            // From the owner's right to read down to the others' right to execute, as in the mode's bits.
            if ((mode & (0400 >> i)) != 0) {
                set.add(all[i]);
            }
        }
        return set;
    }
}
