package dev.dhow.agent.secrets;

import dev.dhow.api.spec.Content;
import dev.dhow.api.spec.Names;
import dev.dhow.api.spec.SecretSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/// Writes the store of secrets for whoever may: root, and the agent's group. What is written belongs to the group of
/// the store, so that the agent can read it, and nobody else can.
public final class SecretStore {
    private static final String FILE_MODE = "rw-r-----";
    private static final int DIRECTORY_MODE = 02770;

    private final Path directory;

    /// @param directory the secrets directory
    public SecretStore(Path directory) {
        this.directory = directory.toAbsolutePath().normalize();
    }

    /// Writes a value whole or not at all, and returns its file.
    ///
    /// @throws IllegalArgumentException when a name cannot be one
    /// @throws IOException when it cannot be written; nothing of the value is in the message
    public Path set(String service, String name, Content value) throws IOException {
        Path own = own(service);
        Path file = own.resolve(named(name));
        GroupPrincipal group =
                Files.readAttributes(directory, PosixFileAttributes.class).group();
        if (!Files.isDirectory(own)) {
            Files.createDirectory(own);
            give(own, group);
            Files.setAttribute(own, "unix:mode", DIRECTORY_MODE);
        }
        Path aside = own.resolve("." + name + ".tmp");
        Files.deleteIfExists(aside);
        try {
            try (FileChannel channel = FileChannel.open(
                    aside,
                    Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                ByteBuffer bytes = ByteBuffer.wrap(value.bytes());
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                give(aside, group);
                Files.setPosixFilePermissions(aside, PosixFilePermissions.fromString(FILE_MODE));
                channel.force(true);
            }
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel channel = FileChannel.open(own, StandardOpenOption.READ)) {
                channel.force(true);
            }
        } finally {
            Files.deleteIfExists(aside);
        }
        return file;
    }

    /// The names of a service's secrets, never their values.
    public List<String> list(String service) throws IOException {
        Set<String> names = new TreeSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(own(service))) {
            for (Path file : files) {
                String name = Objects.requireNonNull(file.getFileName()).toString();
                if (SecretSpec.validName(name) && Files.isRegularFile(file)) {
                    names.add(name);
                }
            }
        } catch (NoSuchFileException _) {
            return List.of();
        }
        return List.copyOf(names);
    }

    /// Removes a secret; with the last one of a service its directory too.
    ///
    /// @return false: there was none
    public boolean remove(String service, String name) throws IOException {
        Path own = own(service);
        boolean there = Files.deleteIfExists(own.resolve(named(name)));
        if (there) {
            try (DirectoryStream<Path> left = Files.newDirectoryStream(own)) {
                if (left.iterator().hasNext()) {
                    return true;
                }
            }
            Files.deleteIfExists(own);
        }
        return there;
    }

    private static void give(Path path, GroupPrincipal group) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (!view.readAttributes().group().equals(group)) {
            view.setGroup(group);
        }
    }

    private Path own(String service) {
        if (!Names.valid(service)) {
            throw new IllegalArgumentException("\"%s\" is no name of a service".formatted(service));
        }
        return directory.resolve(service);
    }

    private static String named(String name) {
        if (!SecretSpec.validName(name)) {
            throw new IllegalArgumentException(
                    "\"%s\" is no name of a secret; names have letters, digits, _, - and .".formatted(name));
        }
        return name;
    }
}
