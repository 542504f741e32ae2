package dev.dhow.agent.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.testing.Shell;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDirTest {
    @TempDir
    Path temp;

    /// Runs in a process of its own: holds the directory until it is killed.
    static final class Holder {
        private Holder() {}

        public static void main(String[] args) throws Exception {
            StateDir held = StateDir.open(Path.of(args[0]));
            System.out.println("held " + held.path());
            System.in.read();
        }
    }

    @Test
    void isMadeForTheOwnerOnly() throws IOException {
        Path path = temp.resolve("a/state");
        try (StateDir state = StateDir.open(path)) {
            assertEquals(path, state.path());
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
        }
    }

    @Test
    void secondAgentInAnotherProcessIsRefusedByPidUntilTheFirstDies() throws Exception {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        temp.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(other.getInputStream(), StandardCharsets.UTF_8))) {
            assertNotNull(out.readLine());
            IOException refused = assertThrows(IOException.class, () -> StateDir.open(temp));
            assertTrue(message(refused).contains("(pid %d)".formatted(other.pid())), message(refused));
        } finally {
            other.destroyForcibly().waitFor();
        }
        StateDir.open(temp).close();
    }

    @Test
    void secondAgentInTheSameProcessIsRefused() throws IOException {
        try (StateDir first = StateDir.open(temp)) {
            assertEquals(temp, first.path());
            IOException refused = assertThrows(IOException.class, () -> StateDir.open(temp));
            assertTrue(message(refused).contains("another agent"), message(refused));
        }
    }

    @Test
    void pathThatIsAFileIsRefusedWithTheKeyToChange() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "x");
        IOException refused = assertThrows(IOException.class, () -> StateDir.open(file));
        assertTrue(message(refused).contains("state_dir"), message(refused));
    }

    @Test
    void configuredNameWinsAndIsNotStored() throws IOException {
        try (StateDir state = StateDir.open(temp)) {
            assertEquals(new HostName("web-1", null), state.hostName("web-1", () -> "machine"));
            assertEquals(new HostName("other", null), state.hostName(null, () -> "other"));
        }
    }

    @Test
    void changedMachineNameIsReportedAndNotFollowed() throws IOException {
        try (StateDir state = StateDir.open(temp)) {
            state.hostName(null, () -> "first");
        }
        try (StateDir state = StateDir.open(temp)) {
            HostName name = state.hostName(null, () -> "second");
            assertEquals("first", name.name());
            String notice = String.valueOf(name.notice());
            assertTrue(notice.contains("second") && notice.contains("host.name"), notice);
            assertNull(state.hostName(null, () -> "first").notice());
        }
    }

    @Test
    void damagedNameIsReportedAndReplaced() throws IOException {
        try (StateDir state = StateDir.open(temp)) {
            state.hostName(null, () -> "first");
            Files.writeString(temp.resolve("host-name"), "garbage");
            HostName name = state.hostName(null, () -> "second");
            assertEquals("second", name.name());
            assertTrue(String.valueOf(name.notice()).contains("host-name.damaged"), name.notice());
            assertEquals("garbage", Files.readString(temp.resolve("host-name.damaged")));
            assertEquals(new HostName("second", null), state.hostName(null, () -> "second"));
        }
    }

    @Test
    void aNameThatCannotBeReadIsNotReplacedByTodaysMachineName() throws IOException {
        Path file = temp.resolve("host-name");
        try (StateDir state = StateDir.open(temp)) {
            Files.createSymbolicLink(file, Path.of("/proc/self/mem"));
            IOException refused = assertThrows(IOException.class, () -> state.hostName(null, () -> "second"));
            assertTrue(message(refused).contains(file + " cannot be read"), message(refused));
            assertTrue(message(refused).contains("host.name"), message(refused));
            assertTrue(Files.isSymbolicLink(file));
            assertEquals("web-1", state.hostName("web-1", () -> "second").name());
        }
    }

    @Test
    void aFullDiskKeepsNoAgentFromStarting() throws Exception {
        Shell.run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", temp.toString());
        try {
            assertThrows(IOException.class, () -> Files.write(temp.resolve("full"), new byte[200_000]));
            StateDir.open(temp).close();
        } finally {
            Shell.run("umount", temp.toString());
        }
    }

    private static String message(IOException e) {
        return String.valueOf(e.getMessage());
    }
}
