package dev.dhow.agent.story;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dhow.agent.Agent;
import dev.dhow.agent.config.AgentConfig;
import dev.dhow.agent.config.Policy;
import dev.dhow.agent.config.ProxyConfig;
import dev.dhow.agent.json.Json;
import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.FreePort;
import dev.dhow.agent.testing.RawHttp;
import dev.dhow.agent.testing.Shell;
import dev.dhow.agent.testing.TestEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A host for stories: an agent with directories of its own on a Docker Engine of the tests.
final class Site implements AutoCloseable {
    final TestEngine engine;
    final String docker;
    final Path root;
    final Path services;
    final Path state;
    String host = "host-" + UUID.randomUUID().toString().substring(0, 8);
    private final int port;
    private final HttpClient http = HttpClient.newHttpClient();
    private ProxyConfig proxy = listening(null);
    private @Nullable Agent agent;

    Site(TestEngine engine) {
        this(engine, engine.uri());
    }

    /// @param docker where the agent finds Docker: the engine's socket, or a proxy before it
    Site(TestEngine engine, String docker) {
        this.engine = engine;
        this.docker = docker;
        try {
            root = Files.createTempDirectory("dhow-site");
            services = Files.createDirectory(root.resolve("services.d"));
            Files.createDirectory(root.resolve("certs"));
            state = root.resolve("state");
            port = FreePort.find();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Requests for the services of this host come in here.
    Site proxied(int port) {
        proxy = listening(new InetSocketAddress("127.0.0.1", port));
        return this;
    }

    /// Requests come in here too, by TLS, with certificates of this host's own directory.
    Site proxied(int port, int tls, ProxyConfig.@Nullable Acme acme) {
        ProxyConfig plain = listening(new InetSocketAddress("127.0.0.1", port));
        proxy = new ProxyConfig(
                plain.http(),
                new ProxyConfig.Listener(new InetSocketAddress("127.0.0.1", tls), false),
                null,
                plain.trustedProxies(),
                plain.proxyProtocol(),
                plain.acceptFrom(),
                plain.assumeHttps(),
                plain.healthRequires(),
                certs(),
                acme,
                plain.healthGrace(),
                plain.accessLog());
        return this;
    }

    /// Where certificates of this host lie.
    Path certs() {
        return root.resolve("certs");
    }

    /// @param http null: there is no proxy
    private static ProxyConfig listening(@Nullable InetSocketAddress http) {
        ProxyConfig plain = ProxyConfig.DEFAULT;
        return new ProxyConfig(
                new ProxyConfig.Listener(http, http != null),
                new ProxyConfig.Listener(null, false),
                null,
                plain.trustedProxies(),
                plain.proxyProtocol(),
                plain.acceptFrom(),
                plain.assumeHttps(),
                plain.healthRequires(),
                plain.certs(),
                null,
                plain.healthGrace(),
                plain.accessLog());
    }

    Site start() throws Exception {
        agent = Agent.start(new AgentConfig(
                host,
                Map.of(),
                docker,
                services,
                state,
                root.resolve("secrets"),
                new AgentConfig.Api(root.resolve("dhow.sock"), new InetSocketAddress("127.0.0.1", port), List.of()),
                Policy.DEFAULT,
                Map.of(),
                AgentConfig.Images.DEFAULT,
                proxy));
        return this;
    }

    void stop() {
        Agent running = agent;
        agent = null;
        if (running != null) {
            running.close();
        }
    }

    void restart() throws Exception {
        stop();
        start();
    }

    /// Puts a file in place as careful tools do: written aside, then renamed.
    Site drop(String service, String text) {
        try {
            Path aside = Files.writeString(services.resolve("." + service + ".tmp"), text);
            Files.move(aside, services.resolve(service + ".yaml"), StandardCopyOption.ATOMIC_MOVE);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A file of one role, whose new versions are watched only for a moment.
    static String file(String service, String image, String role, String... lines) {
        String body = Stream.of(lines).map(line -> "    " + line + "\n").reduce("", String::concat);
        return """
            version: 1
            service: %s
            image: %s
            roles:
              %s:
                readiness_delay: 200ms
            %s\
            """.formatted(
                service, image, role, body + (body.contains("rollout:") ? "" : "    rollout: {monitor: 300ms}\n"));
    }

    /// Runs a command against the agent, as a process of its own; the output holds both streams.
    Shell.Result dhow(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.dhow.agent.Main",
                "--host",
                "unix://" + root.resolve("dhow.sock")));
        command.addAll(List.of(arguments));
        return Shell.attempt(command.toArray(String[]::new));
    }

    void delete(String service) {
        try {
            Files.delete(services.resolve(service + ".yaml"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    HttpResponse<String> get(String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:%d%s".formatted(port, path));
        return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    /// All that the agent tells of it, on the socket.
    JsonNode status(String service) throws Exception {
        RawHttp socket = RawHttp.socket(root.resolve("dhow.sock"));
        return Json.read(socket.get("/v1/services/" + service).body(), JsonNode.class);
    }

    /// Whether the next pass would do nothing.
    boolean atRest() throws Exception {
        RawHttp socket = RawHttp.socket(root.resolve("dhow.sock"));
        return Json.read(socket.get("/v1/plan").body(), JsonNode.class)
                .path("steps")
                .isEmpty();
    }

    /// What a condition says: `True AllReady`.
    static String condition(JsonNode status, String type) {
        for (JsonNode condition : status.path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition.path("status").asText() + " "
                        + condition.path("reason").asText();
            }
        }
        return "none";
    }

    static String message(JsonNode status, String type) {
        for (JsonNode condition : status.path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition.path("message").asText();
            }
        }
        return "none";
    }

    JsonNode await(String service, String what, Predicate<JsonNode> condition) {
        return Await.until(service + " " + what, () -> status(service), condition);
    }

    /// Waits until the service is available, up to date and at rest.
    JsonNode settled(String service) {
        return await(
                service,
                "settled",
                s -> s.path("phase").asText().equals("Running")
                        && condition(s, "Available").startsWith("True")
                        && condition(s, "UpToDate").startsWith("True"));
    }

    /// The containers of this host, `name state` each, in order.
    List<String> containers() {
        String format = "{{.Names}} {{.State}}";
        return engine.docker("ps", "-a", "--filter", "label=dev.dhow.host=" + host, "--format", format)
                .lines()
                .sorted()
                .toList();
    }

    /// The names of those that run.
    List<String> running() {
        return containers().stream()
                .filter(line -> line.endsWith(" running"))
                .map(line -> line.split(" ")[0])
                .toList();
    }

    /// Ids and start times: what changes when anything was touched.
    List<String> identities() {
        return containers().stream()
                .map(line -> line.split(" ")[0])
                .map(name -> engine.docker("inspect", "--format", "{{.Id}} {{.State.StartedAt}}", name)
                        .strip())
                .toList();
    }

    String inspect(String container, String format) {
        return engine.docker("inspect", "--format", format, container).strip();
    }

    /// The name of the only container of a service that runs.
    String only(String service) {
        List<String> names = running().stream()
                .filter(name -> name.startsWith(service + "-"))
                .toList();
        if (names.size() != 1) {
            throw new AssertionError("not one running container of %s: %s".formatted(service, containers()));
        }
        return names.getFirst();
    }

    @Override
    public void close() {
        stop();
        http.close();
        Shell.Result ids = engine.tryDocker("ps", "-aq", "--filter", "label=dev.dhow.host=" + host);
        if (ids.exitCode() == 0) {
            ids.output().lines().forEach(id -> engine.tryDocker("rm", "-fv", id));
        }
        try (Stream<Path> files = Files.walk(root)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(path -> path.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
