package dev.dhow.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `bin/dhow` as it is shipped, run with Javas that only tell how they were called.
class LauncherTest {
    @TempDir
    Path dir;

    private Path home;
    private Path script;
    private final Map<String, String> env = new LinkedHashMap<>();

    private record Result(int code, String out, String err) {}

    @BeforeEach
    void install() throws IOException {
        home = Files.createDirectories(dir.resolve("with space/dhow")).toRealPath();
        Files.createDirectories(home.resolve("bin"));
        script = home.resolve("bin/dhow");
        Files.createDirectories(home.resolve("lib"));
        // The usual places of this machine must not decide the test.
        String text = Files.readString(Path.of("src/main/dist/bin/dhow"))
                .replace("/usr/lib/jvm/", dir + "/jvm/")
                .replace("/opt/java", dir + "/opt/java");
        Files.writeString(script, text);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        // Where the machine's own `java` is on the path, one that is too old stands before it.
        env.put("PATH", java("path", "17", true).resolve("bin") + ":/usr/bin:/bin");
    }

    /// A Java below `dir` that prints its home and its arguments.
    private Path java(String name, String version, boolean release) throws IOException {
        Path home = dir.resolve(name);
        Path java = home.resolve("bin/java");
        Files.createDirectories(java.getParent());
        Files.writeString(java, """
            #!/bin/sh
            if [ "$1" = -version ]; then echo 'openjdk version "%s.0.1" 2026-01-01' >&2; exit 0; fi
            echo '%s'
            for a do echo "$a"; done
            exit 42
            """.formatted(version, name));
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        if (release) {
            Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"" + version + ".0.1\"\n");
        }
        return home;
    }

    private Result run(Path started, String... args) throws Exception {
        Path out = dir.resolve("out");
        Path err = dir.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(Stream.of(started.toString()), Stream.of(args))
                        .toList())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(env);
        int code = builder.start().waitFor();
        return new Result(code, Files.readString(out), Files.readString(err));
    }

    private String chosen() throws Exception {
        Result result = run(script, "version");
        assertEquals(42, result.code, "java's own exit code comes through: " + result);
        return result.out.lines().findFirst().orElseThrow();
    }

    @Test
    void theJavaIsFoundInOrder() throws Exception {
        env.put("PATH", java("onpath", "25", true).resolve("bin") + ":/usr/bin:/bin");
        assertEquals("onpath", chosen());
        java("opt/java-25", "25", true);
        assertEquals("opt/java-25", chosen());
        java("jvm/temurin-25-jdk", "25", true);
        assertEquals("jvm/temurin-25-jdk", chosen());
        env.put("JAVA_HOME", java("home", "25", true).toString());
        assertEquals("home", chosen());
        env.put("DHOW_JAVA_HOME", java("own", "25", true).toString());
        assertEquals("own", chosen());
    }

    @Test
    void aJavaOfAnotherVersionIsPassedOver() throws Exception {
        java("jvm/jdk-25", "25", false); // without a release file it is asked
        env.put("JAVA_HOME", java("old", "21", true).toString());
        java("jvm/1.25-fake", "17", true);
        assertEquals("jvm/jdk-25", chosen());
    }

    @Test
    void withoutAJava25OneLineSaysWhatToInstall() throws Exception {
        env.put("JAVA_HOME", dir + "/nowhere");
        Result result = run(script, "version");
        assertEquals(1, result.code);
        assertEquals("", result.out);
        assertEquals(1, result.err.lines().count(), result.err);
        assertTrue(result.err.startsWith("dhow: error: no Java 25 found; install one"), result.err);
    }

    @Test
    void aWrongOwnChoiceIsSaidAndNotPassedOver() throws Exception {
        java("jvm/jdk-25", "25", true);
        env.put("DHOW_JAVA_HOME", java("own", "17", true).toString());
        Result result = run(script, "version");
        assertEquals(1, result.code);
        assertEquals("dhow: error: DHOW_JAVA_HOME=" + dir + "/own is no Java 25; correct it or unset it\n", result.err);
        env.put("DHOW_JAVA_HOME", dir + "/nowhere");
        assertEquals(1, run(script, "version").code);
    }

    @Test
    void argumentsOptionsAndLinksSurvive() throws Exception {
        java("jvm/jdk-25", "25", true);
        env.put("DHOW_JAVA_OPTS", "-Xmx99m -Dx=y");
        Path link = Files.createSymbolicLink(dir.resolve("second"), script);
        Path linkOfLink = Files.createSymbolicLink(dir.resolve("third link"), link);
        List<String> words =
                run(linkOfLink, "validate", "a b", "", "*").out.lines().toList();
        int jar = words.indexOf("-jar");
        assertEquals(
                List.of("-jar", home + "/lib/dhow-agent.jar", "validate", "a b", "", "*"),
                words.subList(jar, words.size()));
        assertEquals(List.of("-Xmx99m", "-Dx=y"), words.subList(jar - 2, jar), "last, so that they win");
    }

    @Test
    void theAgentRunsLongAndTheCommandsShort() throws Exception {
        java("jvm/jdk-25", "25", true);
        for (String[] command : new String[][] {{"agent"}, {"--host", "unix:///x", "agent", "--config", "y"}}) {
            List<String> words = run(script, command).out.lines().toList();
            assertTrue(words.contains("-XX:TrimNativeHeapInterval=60000"), words.toString());
            assertFalse(words.contains("-XX:TieredStopAtLevel=1"), words.toString());
        }
        for (String[] command : new String[][] {{"status", "agent"}, {"--host", "agent", "plan"}, {}}) {
            List<String> words = run(script, command).out.lines().toList();
            assertTrue(words.contains("-XX:TieredStopAtLevel=1"), words.toString());
        }
    }

    @Test
    void anArchiveOfClassesIsUsedWhereItIsShipped() throws Exception {
        java("jvm/jdk-25", "25", true);
        assertFalse(run(script, "version").out.contains("SharedArchiveFile"));
        Files.writeString(home.resolve("lib/dhow.jsa"), "");
        assertTrue(run(script, "version").out.contains("-XX:SharedArchiveFile=" + home + "/lib/dhow.jsa\n"));
    }
}
