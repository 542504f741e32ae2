package dev.dhow.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `mvn package` leaves in `target/dhow`.
class DistributionIT {
    private static final Path HOME = Path.of("target/dhow");

    /// Tests' own, a second Jackson, natives that Vert.x would load, and what a Unix socket needs no more.
    private static final List<String> UNWANTED = List.of(
            "junit",
            "testcontainers",
            "archunit",
            "jackson-core-3",
            "jackson-databind-3",
            "io_uring",
            "epoll",
            "jna",
            "commons-compress",
            "exposition-formats",
            // Its libraries lie in lib/native.
            "boringssl");

    @TempDir
    Path dir;

    @Test
    void theLibrariesAreThoseThatRunAndNoOthers() throws IOException {
        try (Stream<Path> files = Files.list(HOME.resolve("lib"))) {
            List<String> jars = files.map(file -> file.getFileName().toString()).toList();
            assertTrue(jars.contains("dhow-agent.jar"), jars.toString());
            assertEquals(
                    List.of("native"),
                    jars.stream()
                            .filter(jar ->
                                    !jar.endsWith(".jar") || UNWANTED.stream().anyMatch(jar::contains))
                            .toList());
        }
        try (Stream<Path> files = Files.list(HOME.resolve("lib/native"))) {
            assertEquals(
                    Set.of("libnetty_tcnative_linux_x86_64.so", "libnetty_tcnative_linux_aarch_64.so"),
                    files.map(file -> file.getFileName().toString()).collect(Collectors.toSet()));
        }
    }

    @Test
    void theProgramRunsFromWhereItLies() throws Exception {
        Path script = HOME.resolve("bin/dhow");
        assertEquals("rwxr-xr-x", PosixFilePermissions.toString(Files.getPosixFilePermissions(script)));
        File out = dir.resolve("out").toFile();
        File err = dir.resolve("err").toFile();
        ProcessBuilder builder = new ProcessBuilder(script.toAbsolutePath().toString(), "version")
                .directory(dir.toFile())
                .redirectOutput(out)
                .redirectError(err);
        builder.environment().put("DHOW_JAVA_HOME", System.getProperty("java.home"));
        int code = builder.start().waitFor();
        assertEquals("", Files.readString(err.toPath()), "the JVM has nothing to say either");
        assertEquals("dhow " + Version.text() + "\n", Files.readString(out.toPath()));
        assertEquals(0, code);
    }
}
