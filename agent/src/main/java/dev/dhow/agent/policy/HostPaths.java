package dev.dhow.agent.policy;

import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/// Paths of the host by where they really lead.
final class HostPaths {
    /// Where Docker's socket is on most hosts, besides the one that this agent uses.
    private static final List<String> SOCKETS = List.of("/var/run/docker.sock", "/run/docker.sock");

    private final List<String> roots;
    private final List<String> sockets;
    private final UnaryOperator<String> real;

    HostPaths(List<String> roots, String dockerSocket, UnaryOperator<String> real) {
        this.real = real;
        this.roots = roots.stream().map(this::real).toList();
        this.sockets = java.util.stream.Stream.concat(SOCKETS.stream(), java.util.stream.Stream.of(dockerSocket))
                .map(this::real)
                .toList();
    }

    /// The path without `..` and symbolic links.
    String real(String path) {
        return Path.of(real.apply(Path.of(path).normalize().toString()))
                .normalize()
                .toString();
    }

    /// Whether a path is a directory or below it.
    static boolean within(String path, String directory) {
        return Path.of(path).startsWith(Path.of(directory));
    }

    boolean inRoots(String path) {
        return roots.stream().anyMatch(root -> within(path, root));
    }

    boolean isDockerSocket(String path) {
        return sockets.contains(path);
    }

    /// Whether Docker's socket can be reached by a container that has this path.
    boolean holdsDockerSocket(String path) {
        return sockets.stream().anyMatch(socket -> within(socket, path));
    }
}
