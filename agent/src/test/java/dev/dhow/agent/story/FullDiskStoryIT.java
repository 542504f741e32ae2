package dev.dhow.agent.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.Shell;
import dev.dhow.agent.testing.TestEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The disk of the state directory is full: what runs is left alone, and it goes on when there is room again.
class FullDiskStoryIT {
    private final Program program = new Program(TestEngine.shared());
    private final String sleeper = program.engine.images().sleeper();
    private final Path state = program.root.resolve("state");
    private final Path filler = state.resolve("filler");

    @BeforeEach
    void start() throws Exception {
        Files.createDirectory(state);
        Shell.run("mount", "-t", "tmpfs", "-o", "size=256k,mode=0700", "dhow-test", state.toString());
        program.start("full");
    }

    @AfterEach
    void end() {
        Shell.attempt("umount", "-l", state.toString());
        program.close();
    }

    private void drop(String version) throws IOException {
        program.drop(
                "full",
                Site.file("full", sleeper, "bot", "files: [{target: /etc/version, content: '%s'}]".formatted(version)));
    }

    private void fill() throws IOException {
        byte[] page = new byte[4096];
        try (var out = Files.newOutputStream(filler, StandardOpenOption.CREATE_NEW)) {
            Await.until("the disk is full", () -> {
                try {
                    out.write(page);
                    return false;
                } catch (IOException _) {
                    return true;
                }
            });
        }
    }

    private JsonNode await(String what, String version) {
        Await.until(what, () -> versions().equals(List.of(version)));
        return Await.until(
                what,
                () -> program.status("full"),
                s -> s.path("rollout").path("outcome").asText().equals("available")
                        && Site.condition(s, "Available").startsWith("True"));
    }

    private List<String> versions() {
        String[] running = {"ps", "-q", "--filter", "label=dev.dhow.service=full"};
        return program.engine.docker(running).lines().map(this::version).toList();
    }

    private String version(String id) {
        return program.engine.docker("exec", id, "cat", "/etc/version");
    }

    private String log() throws IOException {
        return Files.readString(program.log);
    }

    @Test
    void whatRunsIsLeftAndItGoesOnWhenThereIsRoom() throws Exception {
        drop("one");
        await("the first", "one");
        List<String> before = program.containers("full");
        fill();
        drop("two");
        JsonNode status = Await.until(
                "the service says so",
                () -> program.status("full"),
                s -> Site.message(s, "UpToDate").contains("No space left"));
        String message = Site.message(status, "UpToDate");
        assertTrue(message.contains(state.resolve("mounts").toString()), message);
        assertTrue(message.contains("free space there"), message);
        Await.until(
                "the log says so",
                () -> log().contains(
                                "journal/full.journal was not written: No space left on device; free space there"));
        assertTrue(log().contains("history could not be stored; nothing that runs is affected"), log());

        program.engine.docker("kill", before.getFirst().split(" ")[0]);
        Await.until("what was killed runs again", () -> versions().equals(List.of("one")));
        List<String> repaired = program.containers("full");
        program.kill();
        program.start("full");
        assertEquals(repaired, program.containers("full"), "an agent that starts on a full disk");

        Files.delete(filler);
        JsonNode end = await("there is room", "two");
        program.kill();
        program.start("full");
        JsonNode after = Await.until(
                "told again",
                () -> program.status("full"),
                s -> Site.condition(s, "Available").startsWith("True"));
        assertEquals(end.path("rollout"), after.path("rollout"), "it is stored again");
    }
}
