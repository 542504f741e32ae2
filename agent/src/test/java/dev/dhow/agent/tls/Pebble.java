package dev.dhow.agent.tls;

import com.sun.net.httpserver.HttpServer;
import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.FreePort;
import dev.dhow.agent.testing.Shell;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// An ACME authority on loopback (Debian's `pebble`, which refuses every fifth good nonce; half of
/// them would exhaust the client's ten tries now and then), a DNS server by which
/// every name leads to this host, and the web server that the authority asks.
public final class Pebble implements AutoCloseable {
    private static final String PATH = "/.well-known/acme-challenge/";

    private final Path directory;
    private final int port;
    private final HttpServer web;
    private final int challenges;
    private final List<Process> processes = new ArrayList<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile Function<String, @Nullable String> answers = _ -> null;

    /// @param directory an empty one, for its files
    Pebble(Path directory) throws IOException {
        this(directory, 0);
    }

    /// @param directory an empty one, for its files
    /// @param port where challenges are asked for; 0: at a web server of its own
    public Pebble(Path directory, int port) throws IOException {
        this.directory = directory;
        this.web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        web.createContext(PATH, exchange -> {
            String token = exchange.getRequestURI().getPath().substring(PATH.length());
            asked.add(exchange.getRequestHeaders().getFirst("Host").replaceAll(":.*", ""));
            String answer = answers.apply(token);
            byte[] body = (answer == null ? "no such token" : answer).getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(answer == null ? 404 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        web.start();
        this.challenges = port == 0 ? web.getAddress().getPort() : port;
        this.port = FreePort.find();
        int dns = FreePort.find();
        int dnsManagement = FreePort.find();
        Issuer.Issued own = Issuer.root("Pebble's own")
                .issue(
                        Issuer.ec(),
                        Instant.parse("2020-01-01T00:00:00Z"),
                        Instant.parse("2090-01-01T00:00:00Z"),
                        "localhost",
                        "127.0.0.1");
        Path certificate = Files.writeString(directory.resolve("cert.pem"), own.certificates());
        Files.writeString(trust(), Issuer.pem(own.leaf()));
        Path key = Files.writeString(directory.resolve("key.pem"), own.key());
        Path config = Files.writeString(directory.resolve("pebble.json"), """
            {"pebble": {"listenAddress": "127.0.0.1:%d", "certificate": "%s", "privateKey": "%s",
              "httpPort": %d, "tlsPort": %d, "ocspResponderURL": "", "externalAccountBindingRequired": false}}
            """.formatted(
                this.port, certificate, key, challenges, web.getAddress().getPort()));
        start(
                Shell.require("pebble-challtestsrv", "pebble"),
                "-dns01",
                "127.0.0.1:" + dns,
                "-defaultIPv6",
                "",
                "-http01",
                "",
                "-https01",
                "",
                "-tlsalpn01",
                "",
                "-management",
                "127.0.0.1:" + dnsManagement);
        start(Shell.require("pebble", "pebble"), "-config", config.toString(), "-dnsserver", "127.0.0.1:" + dns);
        reached(dns);
        reached(this.port);
    }

    /// Where its directory is.
    public String url() {
        return "https://127.0.0.1:%d/dir".formatted(port);
    }

    /// Who vouches for its own certificate.
    public Path trust() {
        return directory.resolve("trust.pem");
    }

    /// What the web server answers to a token; null: that there is none.
    void answers(Function<String, @Nullable String> answers) {
        this.answers = answers;
    }

    /// The Host of each question so far, without the port.
    List<String> asked() {
        return List.copyOf(asked);
    }

    private void start(Path program, String... arguments) throws IOException {
        List<String> line = new ArrayList<>(List.of(program.toString()));
        line.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(
                        directory.resolve(program.getFileName() + ".log").toFile());
        builder.environment()
                .putAll(Map.of("PEBBLE_VA_NOSLEEP", "1", "PEBBLE_WFE_NONCEREJECT", "20", "PEBBLE_AUTHZREUSE", "0"));
        processes.add(builder.start());
    }

    private void reached(int number) {
        Await.until("port %d is open".formatted(number), () -> {
            if (processes.stream().anyMatch(process -> !process.isAlive())) {
                throw new AssertionError("a program ended; the logs are in " + directory);
            }
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), number)) {
                return socket.isConnected();
            }
        });
    }

    @Override
    public void close() {
        processes.forEach(Process::destroyForcibly);
        web.stop(0);
    }
}
