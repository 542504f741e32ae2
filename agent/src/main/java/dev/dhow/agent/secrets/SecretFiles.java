package dev.dhow.agent.secrets;

import dev.dhow.agent.manifest.HostFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Reads files of the host for service files. Secrets by their own path, and only where nobody but root and the agent
/// can read them; what else the agent may read and a service may not by no path.
public final class SecretFiles implements HostFiles {
    private static final String GROUP = "dhow";
    /// What the kernel tells there is of the agent's own process and host.
    private static final List<Path> KERNEL = List.of(Path.of("/proc"), Path.of("/sys"));

    private final Path directory;
    private final Path state;
    private final HostFiles disk;

    /// @param directory the secrets directory
    /// @param state the state directory, where copies of mounted secrets are
    /// @param disk reads any file
    public SecretFiles(Path directory, Path state, HostFiles disk) {
        this.directory = directory.toAbsolutePath().normalize();
        this.state = state.toAbsolutePath().normalize();
        this.disk = disk;
    }

    @Override
    public byte[] read(Path path) throws IOException {
        if (path.toAbsolutePath().normalize().startsWith(directory)) {
            // Read first: what is not there, or not to be read, is told as such.
            byte[] content = disk.read(path);
            Optional<String> problem = check(path.toRealPath());
            if (problem.isPresent()) {
                throw new Refused(problem.get());
            }
            return content;
        }
        Path real = path.toRealPath();
        if (closed(real)) {
            throw new Refused("it is %s, which no service may read".formatted(real));
        }
        // By the path that was judged: a link may have another target by now.
        return disk.read(real);
    }

    private boolean closed(Path real) {
        return Stream.concat(Stream.of(directory, state).flatMap(SecretFiles::bothWays), KERNEL.stream())
                .anyMatch(real::startsWith);
    }

    /// As it is written, and where it leads.
    private static Stream<Path> bothWays(Path directory) {
        try {
            return Stream.of(directory, directory.toRealPath());
        } catch (IOException _) {
            // Nothing leads into a directory that is not there.
            return Stream.of(directory);
        }
    }

    private static Optional<String> check(Path real) throws IOException {
        Map<String, Object> agent = Files.readAttributes(Path.of("/proc/self"), "unix:uid,gid");
        List<Reach.Node> directories = new ArrayList<>();
        for (Path above = real.getParent(); above != null; above = above.getParent()) {
            directories.addFirst(node(above, agent));
        }
        return Reach.problem(directories, node(real, agent));
    }

    private static Reach.Node node(Path path, Map<String, Object> agent) throws IOException {
        Map<String, Object> found = Files.readAttributes(path, "unix:uid,gid,mode,group");
        Object uid = found.get("uid");
        Object gid = found.get("gid");
        boolean ownGroup = Integer.valueOf(0).equals(gid)
                || agent.get("gid") instanceof Object own && own.equals(gid)
                || GROUP.equals(String.valueOf(found.get("group")));
        boolean ownUser = Integer.valueOf(0).equals(uid) || agent.get("uid") instanceof Object me && me.equals(uid);
        int mode = found.get("mode") instanceof Integer bits ? bits & 0777 : 0777;
        return new Reach.Node(path.toString(), ownUser, ownGroup, mode);
    }

    /// It is there, and others can read it, or nobody may ask for it.
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }
}
