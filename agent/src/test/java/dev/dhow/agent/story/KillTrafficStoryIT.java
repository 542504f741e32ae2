package dev.dhow.agent.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dhow.agent.proxy.Proxy;
import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.FaultProxy;
import dev.dhow.agent.testing.FreePort;
import dev.dhow.agent.testing.Halt;
import dev.dhow.agent.testing.RawHttp;
import dev.dhow.agent.testing.TestEngine;
import dev.dhow.agent.testing.TestRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The shipped program gets `SIGKILL` after the steps of a rollout that [KillStoryIT] has not: those that move
/// requests, those of a release command, and those that few rollouts need. Each time the next start finishes the
/// rollout.
class KillTrafficStoryIT {
    private final TestEngine engine = TestEngine.shared();
    private final FaultProxy proxy = new FaultProxy(engine.socket());
    private final Program program = new Program(engine, proxy.uri());
    private final String sleeper = engine.images().sleeper();

    @AfterEach
    void end() {
        program.close();
        proxy.close();
        engine.tryDocker("volume", "rm", "kt_data", "kv_data");
        engine.tryDocker("network", "rm", "kill-a");
    }

    private List<String> ours(String service) {
        return engine.docker(
                        "ps",
                        "-a",
                        "--filter",
                        "label=dev.dhow.service=" + service,
                        "--format",
                        "{{.Names}} {{.State}}")
                .lines()
                .toList();
    }

    private void awaitVersion(String version, String what) {
        Await.until(what, () -> ours("kt").size() == 1 && inForce("kt", version) && program.atRest());
    }

    private boolean inForce(String service, String version) throws IOException {
        JsonNode status = program.status(service);
        return status.path("rollout").path("outcome").asText().equals("available")
                && Site.condition(status, "Available").startsWith("True")
                && engine.docker("inspect", "--format", "{{.Config.Env}}", name(service))
                        .contains("A=" + version + " ");
    }

    /// The one that is left.
    private String name(String service) {
        return ours(service).getFirst().replace(" running", "");
    }

    @Test
    void killedAroundAReleaseCommandAndWhileRequestsMoveItGoesOn() throws Exception {
        int port = FreePort.find();
        int debug = FreePort.find();
        program.listen(port);
        program.debug(debug);
        program.start("killed");
        drop("0");
        awaitVersion("0", "the first");
        int releases = aroundTheRelease();
        for (String action : List.of("route", "unroute", "drain")) {
            proxy.forgetRequests();
            // The step after it follows at once.
            Halt routed = action.equals("route") ? Halt.at(debug, Proxy.class, "unroute") : null;
            double before = done(action);
            double moved = done("unroute");
            drop(action);
            Await.until("the new one", () -> program.containers("kt").size() == 2 && starts() == 2);
            // The old one has it until it ends, so that nothing goes beyond the drain in the meantime.
            Thread slow = Thread.ofVirtual().start(() -> ask(port, "/slow"));
            if (action.equals("drain")) {
                Await.until("moved", () -> done("unroute") > moved);
                proxy.hang(true);
            }
            if (routed == null) {
                Await.until(action, () -> done(action) > before);
            } else {
                routed.await();
                assertTrue(lastStep().contains(" step=route "), lastStep());
            }
            program.kill();
            proxy.hang(false);
            slow.join();
            program.start("killed");
            Await.until(action + ": served at once", () -> ask(port, "/") == 200);
            awaitVersion(action, "killed after " + action);
            assertEquals(200, ask(port, "/"), action);
            assertEquals(++releases, runs(), action);
        }
    }

    /// R26
    @Test
    void killedAfterStepsThatFewRolloutsNeedItGoesOn() throws Exception {
        // Each of four services is at its own step when the agent dies.
        Map<String, String> services =
                Map.of("/networks/create", "kn", "/volumes/create", "kv", "/images/create", "kp", "/restart", "kr");
        program.start("killed");
        for (String service : services.values()) {
            drop(service, "0", sleeper);
        }
        for (String service : services.values()) {
            Await.until(service, () -> inForce(service, "0"));
        }
        String restarted = program.containers("kr").getFirst();
        try (TestRegistry registry = TestRegistry.plain(engine)) {
            registry.content().pushLine("story/kp", "1", "none");
            program.dhowReading(
                    "first-password", "registry", "login", registry.host(), "-u", "bot", "--password-stdin");
            proxy.forgetRequests();
            proxy.holdAnswersTo(services.keySet());
            drop("kn", "1", sleeper, "networks: [kill-a]");
            drop("kv", "1", sleeper, "volumes: ['data:/data']");
            drop("kp", "1", registry.host() + "/story/kp:1");
            engine.docker("exec", name("kr"), "busybox", "rm", "/well");
            Await.until("all are done", () -> proxy.held().equals(services.keySet()));
            program.kill();
            program.start("killed");
            for (String service : List.of("kn", "kv", "kp")) {
                Await.until(service, () -> ours(service).size() == 1 && inForce(service, "1"));
            }
        }
        awaitRestarted(restarted);
        services.keySet().forEach(this::assertDoneOnce);
        assertEquals("kill-a", engine.docker("network", "ls", "--filter", "name=kill-a", "--format", "{{.Name}}"));
        assertEquals("kv_data", engine.docker("volume", "ls", "--filter", "name=kv", "--format", "{{.Name}}"));
    }

    private void awaitRestarted(String before) {
        String format = "{{.State.Health.Status}}";
        Await.until(
                "healthy again",
                () -> inForce("kr", "0")
                        && engine.docker("inspect", "--format", format, name("kr"))
                                .equals("healthy")
                        && program.atRest());
        String now = program.containers("kr").getFirst();
        assertEquals(before.split(" ")[0], now.split(" ")[0]);
        assertNotEquals(before, now);
    }

    private void assertDoneOnce(String call) {
        List<String> calls =
                proxy.changes().stream().filter(line -> line.contains(call)).toList();
        assertEquals(1, calls.size(), calls::toString);
    }

    /// A worker that Docker checks each second; the check fails without the file `/well`.
    private void drop(String service, String version, String image, String... lines) throws IOException {
        List<String> all = new ArrayList<>(List.of(lines));
        all.addAll(List.of(
                "retain: 0",
                "environment: {A: '" + version + "'}",
                "command: [busybox, sh, -c, \"busybox touch /well; trap 'exit 0' TERM; busybox sleep 1000000 & wait"
                        + " $!\"]",
                "healthcheck: {test: [CMD, busybox, test, -f, /well], interval: 1s, timeout: 5s, retries: 1}"));
        program.drop(service, Site.file(service, image, "bot", all.toArray(String[]::new)));
    }

    private String lastStep() throws IOException {
        return Files.readAllLines(program.log).stream()
                .filter(line -> line.contains("step done"))
                .toList()
                .getLast();
    }

    /// Kills the agent after each change that a release command makes, until its container is gone; returns how many
    /// versions there were.
    private int aroundTheRelease() throws Exception {
        boolean gone = false;
        int n = 0;
        while (!gone) {
            n++;
            proxy.forgetRequests();
            proxy.hangAfterChanges(n);
            drop(String.valueOf(n));
            Await.until("change " + n, proxy::hangs);
            program.kill();
            List<String> changes = proxy.changes();
            proxy.hang(false);
            program.start("killed");
            awaitVersion(String.valueOf(n), "killed after " + changes);
            assertEquals(n + 1, runs(), () -> "killed after " + changes);
            gone = changes.getLast().startsWith("DELETE ");
        }
        assertTrue(n > 2, "changes of a release command: " + n);
        return n + 1;
    }

    private long starts() {
        return proxy.changes().stream().filter(line -> line.endsWith("/start")).count();
    }

    /// How often the command ran.
    private long runs() {
        return engine.docker("exec", name("kt"), "cat", "/data/runs").lines().count();
    }

    private void drop(String version) throws IOException {
        program.drop(
                "kt",
                Site.file(
                                "kt",
                                engine.images().app(),
                                "web",
                                "retain: 0",
                                "proxy: {default: true}",
                                "volumes: ['data:/data']",
                                "environment: {A: '" + version + "'}")
                        .replaceFirst("roles:", "release_command: [sh, -c, 'echo \\$A >> /data/runs']\nroles:"));
    }

    private static int ask(int port, String path) {
        try {
            return RawHttp.tcp(port).get(path).status();
        } catch (IOException e) {
            return 0;
        }
    }

    /// How many such steps this agent has done.
    private double done(String action) throws IOException {
        String name = "dhow_reconcile_actions_total{action=\"" + action + "\"} ";
        return RawHttp.socket(program.root.resolve("dhow.sock"))
                .get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
                .sum();
    }
}
