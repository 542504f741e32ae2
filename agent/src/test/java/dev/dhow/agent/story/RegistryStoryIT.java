package dev.dhow.agent.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.testing.FaultProxy;
import dev.dhow.agent.testing.FreePort;
import dev.dhow.agent.testing.RawHttp;
import dev.dhow.agent.testing.Shell;
import dev.dhow.agent.testing.TestEngine;
import dev.dhow.agent.testing.TestRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The shipped program, a real Engine and a registry that wants a login: one tag, pushed again and again, as somebody
/// deploys who never edits the file.
class RegistryStoryIT {
    private static final String PULL = "/images/create";
    private static final String CREATE = "/containers/create";

    private final TestEngine engine = TestEngine.shared();
    private final FaultProxy proxy = new FaultProxy(engine.socket());
    private final Program program = new Program(engine, proxy.uri());
    private final TestRegistry registry = TestRegistry.plain(engine);

    @AfterEach
    void end() {
        program.close();
        proxy.close();
        registry.close();
    }

    @Test
    void tagThatMovesIsUpdatedGoneBackFromAndNotTriedAgainWhereItFailed() throws Exception {
        int port = FreePort.find();
        program.listen(port);
        program.start("first");
        pushAnswering("one");
        Shell.Result login = program.dhowReading(
                "first-password\n", "registry", "login", registry.host(), "-u", TestRegistry.USER, "--password-stdin");
        assertEquals(0, login.exitCode(), login.output());
        Path file = Files.writeString(
                program.root.resolve("shop.yaml"),
                Site.file("shop", registry.host() + "/story/shop:1", "web", "proxy: {default: true}"));
        does(0, "apply", "-f", file.toString());
        assertEquals("one", ask(port));
        String one = running();

        pushAnswering("two");
        does(0, "update", "shop");
        assertEquals("two", ask(port));
        String two = running();

        // What is kept needs no registry.
        registry.stop();
        proxy.forgetRequests();
        does(0, "rollback", "shop");
        assertEquals("one", ask(port));
        assertEquals(id(one), id(running()));
        Shell.Result refused = program.dhow("update", "shop");
        assertEquals(1, refused.exitCode(), refused.output());
        assertTrue(refused.output().contains("`dhow retry shop` first"), refused.output());
        does(0, "retry", "shop");
        assertEquals("two", ask(port));
        assertEquals(id(two), id(running()));
        assertEquals(0, asked(PULL) + asked(CREATE), () -> proxy.changes().toString());
        two = running();

        registry.start();
        registry.content().pushLine("story/shop", "1", "echo no luck; exit 7");
        String told = does(5, "update", "shop");
        assertTrue(told.contains("no luck"), told);
        assertEquals("two", ask(port));
        assertEquals(two, running(), "the one that serves was not touched");
        assertEquals(List.of(1L, 1L), List.of(asked(PULL), asked(CREATE)));
        does(5, "update", "shop");
        assertEquals(List.of(2L, 1L), List.of(asked(PULL), asked(CREATE)), "that digest is not tried again");
        assertEquals(two, running());
        assertEquals("two", ask(port));
    }

    private void pushAnswering(String word) {
        String line = """
            busybox mkdir /www; echo %s | busybox tee /www/index.html > /www/up; trap 'exit 0' TERM; \
            busybox httpd -f -p 80 -h /www & wait $!\
            """;
        registry.content().pushLine("story/shop", "1", line.formatted(word));
    }

    /// Runs a command to the end of what it begins, and returns what it printed.
    private String does(int code, String... command) {
        String[] line = Stream.concat(Stream.of(command), Stream.of("--wait", "--timeout", "60s"))
                .toArray(String[]::new);
        Shell.Result result = program.dhow(line);
        assertEquals(code, result.exitCode(), String.join(" ", command) + ": " + result.output());
        return result.output();
    }

    private static String ask(int port) throws IOException {
        return RawHttp.tcp(port).get("/").body().strip();
    }

    private long asked(String what) {
        return proxy.changes().stream().filter(line -> line.contains(what)).count();
    }

    /// Id and start of the one that runs.
    private String running() {
        List<String> running = engine.docker("ps", "-q", "--no-trunc", "--filter", "label=dev.dhow.service=shop")
                .lines()
                .toList();
        assertEquals(1, running.size(), () -> program.containers("shop").toString());
        return engine.docker("inspect", "--format", "{{.Id}} {{.State.StartedAt}}", running.getFirst());
    }

    private static String id(String running) {
        return running.split(" ")[0];
    }
}
