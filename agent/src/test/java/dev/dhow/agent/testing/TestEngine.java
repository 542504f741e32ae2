package dev.dhow.agent.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A private Docker Engine: own socket, data, addresses and network namespace, so that a test may stop, kill and hang
/// it and the machine's own Engine never notices. Needs root. It is of the programs of this machine, or of those that
/// `DHOW_TEST_ENGINE` names.
///
/// Most tests take the [#shared] one, with names of their own; those that break it open one for themselves.
public final class TestEngine implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static @Nullable TestEngine shared;

    private final EnginePrograms programs = EnginePrograms.chosen();
    private final boolean liveRestore;
    private final EngineNetwork network;
    private final Path directory;
    private final TestImages images = new TestImages(this);
    private @Nullable Process daemon;

    private TestEngine(boolean liveRestore) {
        this.liveRestore = liveRestore;
        programs.dockerd();
        programs.docker();
        network = EngineNetwork.open();
        directory = network.directory();
        try {
            Files.createDirectories(directory);
            // A registry that a test plays on this machine speaks plain HTTP.
            Files.writeString(
                    directory.resolve("daemon.json"),
                    EnginePrograms.settings("\"insecure-registries\": [\"%s/32\"]".formatted(network.hostAddress())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The one engine of this JVM, started with the first call and taken down at the JVM's end.
    public static synchronized TestEngine shared() {
        if (shared == null) {
            TestEngine engine = prepare(false);
            Runtime.getRuntime().addShutdownHook(new Thread(engine::close));
            engine.start();
            shared = engine;
        }
        return shared;
    }

    /// A running engine for one test; the caller closes it.
    public static TestEngine started() {
        TestEngine engine = prepare(false);
        engine.start();
        return engine;
    }

    /// Everything but the daemon, which [#start] brings.
    ///
    /// @param liveRestore whether containers survive the daemon
    public static TestEngine prepare(boolean liveRestore) {
        return new TestEngine(liveRestore);
    }

    /// Starts the daemon and returns when it answers.
    public synchronized void start() {
        try {
            // Of a daemon that was killed; its pid may be someone else's by now, or a zombie's.
            Files.deleteIfExists(directory.resolve("docker.pid"));
            Files.deleteIfExists(directory.resolve("exec/containerd/containerd.pid"));
            ProcessBuilder builder = new ProcessBuilder(network.enter(command().toArray(String[]::new)))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
            programs.into(builder.environment());
            Process process = builder.start();
            process.getOutputStream().close();
            daemon = process;
            Await.until(
                    "dockerd answers on %s (its log: %s)".formatted(socket(), log()),
                    START_LIMIT,
                    () -> answers(process),
                    answer -> answer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean answers(Process process) throws IOException {
        if (!process.isAlive()) {
            throw new AssertionError("dockerd ended at once: " + Files.readString(log()));
        }
        return Files.exists(socket())
                && tryDocker("version", "--format", "{{.Server.Version}}").exitCode() == 0;
    }

    private List<String> command() {
        List<String> line = new ArrayList<>(List.of(
                programs.dockerd().toString(),
                "--host=" + uri(),
                "--data-root",
                directory.resolve("data").toString(),
                "--exec-root",
                directory.resolve("exec").toString(),
                "--pidfile",
                directory.resolve("docker.pid").toString(),
                "--config-file",
                directory.resolve("daemon.json").toString(),
                "--bip=" + network.prefix() + ".1.1/24",
                "--default-address-pool=base=" + network.prefix() + ".128.0/17,size=24"));
        if (liveRestore) {
            line.add("--live-restore");
        }
        return line;
    }

    /// Stops the daemon as `systemctl stop` does, and returns when it ended.
    public synchronized void stop() {
        end(required(), false);
    }

    /// Kills the daemon without a word, and returns when it is gone.
    public synchronized void kill() {
        end(required(), true);
    }

    /// What a power cut and the start after it do: daemon, shims and containers end at once, nothing stays mounted, the
    /// runtime's directory is empty, and the daemon starts.
    public synchronized void reboot() {
        kill();
        EngineLeftovers.end(directory);
        // A disk of its own would be mounted again.
        String disk = directory.resolve("data").toString();
        EngineLeftovers.mounts(directory).reversed().stream()
                .filter(mount -> !mount.equals(disk))
                .forEach(mount -> Shell.run("umount", "-l", mount));
        Shell.run("rm", "-rf", "--one-file-system", directory.resolve("exec").toString());
        start();
    }

    /// Hangs the daemon: it accepts connections, and answers none.
    public synchronized void suspend() {
        signal("STOP");
        // The signal is sent, and each thread stops when it gets round to it.
        Await.until("every thread has stopped", this::stopped);
    }

    private boolean stopped() throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc", String.valueOf(pid()), "task"))) {
            for (Path thread : threads.toList()) {
                String stat = Files.readString(thread.resolve("stat"));
                if (stat.charAt(stat.lastIndexOf(')') + 2) != 'T') {
                    return false;
                }
            }
            return true;
        } catch (NoSuchFileException _) {
            // A thread that ended meanwhile.
            return false;
        }
    }

    /// Lets a hung daemon go on.
    public synchronized void resume() {
        signal("CONT");
    }

    /// What a client writes to reach it, `unix:///…`.
    public String uri() {
        return "unix://" + socket();
    }

    /// Its socket.
    public Path socket() {
        return directory.resolve("docker.sock");
    }

    /// The address at which published ports answer.
    public String address() {
        return network.address();
    }

    /// The address at which it finds what listens on this machine.
    public String hostAddress() {
        return network.hostAddress();
    }

    /// The words that run a command in its network namespace.
    public String[] networkLine(String... command) {
        return network.enter(command);
    }

    /// Gives it a disk of its own for its data, of a size such as `300m`; before [#start].
    public void limitDisk(String size) {
        Path data = directory.resolve("data");
        try {
            Files.createDirectories(data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Shell.run("mount", "-t", "tmpfs", "-o", "size=" + size, "dhow-test", data.toString());
    }

    /// The process id of the daemon.
    public synchronized long pid() {
        return required().pid();
    }

    /// Runs a command in its network namespace and returns what it printed.
    public String inNetwork(String... command) {
        return Shell.run(network.enter(command));
    }

    /// Runs the `docker` command on it and returns what it printed.
    public String docker(String... arguments) {
        return Shell.run(dockerLine(arguments));
    }

    /// Runs the `docker` command on it, which may fail.
    public Shell.Result tryDocker(String... arguments) {
        return Shell.attempt(dockerLine(arguments));
    }

    /// The words that run the `docker` command on it.
    String[] dockerLine(String... arguments) {
        List<String> line = new ArrayList<>(List.of(programs.docker().toString(), "-H", uri()));
        line.addAll(List.of(arguments));
        return line.toArray(String[]::new);
    }

    /// Images made here, of busybox and nothing else.
    public TestImages images() {
        return images;
    }

    /// Makes an image of busybox, with instructions as a Dockerfile has them, such as `CMD ["sh"]` or
    /// `EXPOSE 80`.
    public String buildImage(String name, String... instructions) {
        return images.build(name, instructions);
    }

    Path directory() {
        return directory;
    }

    private Path log() {
        return directory.resolve("dockerd.log");
    }

    private Process required() {
        if (daemon == null) {
            throw new IllegalStateException("this engine was not started");
        }
        return daemon;
    }

    private void signal(String name) {
        Shell.run("kill", "-" + name, Long.toString(required().pid()));
    }

    private void end(Process process, boolean forcibly) {
        List<ProcessHandle> children = process.children().toList();
        if (forcibly) {
            process.destroyForcibly();
        } else {
            process.destroy();
        }
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                throw new AssertionError("dockerd did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        Await.until("containerd to end", () -> children.stream().noneMatch(EngineLeftovers::lives));
        daemon = null;
    }

    /// Takes everything down: daemon, containers, mounts, files, namespace, route.
    @Override
    public synchronized void close() {
        network.close();
        daemon = null;
    }
}
