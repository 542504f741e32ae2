package dev.dhow.agent.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.FaultProxy;
import dev.dhow.agent.testing.FreePort;
import dev.dhow.agent.testing.RawHttp;
import dev.dhow.agent.testing.TestEngine;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The shipped program gets `SIGKILL` after the steps of a rollout that [KillStoryIT] has not: those that move
/// requests, and those of a release command. Each time the next start finishes the rollout.
class KillTrafficStoryIT {
    private final TestEngine engine = TestEngine.shared();
    private final FaultProxy proxy = new FaultProxy(engine.socket());
    private final Program program = new Program(engine, proxy.uri());

    @AfterEach
    void end() {
        program.close();
        proxy.close();
        engine.tryDocker("volume", "rm", "kt_data");
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
        program.listen(port);
        program.start("killed");
        drop("0");
        awaitVersion("0", "the first");
        int releases = aroundTheRelease();
        for (String action : List.of("unroute", "drain")) {
            proxy.forgetRequests();
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
            Await.until(action, () -> done(action) > before);
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
