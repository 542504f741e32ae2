package dev.dhow.agent.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Takes down what an engine under one directory leaves: its processes, their containers, mounts and files.
///
/// A process counts when a whole argument of its command line lies in that directory, which no other engine uses.
final class EngineLeftovers {
    private EngineLeftovers() {}

    static void remove(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        end(directory);
        mounts(directory).reversed().forEach(mount -> Shell.attempt("umount", "-l", mount));
        Shell.run("rm", "-rf", "--one-file-system", directory.toString());
    }

    /// Ends processes alone.
    static void end(Path directory) {
        List<ProcessHandle> ours = ProcessHandle.allProcesses()
                .filter(process -> belongs(process.pid(), directory))
                .toList();
        List<ProcessHandle> all = new ArrayList<>(ours);
        // Containers are children of shims, and bear no path of ours.
        ours.stream().flatMap(ProcessHandle::descendants).forEach(all::add);
        all.forEach(EngineLeftovers::kill);
        Await.until("processes of " + directory + " to end", () -> all.stream().noneMatch(EngineLeftovers::lives));
    }

    private static void kill(ProcessHandle process) {
        // A stopped process dies of this as well.
        process.destroyForcibly();
    }

    /// A zombie that another process has to reap is dead enough.
    static boolean lives(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
            return !stat.substring(stat.lastIndexOf(')')).startsWith(") Z");
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean belongs(long pid, Path directory) {
        try {
            byte[] line = Files.readAllBytes(Path.of("/proc", Long.toString(pid), "cmdline"));
            String prefix = directory + "/";
            return Stream.of(new String(line, StandardCharsets.UTF_8).split("\0"))
                    .anyMatch(argument -> argument.startsWith(prefix) || argument.startsWith("unix://" + prefix));
        } catch (IOException e) {
            return false;
        }
    }

    /// What is mounted in it, the outer before the inner.
    static List<String> mounts(Path directory) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/mounts"))) {
            return lines.map(line -> line.split(" ")[1])
                    .filter(mount -> mount.startsWith(directory + "/"))
                    .toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
