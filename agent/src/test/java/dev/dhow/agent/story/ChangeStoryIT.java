package dev.dhow.agent.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.Shell;
import dev.dhow.agent.testing.TestEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The shipped program, told by its own command line what to run.
class ChangeStoryIT {
    private final Program program = new Program(TestEngine.shared());
    private final String sleeper = program.engine.images().sleeper();

    @AfterEach
    void end() {
        program.close();
    }

    private Path services() {
        return program.root.resolve("services.d");
    }

    private static void done(int code, Shell.Result result) {
        assertEquals(code, result.exitCode(), result.output());
    }

    @Test
    void aServiceComesByApplyAndGoesByRemove() throws Exception {
        program.start("first");
        Path file = Files.writeString(program.root.resolve("any.yaml"), Site.file("w1", "dhow-test/nowhere:1", "bot"));
        done(0, program.dhow("apply", "-f", file.toString(), "--image", sleeper));
        assertTrue(Files.readString(services().resolve("w1.yaml")).contains("image: " + sleeper));
        done(0, program.dhow("wait", "w1", "--timeout", "1m"));
        List<String> before = program.containers("w1");
        assertEquals(1, before.size());

        Files.writeString(file, Site.file("w1", sleeper, "bot", "imagee: x"));
        Shell.Result refused = program.dhow("apply", "-f", file.toString());
        done(1, refused);
        assertTrue(refused.output().startsWith("error: " + file + ":"), refused.output());
        done(1, program.dhow("plan", "-f", file.toString()));
        assertEquals(before, program.containers("w1"));

        Files.writeString(file, Site.file("w2", sleeper, "bot"));
        done(0, program.dhow("apply", "-f", file.toString()));
        done(0, program.dhow("wait", "w2", "--timeout", "1m"));
        done(0, program.dhow("remove", "w1"));
        done(0, program.dhow("remove", "w2"));
        assertFalse(Files.exists(services().resolve("w1.yaml")));
        Await.until(
                "both go, since each was meant",
                () -> program.containers("w1").isEmpty()
                        && program.containers("w2").isEmpty());
        Await.until("both are forgotten", () -> program.dhow("remove", "w1").exitCode() == 4);
    }

    /// R5, U12
    @Test
    void aVersionIsFollowedToItsEndAndGoneBackFrom() throws Exception {
        program.start("first");
        Path file = program.root.resolve("any.yaml");
        apply(file, 0, "environment: {V: '1'}");
        Shell.Result second = apply(file, 0, "environment: {V: '2'}");
        assertTrue(second.output().contains("\nv1/bot/1 starting\n"), second.output());
        assertTrue(second.output().contains("\nv1/bot/1 ready\n"), second.output());
        assertTrue(second.output().contains(" is available (1 of 1 replicas ready)"), second.output());

        // By the time somebody looks, Docker may have started it again.
        Shell.Result broken = apply(file, 5, "command: [sh, -c, 'echo no database; exit 7']");
        assertTrue(broken.output().contains("was rolled back"), broken.output());
        assertTrue(broken.output().contains("exited with 7"), broken.output());
        assertTrue(broken.output().contains("| no database"), broken.output());
        assertTrue(program.dhow("status", "v1").output().contains("| no database"));
        done(5, program.dhow("apply", "-f", file.toString(), "--wait"));
        done(5, program.dhow("wait", "v1"));
        List<String> failed = program.containers("v1");
        done(5, program.dhow("retry", "v1", "--wait", "--timeout", "1m"));
        assertFalse(failed.containsAll(program.containers("v1")), "another container tried it");

        apply(file, 0, "environment: {V: '3'}");
        done(0, program.dhow("rollback", "v1", "--wait", "--timeout", "1m"));
        done(0, program.dhow("wait", "v1", "--timeout", "1m"));
        String back = program.status("v1").path("observed_revision").asText();
        Shell.Result same = program.dhow("rollback", "v1", back);
        done(1, same);
        assertTrue(same.output().contains("runs " + back + " already"), same.output());
        done(5, program.dhow("apply", "-f", file.toString(), "--wait"));
        done(0, program.dhow("retry", "v1", "--wait", "--timeout", "1m"));
        List<String> before = program.containers("v1");
        done(0, program.dhow("restart", "v1", "--wait", "--timeout", "1m"));
        assertFalse(before.containsAll(program.containers("v1")), "made anew");
        done(0, program.dhow("hold", "v1"));
        done(0, program.dhow("unhold", "v1"));

        String history = program.dhow("history", "v1").output();
        assertTrue(history.lines().filter(line -> line.contains("rolled_back")).count() >= 1, history);
        String first =
                history.lines().reduce((_, last) -> last).orElse("").strip().split(" ")[0];
        assertTrue(program.dhow("history", "v1", "--show", first).output().contains("V: '1'"), history);
        Files.writeString(file, Site.file("v1", sleeper, "bot", "environment: {V: '4'}"));
        done(2, program.dhow("plan", "-f", file.toString()));
    }

    private Shell.Result apply(Path file, int code, String... lines) throws Exception {
        // Long enough for whoever follows it to see it start.
        String text = Site.file(
                "v1",
                sleeper,
                "bot",
                Stream.concat(Stream.of("rollout: {monitor: 1s}"), Stream.of(lines))
                        .toArray(String[]::new));
        Files.writeString(file, text.replace("readiness_delay: 200ms", "readiness_delay: 1500ms"));
        Shell.Result result = program.dhow("apply", "-f", file.toString(), "--wait", "--timeout", "2m");
        done(code, result);
        return result;
    }

    /// F15
    @Test
    void servicesThatVanishTogetherStayUntilSomebodyConfirms() throws Exception {
        program.start("first");
        List<String> services = List.of("h1", "h2", "h3");
        for (String service : services) {
            program.drop(service, Site.file(service, sleeper, "bot"));
        }
        for (String service : services) {
            Await.until("known", () -> program.dhow("status", service).exitCode() != 4);
            done(0, program.dhow("wait", service, "--timeout", "1m"));
        }
        done(1, program.dhow("confirm-removal"));
        Files.delete(services().resolve("h1.yaml"));
        Files.delete(services().resolve("h2.yaml"));
        Await.until("held", () -> program.dhow("status", "h1").output().contains("dhow confirm-removal"));
        program.kill();
        program.start("first");
        Await.until("held again", () -> program.dhow("status", "h2").output().contains("dhow confirm-removal"));
        assertEquals(1, program.containers("h1").size());
        done(0, program.dhow("confirm-removal"));
        Await.until(
                "gone",
                () -> program.containers("h1").isEmpty()
                        && program.containers("h2").isEmpty());
        assertEquals(1, program.containers("h3").size());
    }
}
