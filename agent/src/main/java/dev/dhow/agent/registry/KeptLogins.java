package dev.dhow.agent.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dhow.agent.state.ImageName;
import dev.dhow.api.spec.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What `dhow registry login` keeps: a file for each registry, in the directory of secrets, readable by its group,
/// which is the agent's.
public final class KeptLogins implements Credentials {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern HOST = Pattern.compile(
            "(localhost|[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*|\\[[0-9a-f:]+])"
                    + "(:[0-9]{1,5})?");

    private static final Logger log = LoggerFactory.getLogger(KeptLogins.class);

    private final Path secretsDir;
    private final AtomicBoolean warned = new AtomicBoolean();

    /// @param secretsDir which must exist before something is kept
    public KeptLogins(Path secretsDir) {
        this.secretsDir = secretsDir;
    }

    @Override
    public Answer find(String registry) {
        Path file = file(registry);
        if (!HOST.matcher(registry).matches() || !there(file)) {
            return new Answer.None();
        }
        String again = "run `dhow registry login %s` again".formatted(registry);
        try {
            JsonNode read = JSON.readTree(SecretFile.read(file).value());
            if (!read.path("username").isTextual() || !read.path("password").isTextual()) {
                return new Answer.Broken("%s holds no login; %s".formatted(file, again));
            }
            return new Answer.Found(
                    new Login.Password(
                            read.path("username").asText(),
                            new Secret(read.path("password").asText())),
                    "`dhow registry login`");
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            // Not its message, which quotes the text.
            return new Answer.Broken("%s holds no login; %s".formatted(file, again));
        } catch (IOException e) {
            return new Answer.Broken("the login of %s: %s".formatted(registry, e.getMessage()));
        }
    }

    /// Where nobody can tell, none is taken to be there: else no public image could be pulled either.
    private boolean there(Path file) {
        if (Files.exists(file)) {
            return true;
        }
        if (!Files.notExists(file) && warned.compareAndSet(false, true)) {
            log.atWarn()
                    .addKeyValue("directory", file.getParent())
                    .addKeyValue("user", System.getProperty("user.name"))
                    .log("kept logins cannot be looked at: pulls go without them; let that user into the directory");
        }
        return false;
    }

    /// Keeps a login; an older one of the registry is replaced at once or not at all.
    ///
    /// @param registry as people write it
    /// @return the name it is kept under
    /// @throws IOException with the next step
    public String keep(String registry, String username, Secret password) throws IOException {
        String host = named(registry);
        ObjectNode body = JSON.createObjectNode().put("username", username).put("password", password.value());
        Path file = file(host);
        try {
            GroupPrincipal group =
                    Files.readAttributes(secretsDir, PosixFileAttributes.class).group();
            Path directory = directory(group);
            Path aside = directory.resolve("." + host + ".new");
            Files.deleteIfExists(aside);
            try {
                write(aside, body.toString().getBytes(StandardCharsets.UTF_8));
                give(aside, group, 0640);
                Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(aside);
            }
            return host;
        } catch (FileSystemException e) {
            throw new IOException(
                    "%s was not written: %s; run this as root, or as a user who may write %s"
                            .formatted(file, e.getReason() == null ? reason(e) : e.getReason(), secretsDir),
                    e);
        }
    }

    /// Forgets a login.
    ///
    /// @return whether there was one
    /// @throws IOException with the next step
    public boolean forget(String registry) throws IOException {
        Path file = file(named(registry));
        try {
            return Files.deleteIfExists(file);
        } catch (FileSystemException e) {
            throw new IOException("%s was not removed: %s; run this as root".formatted(file, reason(e)), e);
        }
    }

    private static String reason(FileSystemException e) {
        return switch (e) {
            case java.nio.file.NoSuchFileException _ -> "there is no " + e.getFile();
            case java.nio.file.AccessDeniedException _ -> "permission denied";
            default -> String.valueOf(e.getReason() == null ? e.getClass().getSimpleName() : e.getReason());
        };
    }

    private static String named(String registry) throws IOException {
        String host = ImageName.host(registry);
        if (!HOST.matcher(host).matches()) {
            throw new IOException(
                    "\"%s\" is no registry; write its host as images do, such as registry.example.com or localhost:5000"
                            .formatted(registry));
        }
        return host;
    }

    private Path file(String host) {
        return secretsDir.resolve(".registries").resolve(host);
    }

    private Path directory(GroupPrincipal group) throws IOException {
        Path directory = secretsDir.resolve(".registries");
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            give(directory, group, 02770);
        }
        return directory;
    }

    /// Whatever this user's group and umask are.
    private static void give(Path path, GroupPrincipal group, int mode) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        if (!view.readAttributes().group().equals(group)) {
            view.setGroup(group);
        }
        Files.setAttribute(path, "unix:mode", mode);
    }

    private static void write(Path file, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }
}
