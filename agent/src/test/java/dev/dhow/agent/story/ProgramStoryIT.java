package dev.dhow.agent.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.Shell;
import dev.dhow.agent.testing.TestEngine;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The shipped program on a real Engine, asked by its own command line.
class ProgramStoryIT {
    private final Program program = new Program(TestEngine.shared());
    private final String sleeper = program.engine.images().sleeper();

    @AfterEach
    void end() {
        program.close();
    }

    private void settled(String service) {
        Await.until(
                "settled",
                () -> program.dhow("status", service).exitCode() == 0
                        && program.dhow("plan", service).exitCode() == 0);
    }

    @Test
    void deathOfTheAgentAndAnotherMachineNameTouchNothing() throws Exception {
        program.start("first");
        program.drop("p1", Site.file("p1", sleeper, "bot", "replicas: 2"));
        settled("p1");
        List<String> before = program.containers("p1");
        assertTrue(before.getFirst().contains(" first "), before.toString());

        assertEquals(143, program.terminate(), Files.readString(program.log));
        assertEquals(before, program.containers("p1"), "SIGTERM");
        program.start("second");
        settled("p1");
        assertEquals(before, program.containers("p1"), "another name of the machine");
        assertTrue(Files.readString(program.log).contains("second"), "the other name is told");

        program.kill();
        assertEquals(before, program.containers("p1"), "SIGKILL");
        program.start("second");
        settled("p1");
        assertEquals(before, program.containers("p1"));
    }

    @Test
    void agentKilledWhileServicesStartFinishesThemAtItsNextStart() throws Exception {
        program.start("first");
        for (int i = 0; i < 5; i++) {
            program.drop("k" + i, Site.file("k" + i, sleeper, "bot", "replicas: 2"));
        }
        Await.until("some are made", () -> !program.containers("k0").isEmpty());
        program.kill();
        program.start("first");
        for (int i = 0; i < 5; i++) {
            settled("k" + i);
            assertEquals(2, program.containers("k" + i).size());
        }
    }

    @Test
    void commandsTellWhatTheAgentKnows() throws Exception {
        program.start("first");
        assertEquals(4, program.dhow("status", "nobody").exitCode());
        program.drop("c1", "version: 1\nservice: c1\nroles: {bot: {imagee: x}}\n");
        Await.until("told", () -> program.dhow("status").output().contains("did you mean \"image\"?"));
        assertEquals(3, program.dhow("status").exitCode());
        program.drop("c1", Site.file("c1", "dhow-test/nowhere:1", "bot", "pull_policy: never"));
        Await.until(
                "told",
                () -> program.dhow("status", "c1").output().contains("dhow-test/nowhere:1 is not on this host"));
        program.drop("c1", Site.file("c1", sleeper, "bot"));
        settled("c1");
        assertEquals("no changes", program.dhow("plan").output().strip());
        Shell.Result json = program.dhow("status", "c1", "-o", "json");
        assertTrue(
                json.output().contains("\"phase\":\"Running\"") || json.output().contains("\"phase\" : \"Running\""));
        Shell.Result rendered = program.dhow(
                "render", program.root.resolve("services.d/c1.yaml").toString());
        assertEquals(0, rendered.exitCode(), rendered.output());
        assertEquals(
                0,
                program.dhow("validate", program.root.resolve("services.d").toString())
                        .exitCode());

        List<String> before = program.containers("c1");
        program.drop("c1", rendered.output());
        Await.until("taken", () -> Files.readString(program.log).split("service file accepted service=c1").length > 2);
        settled("c1");
        assertEquals(before, program.containers("c1"), "the rendered file says the same");
    }

    @Test
    void secondAgentOnTheSameStateIsRefused() throws Exception {
        program.start("first");
        Shell.Result second = program.dhow(
                "agent", "--config", program.root.resolve("agent.yaml").toString());
        assertEquals(1, second.exitCode());
        assertTrue(second.output().startsWith("error: "), second.output());
        assertTrue(second.output().contains(program.root.resolve("state").toString()), second.output());
    }
}
