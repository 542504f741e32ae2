package dev.dhow.agent;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which process of this host is a container's first, told by the kernel and not by Docker. While it is the same one,
/// the
/// container was not started anew, so that its address is still its own.
final class ContainerLives {
    private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");
    /// In `/proc/PID/stat`, behind the name in parentheses: when it started, in ticks since the boot.
    private static final int STARTED = 19;

    private final Path proc;

    /// @param proc `/proc`
    ContainerLives(Path proc) {
        this.proc = proc;
    }

    private record First(long started, String life) {}

    /// The life of each container that has a process, by its id; of one in which several have begun, the oldest's.
    Map<String, String> now() {
        Map<String, First> oldest = new HashMap<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                look(process, oldest);
            }
        } catch (IOException | DirectoryIteratorException _) {
            // No container is known, then.
        }
        Map<String, String> lives = new HashMap<>();
        oldest.forEach((id, first) -> lives.put(id, first.life()));
        return lives;
    }

    private static void look(Path process, Map<String, First> oldest) {
        try {
            Matcher id = ID.matcher(Files.readString(process.resolve("cgroup")));
            if (!id.find()) {
                return;
            }
            String stat = Files.readString(process.resolve("stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            First first = new First(Long.parseLong(fields[STARTED]), process.getFileName() + "@" + fields[STARTED]);
            oldest.merge(id.group(), first, (a, b) -> a.started() <= b.started() ? a : b);
        } catch (IOException | RuntimeException _) {
            // It has just ended, or is none of ours to look at.
        }
    }
}
