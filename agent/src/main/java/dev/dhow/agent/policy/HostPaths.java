package dev.dhow.agent.policy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Paths of the host by where they really lead.
final class HostPaths {
    /// Where Docker's socket is on most hosts, besides the one that this agent uses.
    private static final List<String> SOCKETS = List.of("/var/run/docker.sock", "/run/docker.sock");

    private final List<String> roots;
    private final List<String> sockets;
    private final List<String> own;
    private final RealPaths real;

    HostPaths(List<String> roots, Host host) {
        this.real = host.real();
        this.roots = roots.stream().map(this::known).toList();
        this.sockets = java.util.stream.Stream.concat(SOCKETS.stream(), java.util.stream.Stream.of(host.dockerSocket()))
                .map(this::known)
                .toList();
        this.own = host.own().stream().map(this::known).toList();
    }

    /// The path without `..` and symbolic links.
    ///
    /// @throws IOException when it cannot be looked at
    String real(String path) throws IOException {
        return Path.of(real.of(Path.of(path).normalize().toString()))
                .normalize()
                .toString();
    }

    /// The same of what the operator wrote, which is taken at its word where it cannot be looked at.
    String known(String path) {
        try {
            return real(path);
        } catch (IOException _) {
            return Path.of(path).normalize().toString();
        }
    }

    /// Whether a path is a directory or below it.
    static boolean within(String path, String directory) {
        return Path.of(path).startsWith(Path.of(directory));
    }

    /// Whether a container that has this path has something of the agent's own.
    boolean touchesAgent(String path) {
        return own.stream().anyMatch(each -> within(path, each) || within(each, path));
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
