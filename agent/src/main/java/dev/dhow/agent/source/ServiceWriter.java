package dev.dhow.agent.source;

import dev.dhow.agent.state.ServiceText;
import dev.dhow.api.spec.Names;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The only writer of the services directory: one file at a time, whole or not at all. Safe for use by several
/// threads; whoever else writes there is not locked out, but `expected` finds out all but the last instant.
public final class ServiceWriter {
    /// Any content will do, but there has to be a file.
    public static final String ANY = "*";

    private static final Set<PosixFilePermission> EXECUTE = EnumSet.of(
            PosixFilePermission.OWNER_EXECUTE, PosixFilePermission.GROUP_EXECUTE, PosixFilePermission.OTHERS_EXECUTE);

    private final Path directory;
    private final Consumer<String> removalMeant;

    /// @param removalMeant told of each service whose file was to be removed, after it was or where it is gone already
    public ServiceWriter(Path directory, Consumer<String> removalMeant) {
        this.directory = directory.toAbsolutePath().normalize();
        this.removalMeant = removalMeant;
    }

    /// Makes this the service's file: beside it first, to the disk, then renamed into place with the old one's mode
    /// and, where the agent may, its owner. A file `NAME.yml` keeps its name.
    ///
    /// @param expected the content that has to be there now, or [#ANY]; null: whatever is there
    public synchronized Written write(String service, byte[] text, @Nullable String expected) {
        Path temporary = directory.resolve("." + service + ".yaml.dhow");
        try {
            Found found = find(service);
            if (expected != null && !found.is(expected)) {
                return new Written.Other(found.content());
            }
            if (found.text != null && Arrays.equals(found.text, text)) {
                return new Written.Done(
                        Written.What.UNCHANGED, content(text), "%s is the same already".formatted(found.file));
            }
            writeBeside(temporary, text, found);
            Files.move(temporary, found.file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            boolean made = found.text == null;
            return new Written.Done(
                    made ? Written.What.CREATED : Written.What.CHANGED,
                    content(text),
                    "%s %s%s".formatted(found.file, made ? "made" : "changed", synced()));
        } catch (Refusal e) {
            return new Written.Refused(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            discard(temporary);
            return failed("written", service, e);
        }
    }

    /// Removes the service's file.
    ///
    /// @param expected as for [#write]
    public synchronized Written remove(String service, @Nullable String expected) {
        try {
            Found found = find(service);
            if (found.text == null && expected == null) {
                removalMeant.accept(service);
                return new Written.Absent();
            }
            if (found.text == null) {
                return new Written.Other(null);
            }
            if (expected != null && !found.is(expected)) {
                return new Written.Other(found.content());
            }
            Files.delete(found.file);
            String synced = synced();
            removalMeant.accept(service);
            return new Written.Done(
                    Written.What.REMOVED,
                    content(found.text),
                    "%s removed; its containers go when readings %d s apart agree that it is gone%s"
                            .formatted(found.file, Absence.WINDOW.toSeconds(), synced));
        } catch (NoSuchFileException _) {
            return new Written.Absent();
        } catch (Refusal e) {
            return new Written.Refused(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return failed("removed", service, e);
        }
    }

    /// The file as it is now.
    ///
    /// @param text null: there is none
    private record Found(
            Path file, byte @Nullable [] text, @Nullable PosixFileAttributes attributes) {
        @Nullable
        String content() {
            return text == null ? null : ServiceWriter.content(text);
        }

        boolean is(String expected) {
            return text != null && (expected.equals(ANY) || expected.equals(ServiceWriter.content(text)));
        }
    }

    private Found find(String service) throws IOException {
        if (!Names.valid(service)) {
            throw new IllegalArgumentException("\"%s\" is no service".formatted(service));
        }
        if (!Files.isDirectory(directory)) {
            throw new Refusal("the services directory %s is not there; make it, or set source.directory in agent.yaml"
                    .formatted(directory));
        }
        List<Path> files = List.of(directory.resolve(service + ".yaml"), directory.resolve(service + ".yml")).stream()
                .filter(file -> Files.exists(file, LinkOption.NOFOLLOW_LINKS))
                .toList();
        if (files.size() > 1) {
            throw new Refusal("%s and %s are both files of service %s; remove one of them"
                    .formatted(files.getFirst(), files.getLast(), service));
        }
        if (files.isEmpty()) {
            return new Found(directory.resolve(service + ".yaml"), null, null);
        }
        Path file = files.getFirst();
        if (Files.isSymbolicLink(file)) {
            throw new Refusal(
                    "%s is a symbolic link to %s, so it belongs to somebody else's deploy; change it there, or replace the link by a file"
                            .formatted(file, Files.readSymbolicLink(file)));
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new Refusal("%s is not a regular file; move it away".formatted(file));
        }
        try {
            return new Found(
                    file,
                    RegularFile.read(file),
                    Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
        } catch (RegularFile.Unfit | AccessDeniedException e) {
            throw new Refusal("%s: %s".formatted(file, RegularFile.why(file, e)));
        }
    }

    private void writeBeside(Path temporary, byte[] text, Found old) throws IOException {
        Files.deleteIfExists(temporary);
        try (FileChannel channel =
                FileChannel.open(temporary, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            PosixFileAttributes before = old.attributes;
            if (before != null) {
                keepOwner(temporary, before);
            }
            Files.setPosixFilePermissions(temporary, before == null ? modeOfDirectory() : before.permissions());
            ByteBuffer bytes = ByteBuffer.wrap(text);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    /// Only root may give files away, and a group only who is in it. Without either the file is the agent's, in the
    /// directory's group.
    private static void keepOwner(Path temporary, PosixFileAttributes old) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(temporary, PosixFileAttributeView.class);
        PosixFileAttributes now = view.readAttributes();
        try {
            if (!now.group().equals(old.group())) {
                view.setGroup(old.group());
            }
            if (!now.owner().equals(old.owner())) {
                view.setOwner(old.owner());
            }
        } catch (IOException _) {
            // It stays the agent's own, which reads it all the same.
        }
    }

    /// Who may read and write in the directory may read and write a new file; the agent's umask is for its state.
    private Set<PosixFilePermission> modeOfDirectory() throws IOException {
        Set<PosixFilePermission> mode = EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        mode.addAll(Files.getPosixFilePermissions(directory));
        mode.removeAll(EXECUTE);
        return mode;
    }

    /// Makes the change of the directory last. It is in force in any case, so a failure is only told.
    private String synced() {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
            return "";
        } catch (IOException e) {
            return "; it may not outlive a power loss (%s)".formatted(RegularFile.reason(e));
        }
    }

    private static void discard(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException _) {
            // The next write replaces it, and no reader takes a dotfile for a service.
        }
    }

    private Written failed(String what, String service, IOException e) {
        // The rename and the deletion are the last things that can fail, so nothing has happened yet.
        String reason = RegularFile.reason(e);
        if (e instanceof AccessDeniedException || reason.contains("Read-only file system")) {
            String why = e instanceof AccessDeniedException ? "permission denied" : reason;
            return new Written.Refused(
                    "the agent (user %s) cannot write to %s (%s); let it, for example: chgrp dhow %s && chmod g+ws %s; or change the file there yourself"
                            .formatted(System.getProperty("user.name"), directory, why, directory, directory));
        }
        return new Written.Failed(
                "the file of %s in %s was not %s: %s; nothing is changed".formatted(service, directory, what, reason));
    }

    private static String content(byte[] text) {
        return new ServiceText("", "", new String(text, StandardCharsets.UTF_8)).content();
    }

    /// It may not be changed.
    private static final class Refusal extends IOException {
        private static final long serialVersionUID = 1L;

        Refusal(String message) {
            super(message);
        }
    }
}
