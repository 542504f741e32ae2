package dev.dhow.agent.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Images for tests, made of the host's static busybox without any registry. Each ends within milliseconds of SIGTERM.
public final class TestImages {
    private final TestEngine engine;
    private final Map<String, List<String>> built = new HashMap<>();
    private @Nullable Path root;

    TestImages(TestEngine engine) {
        this.engine = engine;
    }

    /// A web server on port 80, exposed: `/up` says 200, `/cgi-bin/status?503` that status. Remove
    /// `/www/up` to make
    /// its check fail.
    public String web() {
        return build("dhow-test/web:1", command("httpd -f -p 80 -h /www"), "EXPOSE 80");
    }

    /// A server on port 80, exposed, of quick and slow answers, uploads, events and WebSockets: `app.sh`.
    public String app() {
        return build("dhow-test/app:1", command("nc -ll -p 80 -e /bin/app"), "EXPOSE 80");
    }

    /// A process that does nothing, with a HEALTHCHECK each second that passes while `/healthy` exists (it
    /// does).
    public String worker() {
        return build(
                "dhow-test/worker:1",
                command("sleep 1000000"),
                "HEALTHCHECK --interval=1s --timeout=5s --retries=2 CMD test -e /healthy");
    }

    /// A process that does nothing, without any check.
    public String sleeper() {
        return build("dhow-test/sleeper:1", command("sleep 1000000"));
    }

    private static String command(String line) {
        // As PID 1 a program without a handler of its own ignores SIGTERM, so that each stop would take its whole
        // grace.
        return "CMD [\"sh\", \"-c\", \"trap 'exit 0' TERM; %s & wait $!\"]".formatted(line);
    }

    /// Makes an image of busybox; one that this object made before with the same words is taken again.
    public synchronized String build(String name, String... instructions) {
        List<String> wanted = List.of(instructions);
        if (wanted.equals(built.get(name))
                && engine.tryDocker("image", "inspect", name).exitCode() == 0) {
            return name;
        }
        List<String> line = new ArrayList<>(List.of("import"));
        wanted.forEach(instruction -> line.addAll(List.of("--change", instruction)));
        line.addAll(List.of("-", name));
        Shell.pipe(
                List.of("tar", "-C", root().toString(), "-c", "."),
                List.of(engine.dockerLine(line.toArray(String[]::new))));
        built.put(name, wanted);
        return name;
    }

    private Path root() {
        if (root == null) {
            Path busybox = Shell.require("busybox", "busybox-static");
            try {
                root = fill(engine.directory().resolve("busybox"), busybox);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return root;
    }

    private static Path fill(Path root, Path busybox) throws IOException {
        for (String name : List.of("bin", "tmp", "etc", "proc", "sys", "dev", "var", "www/cgi-bin")) {
            Files.createDirectories(root.resolve(name));
        }
        Path bin = root.resolve("bin");
        Files.copy(busybox, bin.resolve("busybox"), StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(root.resolve("tmp"), PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.setPosixFilePermissions(bin.resolve("busybox"), PosixFilePermissions.fromString("rwxr-xr-x"));
        for (String applet : Shell.run(busybox.toString(), "--list").split("\n")) {
            Path link = bin.resolve(applet);
            if (!applet.equals("busybox") && !Files.exists(link, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
                Files.createSymbolicLink(link, Path.of("busybox"));
            }
        }
        Files.writeString(root.resolve("healthy"), "");
        Path app = bin.resolve("app");
        try (InputStream script = TestImages.class.getResourceAsStream("app.sh")) {
            Files.write(app, Objects.requireNonNull(script).readAllBytes());
        }
        Files.setPosixFilePermissions(app, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(root.resolve("www/up"), "ok\n");
        Files.writeString(root.resolve("www/index.html"), "hello\n");
        Path status = root.resolve("www/cgi-bin/status");
        Files.writeString(
                status, "#!/bin/sh\nprintf 'Status: %s\\r\\n\\r\\n%s\\n' \"$QUERY_STRING\" \"$QUERY_STRING\"\n");
        Files.setPosixFilePermissions(status, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(root.resolve("etc/passwd"), "root:x:0:0::/:/bin/sh\napp:x:1000:1000::/:/bin/sh\n");
        Files.writeString(root.resolve("etc/group"), "root:x:0:\napp:x:1000:\n");
        return root;
    }
}
