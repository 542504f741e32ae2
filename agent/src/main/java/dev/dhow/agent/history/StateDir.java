package dev.dhow.agent.history;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The agent's own directory, held exclusively from [#open] to [#close], because two agents over the same
/// containers would undo each other's work.
///
/// The lock is the kernel's and ends with the process, however it ends. Nothing else may open the file `lock` in
/// this process: closing any other handle to it would release the lock (POSIX).
public final class StateDir implements AutoCloseable {
    private static final int PID_LIMIT = 32;

    private final Path path;
    private final FileChannel channel;

    private StateDir(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /// Makes the directory where it is missing (mode 0700) and locks it.
    ///
    /// @throws IOException when it cannot be made or written, or another agent holds it; the message is for
    ///     people
    public static StateDir open(Path path) throws IOException {
        Path directory = path.toAbsolutePath().normalize();
        make(directory);
        Path lockFile = directory.resolve("lock");
        FileChannel channel;
        try {
            channel = FileChannel.open(
                    lockFile, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        } catch (IOException e) {
            throw new IOException(
                    "the state directory %s cannot be used: %s; make it writable for user %s, or set `state_dir` in agent.yaml"
                            .formatted(directory, AtomicFile.reason(e), System.getProperty("user.name")),
                    e);
        }
        try {
            lock(directory, channel);
            return new StateDir(directory, channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /// Where it is, absolute.
    public Path path() {
        return path;
    }

    /// The name this host goes by: the configured one, else the stored one, else the machine's, which is then
    /// stored.
    ///
    /// A later change of the machine's name is reported and not followed: the containers' labels carry the old
    /// one, and under another name the agent would own none of them.
    ///
    /// @throws IOException when one is stored and cannot be read now: under another one it would own nothing
    public HostName hostName(@Nullable String configured, Supplier<String> machineName) throws IOException {
        if (configured != null) {
            return new HostName(configured, null);
        }
        Path file = path.resolve("host-name");
        String machine = machineName.get();
        return switch (AtomicFile.read(file)) {
            case AtomicFile.Content.Intact(byte[] bytes) -> stored(new String(bytes, StandardCharsets.UTF_8), machine);
            case AtomicFile.Content.Absent _ -> store(file, machine, null);
            case AtomicFile.Content.Unreadable(String reason) ->
                throw new IOException(
                        "%s, so this agent does not know which containers are its own; mend that, or set `host.name` in agent.yaml to the name that they carry in the label dev.dhow.host"
                                .formatted(reason));
            case AtomicFile.Content.Damaged(String reason) ->
                store(
                        file,
                        machine,
                        "%s; %s; the machine's name %s is used from now on"
                                .formatted(reason, AtomicFile.setAside(file), machine));
        };
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static HostName stored(String stored, String machine) {
        String notice = stored.equals(machine)
                ? null
                : ("the machine is now called %s; this agent keeps the name %s, which its containers carry. "
                                + "To settle it, set `host.name` in agent.yaml")
                        .formatted(machine, stored);
        return new HostName(stored, notice);
    }

    private static HostName store(Path file, String machine, @Nullable String notice) {
        return switch (AtomicFile.write(file, machine.getBytes(StandardCharsets.UTF_8))) {
            case Saved.Done _ -> new HostName(machine, notice);
            case Saved.Failed(String reason) ->
                new HostName(machine, "the host's name %s could not be stored: %s".formatted(machine, reason));
        };
    }

    private static void make(Path directory) throws IOException {
        try {
            if (!Files.isDirectory(directory)) {
                Path parent = directory.getParent();
                if (parent != null) {
                    Files.createDirectories(parent);
                }
                Files.createDirectory(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
        } catch (IOException e) {
            throw new IOException(
                    "the state directory %s cannot be made: %s; make it by hand, or set `state_dir` in agent.yaml"
                            .formatted(directory, AtomicFile.reason(e)),
                    e);
        }
    }

    private static void lock(Path directory, FileChannel channel) throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException _) {
            lock = null;
        }
        if (lock == null) {
            throw new IOException(
                    "another agent%s uses the state directory %s; stop it first, or give this one its own `state_dir`"
                            .formatted(holder(channel), directory));
        }
        byte[] pid = Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
        try {
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(pid), 0);
        } catch (IOException _) {
            // A full disk: the lock holds without it, and only the message to a second agent is poorer.
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(PID_LIMIT);
        channel.read(buffer, 0);
        String pid = new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII);
        return pid.matches("\\d+") ? " (pid %s)".formatted(pid) : "";
    }
}
