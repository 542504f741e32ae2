package dev.dhow.agent.secrets;

import dev.dhow.agent.manifest.HostFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads files of the host for service files; those below the secrets directory only where nobody but root and the
/// agent can read them.
public final class SecretFiles implements HostFiles {
    private static final String GROUP = "dhow";

    private final Path directory;
    private final HostFiles disk;

    /// @param directory the secrets directory
    /// @param disk reads any file
    public SecretFiles(Path directory, HostFiles disk) {
        this.directory = directory.toAbsolutePath().normalize();
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
        return disk.read(path);
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

    /// It is there, and others can read it.
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }
}
