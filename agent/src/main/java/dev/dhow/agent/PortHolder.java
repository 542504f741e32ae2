package dev.dhow.agent;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Who listens on a TCP port of this host, as the kernel tells it in `/proc`. The process is found only where this one
/// may look at it; else its user is.
final class PortHolder {
    private static final String LISTENS = "0A";
    private static final int LOCAL = 1;
    private static final int STATE = 3;
    private static final int USER = 7;
    private static final int INODE = 9;

    private final Path proc;

    /// @param proc `/proc`
    PortHolder(Path proc) {
        this.proc = proc;
    }

    /// For people, such as `nginx (pid 812)`; empty: nobody listens, or nothing can be read.
    Optional<String> of(int port) {
        Map<String, String> users = sockets(port);
        if (users.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(process(users)
                .orElseGet(() ->
                        "a process of user " + users.values().iterator().next() + "; `ss -ltnp` shows it to root"));
    }

    /// Users by socket.
    private Map<String, String> sockets(int port) {
        Map<String, String> users = new HashMap<>();
        String suffix = ":%04X".formatted(port);
        for (String table : List.of("net/tcp", "net/tcp6")) {
            try {
                for (String line : Files.readAllLines(proc.resolve(table))) {
                    String[] fields = line.strip().split("\\s+");
                    if (fields.length > INODE
                            && fields[LOCAL].toUpperCase(Locale.ROOT).endsWith(suffix)
                            && fields[STATE].equals(LISTENS)) {
                        users.put("socket:[" + fields[INODE] + "]", fields[USER]);
                    }
                }
            } catch (IOException _) {
                // A kernel without IPv6 has no such table.
            }
        }
        return users;
    }

    private Optional<String> process(Map<String, String> sockets) {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                if (holds(process, sockets)) {
                    return Optional.of(named(process));
                }
            }
        } catch (IOException _) {
            // Told by user instead.
        }
        return Optional.empty();
    }

    private static boolean holds(Path process, Map<String, String> sockets) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path file : files) {
                if (sockets.containsKey(Files.readSymbolicLink(file).toString())) {
                    return true;
                }
            }
        } catch (IOException | java.nio.file.DirectoryIteratorException _) {
            // It ended, or is none of ours to look at.
        }
        return false;
    }

    private static String named(Path process) throws IOException {
        String name = Files.readString(process.resolve("comm")).strip();
        String pid = process.getFileName().toString();
        return name.equals("docker-proxy")
                ? "a container that publishes it; see `docker ps --format '{{.Names}} {{.Ports}}'`"
                : "%s (pid %s)".formatted(name, pid);
    }
}
