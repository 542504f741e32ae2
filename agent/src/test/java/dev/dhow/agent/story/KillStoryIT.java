package dev.dhow.agent.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.FaultProxy;
import dev.dhow.agent.testing.TestEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The shipped program gets `SIGKILL` after every single change that a rollout makes on a real Engine. Each time the
/// next start finishes the rollout, or the way back.
class KillStoryIT {
    private static final Duration READY_AFTER = Duration.ofMillis(200);
    private static final String NEIGHBOUR = "kill-neighbour";
    private static final String THEIRS = "kill-theirs";

    private final TestEngine engine = TestEngine.shared();
    private final FaultProxy proxy = new FaultProxy(engine.socket());
    private final Program program = new Program(engine, proxy.uri());
    private final String sleeper = engine.images().sleeper();
    private String foreign = "";
    private String revision = "";

    @BeforeEach
    void start() throws Exception {
        engine.docker("run", "-d", "--name", NEIGHBOUR, sleeper);
        // Like ours in everything but its host.
        List<String> line = new ArrayList<>(List.of("run", "-d", "--name", THEIRS));
        for (String label : List.of("host=elsewhere", "service=kill", "role=bot", "replica=1", "revision=0badcafe")) {
            line.addAll(List.of("--label", "dev.dhow." + label));
        }
        line.add(sleeper);
        engine.docker(line.toArray(String[]::new));
        foreign = foreign();
        program.start("killed");
    }

    @AfterEach
    void end() {
        program.close();
        proxy.close();
        engine.tryDocker("rm", "-f", NEIGHBOUR, THEIRS);
        engine.tryDocker("network", "rm", "kill-a", "kill-b");
    }

    private String foreign() {
        return inspect("{{.Id}} {{.State.StartedAt}} {{.Name}}", NEIGHBOUR, THEIRS);
    }

    private String inspect(String format, String... names) {
        return engine.docker(Stream.concat(Stream.of("inspect", "--format", format), Stream.of(names))
                .toArray(String[]::new));
    }

    /// The names of ours in that state.
    private List<String> ours(String state) {
        String[] line = {"ps", "-a", "--filter", "label=dev.dhow.host=killed", "--format", "{{.State}} {{.Names}}"};
        return engine.docker(line)
                .lines()
                .filter(text -> text.startsWith(state + " "))
                .map(text -> text.substring(state.length() + 1))
                .sorted()
                .toList();
    }

    /// R23, R26, U7
    @ParameterizedTest
    @CsvSource({"start_first, false", "start_first, true", "stop_first, true"})
    void killedAfterAnyChangeItGoesOn(String order, boolean bad) throws Throwable {
        drop(0, order, false);
        awaitEnd("the first", false);
        if (bad) {
            // What an earlier failure left goes with the next rollout, so that the second is like all that follow.
            undisturbed(1, order, true);
        }
        int changes = undisturbed(2, order, bad);
        // Until it is made and joined to its networks, a bad one is as a good one.
        for (int n = bad ? 3 : 1; n <= changes; n++) {
            int version = 2 + n;
            List<String> before = served();
            Instant began = Instant.now();
            String what = killAfter(n, () -> drop(version, order, bad));
            awaitEnd(what, bad);
            if (order.equals("start_first")) {
                assertReadinessHeld(before, began, what);
            }
            assertWhole(bad ? 0 : version, what);
            if (bad && order.equals("start_first")) {
                assertEquals(before, served(), what);
            }
        }
    }

    private void drop(int version, String order, boolean bad) throws Exception {
        program.drop(
                "kill",
                Site.file(
                        "kill",
                        sleeper,
                        "bot",
                        "retain: 0",
                        "deploy_timeout: 5s",
                        "networks: [kill-a, kill-b]",
                        "rollout: {order: %s, monitor: 100ms}".formatted(order),
                        "files: [{target: /etc/version, content: 'version %d'}]".formatted(version),
                        bad ? "command: [sh, -c, 'exit 7']" : "init: true"));
    }

    /// Waits until a revision that was not seen before has ended, and nothing is left to do.
    private void awaitEnd(String what, boolean bad) {
        JsonNode status = Await.until(
                what,
                () -> program.status("kill"),
                s -> !s.path("rollout").path("revision").asText().equals(revision)
                        && s.path("rollout").path("outcome").asText().equals(bad ? "rolled_back" : "available")
                        && Site.condition(s, "Available").startsWith("True"));
        revision = status.path("rollout").path("revision").asText();
        // What stops and goes in the background is no part of the rollout.
        Await.until(
                what + ": at rest",
                () -> ours("running").size() == 1
                        && ours("restarting").isEmpty()
                        && ours("exited").size() <= (bad ? 1 : 0)
                        && program.atRest());
    }

    /// How many changes a rollout makes that meets no accident.
    private int undisturbed(int version, String order, boolean bad) throws Exception {
        proxy.forgetRequests();
        drop(version, order, bad);
        awaitEnd("undisturbed", bad);
        List<String> kinds = kinds();
        assertTrue(
                new TreeSet<>(kinds).containsAll(List.of("POST connect", "POST create", "POST start", "POST stop")),
                kinds.toString());
        return kinds.size();
    }

    /// Of each change the last word: `POST /v1.41/containers/ID/start?x` is `POST start`.
    private List<String> kinds() {
        return proxy.changes().stream()
                .map(line -> line.replaceAll("\\?.*", ""))
                .map(line -> line.startsWith("DELETE") ? "DELETE" : "POST " + line.substring(line.lastIndexOf('/') + 1))
                .toList();
    }

    /// Kills the agent when the Engine has done that many changes, and starts it again.
    private String killAfter(int changes, Executable cause) throws Throwable {
        proxy.forgetRequests();
        proxy.hangAfterChanges(changes);
        cause.execute();
        Await.until("change " + changes, proxy::hangs);
        program.kill();
        String what = "killed after " + kinds();
        proxy.hang(false);
        program.start("killed");
        return what;
    }

    /// Ids and starts of those that run.
    private List<String> served() {
        return Stream.of(inspect("{{.Id}} {{.State.StartedAt}}", ours("running").toArray(String[]::new))
                        .split("\n"))
                .toList();
    }

    /// Goes through what the Engine says happened: whenever one ends, another is ready.
    private void assertReadinessHeld(List<String> before, Instant began, String what) {
        Map<String, Instant> readyAt = new HashMap<>();
        before.forEach(line -> readyAt.put(line.split(" ")[0], Instant.EPOCH));
        String[] line = {
            "events",
            "--since",
            began.toString(),
            "--until",
            Instant.now().toString(),
            "--filter",
            "label=dev.dhow.host=killed",
            "--filter",
            "event=start",
            "--filter",
            "event=die",
            "--format",
            "{{.Action}} {{.ID}} {{.TimeNano}}"
        };
        for (String event : engine.docker(line).lines().toList()) {
            String[] words = event.split(" ");
            Instant at = Instant.ofEpochSecond(0, Long.parseLong(words[2]));
            if (words[0].equals("start")) {
                readyAt.put(words[1], at.plus(READY_AFTER));
            } else {
                readyAt.remove(words[1]);
                long ready = readyAt.values().stream().filter(at::isAfter).count();
                assertTrue(ready > 0, () -> what + ": none is ready after " + event);
            }
        }
    }

    /// Exactly what is wanted runs, each container is whole, nothing is left over, nothing foreign was touched.
    private void assertWhole(int version, String what) throws Exception {
        String name = ours("running").getFirst();
        assertEquals("version " + version, engine.docker("exec", name, "cat", "/etc/version"), what);
        assertEquals(
                "kill-a kill-b",
                inspect("{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}", name),
                what);
        assertEquals(List.of(), ours("created"), what);
        List<String> all = new ArrayList<>(List.of(name));
        all.addAll(ours("exited"));
        Collections.sort(all);
        Await.until(what + ": no copies are left", this::copies, all::equals);
        assertEquals(foreign, foreign(), what);
    }

    private List<String> copies() throws IOException {
        try (Stream<Path> copies = Files.list(program.root.resolve("state/mounts"))) {
            return copies.map(copy -> copy.getFileName().toString()).sorted().toList();
        }
    }
}
