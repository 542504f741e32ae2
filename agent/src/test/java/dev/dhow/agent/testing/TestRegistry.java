package dev.dhow.agent.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A registry (Debian's `docker-registry`) in the network namespace of an engine, which takes one user and, from the
/// engine's own loopback addresses, plain HTTP.
public final class TestRegistry implements AutoCloseable {
    /// Who may read and write.
    public static final String USER = "bot";

    /// The passwords that [#setPassword] knows, with their bcrypt hashes.
    private static final Map<String, String> HASHES = Map.of(
            "first-password", "$2b$04$dhowdhowdhowdhowdhowdu73KYU7GIW7Jx7LB/FazEBRsY.vP8SXi",
            "second-password", "$2b$04$dhowdhowdhowdhowdhowdukSZQLAc1bZOyNJeriCnZKV0WbW6A5Oa");

    private final TestEngine engine;
    private final Path directory;
    private final int port;
    private final String[] line;
    private @Nullable Process process;
    private String password = "first-password";

    private TestRegistry(TestEngine engine, int port, boolean tls) {
        this.engine = engine;
        this.port = port;
        String program = Shell.require("docker-registry", "docker-registry").toString();
        try {
            directory = Files.createTempDirectory("dhow-registry");
            setPassword(password);
            Path config = Files.writeString(directory.resolve("config.yml"), """
                version: 0.1
                log: {level: error, accesslog: {disabled: true}}
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: "0.0.0.0:%d", secret: x%s}
                auth: {htpasswd: {realm: test, path: %s}}
                """.formatted(
                            directory.resolve("data"), port, tls ? certificate() : "", users()));
            line = engine.networkLine(program, "serve", config.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start();
    }

    /// Starts it again after [#stop], with the images that it had.
    public void start() {
        try {
            Process started = new ProcessBuilder(line)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            directory.resolve("log").toFile()))
                    .start();
            process = started;
            Await.until("the registry listens", () -> listens(started));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean listens(Process started) {
        try (Socket socket = new Socket(engine.address(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return started.isAlive() ? false : fail();
        }
    }

    private boolean fail() {
        throw new AssertionError("docker-registry ended; its log is in " + directory);
    }

    /// A registry that speaks HTTP.
    public static TestRegistry plain(TestEngine engine) {
        return new TestRegistry(engine, 5055, false);
    }

    /// A registry that speaks HTTPS, with a certificate that nobody trusts.
    public static TestRegistry tls(TestEngine engine) {
        return new TestRegistry(engine, 5443, true);
    }

    /// How images in it are called where the engine takes what it gets: without encryption, or any
    /// certificate.
    public String host() {
        return "127.0.0.1:" + port;
    }

    /// How images in it are called where the engine wants a certificate that it trusts.
    public String strictHost() {
        return engine.address() + ":" + port;
    }

    /// Where a test reaches it.
    public URI uri() {
        return URI.create("http://%s:%d".formatted(engine.address(), port));
    }

    /// Lets the user in with that password only, from now on.
    public void setPassword(String word) throws IOException {
        String hash = HASHES.get(word);
        if (hash == null) {
            throw new IllegalArgumentException(word);
        }
        Files.writeString(users(), USER + ":" + hash + "\n");
        password = word;
    }

    /// What goes in now.
    public RegistryContent content() {
        return new RegistryContent(uri(), USER, password);
    }

    private Path users() {
        return directory.resolve("htpasswd");
    }

    private String certificate() {
        Path key = directory.resolve("key.pem");
        Path certificate = directory.resolve("cert.pem");
        Shell.require("openssl", "openssl");
        Shell.run(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=registry",
                "-addext",
                "subjectAltName=IP:127.0.0.1,IP:" + engine.address(),
                "-keyout",
                key.toString(),
                "-out",
                certificate.toString());
        return ", tls: {certificate: %s, key: %s}".formatted(certificate, key);
    }

    /// Ends it as if its machine were gone, and returns when it is.
    public void stop() {
        Process running = process;
        if (running == null) {
            return;
        }
        running.destroyForcibly();
        try {
            running.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop();
        Shell.run("rm", "-rf", directory.toString());
    }
}
