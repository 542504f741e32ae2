package dev.dhow.agent.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// A network namespace with an address block of its own, `10.(201+slot).0.0/16`, reachable from this machine.
///
/// A slot is held by a locked file, so that JVMs side by side take different ones, and what a killed JVM left behind is
/// found and taken down by the next one that gets its slot.
final class EngineNetwork implements AutoCloseable {
    private static final int SLOTS = 50;
    /// Those of this JVM. It must not even open their files: closing one gives up every lock that the process has on
    /// it.
    private static final Set<Integer> HELD = ConcurrentHashMap.newKeySet();

    private final int slot;
    private final FileChannel channel;

    private EngineNetwork(int slot, FileChannel channel) {
        this.slot = slot;
        this.channel = channel;
    }

    static EngineNetwork open() {
        Shell.require("ip", "iproute2");
        Shell.require("nsenter", "util-linux");
        Shell.require("iptables", "iptables");
        for (int slot = 0; slot < SLOTS; slot++) {
            EngineNetwork taken = take(slot);
            if (taken != null) {
                return taken.ready();
            }
        }
        throw new IllegalStateException("all %d slots for test engines are in use".formatted(SLOTS));
    }

    private EngineNetwork ready() {
        try {
            down();
            up();
            return this;
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private static @Nullable EngineNetwork take(int slot) {
        if (!HELD.add(slot)) {
            return null;
        }
        Path file = Path.of(System.getProperty("java.io.tmpdir"), "dhow-test-engine-%d.lock".formatted(slot));
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (channel.tryLock() != null) {
                return new EngineNetwork(slot, channel);
            }
            channel.close();
            HELD.remove(slot);
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot lock " + file, e);
        }
    }

    /// A directory whose name belongs to this slot, so that leftovers can be found.
    Path directory() {
        return Path.of(System.getProperty("java.io.tmpdir"), "dhow-test-engine-%d".formatted(slot));
    }

    /// The first two bytes of every address in it.
    String prefix() {
        return "10.%d".formatted(201 + slot);
    }

    /// The address at which ports published in it answer.
    String address() {
        return prefix() + ".0.2";
    }

    /// The address at which it finds this machine.
    String hostAddress() {
        return prefix() + ".0.1";
    }

    /// The words that run a command inside it.
    String[] enter(String... command) {
        String[] line = new String[command.length + 2];
        line[0] = "nsenter";
        line[1] = "--net=/run/netns/" + name();
        System.arraycopy(command, 0, line, 2, command.length);
        return line;
    }

    private String name() {
        return "dhowtest%d".formatted(slot);
    }

    private String link() {
        return "vdhowtest%d".formatted(slot);
    }

    private void up() {
        Shell.run("ip", "netns", "add", name());
        Shell.run("ip", "link", "add", link(), "type", "veth", "peer", "name", "eth0", "netns", name());
        Shell.run("ip", "address", "add", prefix() + ".0.1/30", "dev", link());
        Shell.run("ip", "link", "set", link(), "up");
        // With forwarding already on, Docker leaves the FORWARD policy open, and containers answer the test directly.
        Shell.run(enter("sh", "-ec", """
            ip link set lo up
            ip address add %1$s.0.2/30 dev eth0
            ip link set eth0 up
            ip route add default via %1$s.0.1
            echo 1 > /proc/sys/net/ipv4/ip_forward
            # Since 28 Docker drops what comes to a container's address from another host, as the tests are here.
            iptables -t raw -A PREROUTING -i eth0 -j ACCEPT
            iptables -N DOCKER-USER
            iptables -A DOCKER-USER -i eth0 -j ACCEPT
            """.formatted(prefix())));
        Shell.run("ip", "route", "replace", prefix() + ".0.0/16", "via", address(), "dev", link());
    }

    private void down() {
        EngineLeftovers.remove(directory());
        Shell.attempt("ip", "link", "delete", link());
        if (Files.exists(Path.of("/run/netns", name()))) {
            Shell.attempt("ip", "netns", "delete", name());
        }
    }

    @Override
    public void close() {
        down();
        try {
            channel.close();
            HELD.remove(slot);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
