package dev.dhow.agent.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which Engine the tests start: this machine's, or the one in the directory that `DHOW_TEST_ENGINE` names, with
/// `dockerd`, `containerd`, `runc`, `docker` and their helpers side by side, as `packaging/engines` leaves them.
final class EnginePrograms {
    static final String VARIABLE = "DHOW_TEST_ENGINE";
    private static final String SETTINGS = "DHOW_TEST_ENGINE_CONFIG";

    private final @Nullable Path directory;

    /// @param named what the variable says; null or empty: the machine's own
    EnginePrograms(@Nullable String named) {
        directory = named == null || named.isEmpty() ? null : Path.of(named).toAbsolutePath();
    }

    static EnginePrograms chosen() {
        return new EnginePrograms(System.getenv(VARIABLE));
    }

    Path dockerd() {
        return find("dockerd", "docker.io");
    }

    Path docker() {
        return find("docker", "docker.io (docker-cli since Debian 13)");
    }

    /// What its `daemon.json` says: the text of `DHOW_TEST_ENGINE_CONFIG`, else nothing.
    static String settings(String ours) {
        String said = System.getenv(SETTINGS);
        String theirs = said == null
                ? ""
                : said.strip().replaceFirst("^\\{", "").replaceFirst("}$", "").strip();
        return theirs.isEmpty() ? "{%s}".formatted(ours) : "{%s, %s}".formatted(theirs, ours);
    }

    /// Lets the daemon find its helpers: those of another Engine must not come in between.
    void into(Map<String, String> environment) {
        if (directory != null) {
            environment.merge("PATH", directory.toString(), (path, first) -> first + ":" + path);
        }
    }

    private Path find(String program, String debianPackage) {
        if (directory == null) {
            return Shell.require(program, debianPackage);
        }
        Path found = directory.resolve(program);
        if (!Files.isExecutable(found)) {
            throw new IllegalStateException("%s names %s, and there is no program %s in it; run packaging/engines"
                    .formatted(VARIABLE, directory, program));
        }
        return found;
    }
}
