package dev.dhow.agent.story;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dhow.agent.json.Json;
import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.Halt;
import dev.dhow.agent.testing.RawHttp;
import dev.dhow.agent.testing.Shell;
import dev.dhow.agent.testing.TestEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The shipped program as processes: `dhow agent`, and the commands that ask it.
final class Program implements AutoCloseable {
    private static final String DHOW =
            Path.of("target/dhow/bin/dhow").toAbsolutePath().toString();

    final TestEngine engine;
    final Path root;
    final Path log;
    private String level = "info";
    private String options = "";
    private @Nullable Process agent;

    Program(TestEngine engine) {
        this(engine, engine.uri());
    }

    /// @param docker where the agent finds Docker: the engine's socket, or a proxy before it
    Program(TestEngine engine, String docker) {
        this.engine = engine;
        try {
            root = Files.createTempDirectory("dhow-program");
            log = root.resolve("agent.log");
            Files.createDirectory(root.resolve("services.d"));
            Files.writeString(root.resolve("agent.yaml"), """
                docker: %1$s
                source: {directory: %2$s/services.d}
                state_dir: %2$s/state
                secrets_dir: %2$s/secrets
                api: {socket: %2$s/dhow.sock, listen: null}
                proxy: {http: null, https: null}
                """.formatted(docker, root));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// From its next start on the agent tells all that it can tell.
    void tellAll() {
        level = "debug";
    }

    /// Requests for services come in at that port, from the next start on.
    void listen(int port) throws IOException {
        Path config = root.resolve("agent.yaml");
        Files.writeString(config, Files.readString(config).replace("{http: null", "{http: 127.0.0.1:" + port));
    }

    /// The agent's JVM lets [Halt] in at that port, from the next start on.
    void debug(int port) {
        options = Halt.option(port);
    }

    /// Starts the agent on a machine of that name.
    void start(String machine) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        "unshare",
                        "--uts",
                        "sh",
                        "-c",
                        "hostname " + machine + " && exec \"$0\" agent --config \"$1\"",
                        DHOW,
                        root.resolve("agent.yaml").toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("DHOW_LOG", level);
        // The second compiler costs more than it brings in a minute.
        builder.environment().put("DHOW_JAVA_OPTS", "-XX:TieredStopAtLevel=1 " + options);
        Process started = builder.start();
        agent = started;
        Await.until("the agent answers", () -> {
            if (!started.isAlive()) {
                throw new AssertionError("the agent ended: " + Files.readString(log));
            }
            return asked("/v1/plan").status() == 200;
        });
    }

    /// `SIGTERM`, as systemd does; returns the exit code.
    int terminate() throws InterruptedException {
        Process running = agent();
        running.destroy();
        return running.waitFor();
    }

    /// `SIGKILL`.
    void kill() throws InterruptedException {
        agent().destroyForcibly().waitFor();
    }

    private Process agent() {
        Process running = agent;
        if (running == null) {
            throw new IllegalStateException("not started");
        }
        return running;
    }

    void drop(String service, String text) throws IOException {
        Path aside = Files.writeString(root.resolve("services.d/." + service), text);
        Files.move(aside, root.resolve("services.d/" + service + ".yaml"), StandardCopyOption.ATOMIC_MOVE);
    }

    /// Runs a command against the agent; the output holds both streams.
    Shell.Result dhow(String... arguments) {
        List<String> command = new ArrayList<>(List.of(DHOW, "--host", "unix://" + root.resolve("dhow.sock")));
        command.addAll(List.of(arguments));
        return Shell.attempt(command.toArray(String[]::new));
    }

    /// Runs a command that needs no agent, and reads that text.
    Shell.Result dhowReading(String input, String... arguments) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "printf %s \"$0\" | \"$@\"", input, DHOW));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--config", root.resolve("agent.yaml").toString()));
        return Shell.attempt(command.toArray(String[]::new));
    }

    /// All that the agent tells of a service, on the socket.
    JsonNode status(String service) throws IOException {
        return Json.read(asked("/v1/services/" + service).body(), JsonNode.class);
    }

    /// Whether the next pass would do nothing.
    boolean atRest() throws IOException {
        return Json.read(asked("/v1/plan").body(), JsonNode.class).path("steps").isEmpty();
    }

    private RawHttp.Reply asked(String path) throws IOException {
        return RawHttp.socket(root.resolve("dhow.sock")).get(path);
    }

    /// Id, name, owner and start of each container of the service.
    List<String> containers(String service) {
        List<String> ids = engine.docker("ps", "-aq", "--no-trunc", "--filter", "label=dev.dhow.service=" + service)
                .lines()
                .sorted()
                .toList();
        String format = "{{.Name}} {{index .Config.Labels \"dev.dhow.host\"}} {{.State.StartedAt}}";
        return ids.stream()
                .map(id -> id + " "
                        + engine.docker("inspect", "--format", format, id).strip())
                .toList();
    }

    @Override
    public void close() {
        Process running = agent;
        if (running != null) {
            running.destroyForcibly();
        }
        try (var files = Files.list(root.resolve("services.d"))) {
            for (Path file : files.toList()) {
                String service = file.getFileName().toString().replaceAll("\\.yaml$", "");
                containers(service).forEach(c -> engine.tryDocker("rm", "-fv", c.split(" ")[0]));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Shell.attempt("rm", "-rf", root.toString());
    }
}
