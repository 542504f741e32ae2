package dev.dhow.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortHolderTest {
    private static final String HEAD =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid" + "  timeout inode\n";

    @TempDir
    Path proc;

    private void tables(String four, String six) throws IOException {
        Files.createDirectories(proc.resolve("net"));
        Files.writeString(proc.resolve("net/tcp"), HEAD + four);
        Files.writeString(proc.resolve("net/tcp6"), HEAD + six);
    }

    private static String line(String port, String state, int uid, int inode) {
        return "   0: 00000000:%s 00000000:0000 %s 00000000:00000000 00:00000000 00000000 %d 0 %d 1 0 0 100 0 0 10 0\n"
                .formatted(port, state, uid, inode);
    }

    private void process(int pid, String name, int inode) throws IOException {
        Path fd = Files.createDirectories(proc.resolve(pid + "/fd"));
        Files.createSymbolicLink(fd.resolve("3"), Path.of("socket:[" + inode + "]"));
        Files.writeString(proc.resolve(pid + "/comm"), name + "\n");
    }

    @Test
    void processThatListensIsNamed() throws IOException {
        tables(line("0050", "01", 0, 11) + line("01BB", "0A", 0, 12), line("0050", "0A", 33, 13));
        process(7, "client", 11);
        process(812, "nginx", 13);
        assertEquals(Optional.of("nginx (pid 812)"), new PortHolder(proc).of(80));
        process(9, "docker-proxy", 12);
        assertTrue(new PortHolder(proc).of(443).orElse("").startsWith("a container that publishes it"));
        assertEquals(Optional.empty(), new PortHolder(proc).of(8080));
    }

    @Test
    void userIsNamedWhereTheProcessIsHidden() throws IOException {
        tables(line("0050", "0A", 33, 13), "");
        assertEquals(Optional.of("a process of user 33; `ss -ltnp` shows it to root"), new PortHolder(proc).of(80));
    }

    @Test
    void kernelIsUnderstood() throws IOException {
        try (ServerSocket mine = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String holder =
                    new PortHolder(Path.of("/proc")).of(mine.getLocalPort()).orElse("");
            assertTrue(
                    holder.endsWith("(pid %d)".formatted(ProcessHandle.current().pid())), holder);
        }
    }
}
