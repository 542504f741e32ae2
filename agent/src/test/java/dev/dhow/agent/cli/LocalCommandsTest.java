package dev.dhow.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.api.status.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The commands that need no agent, with rooms that say what a test sets.
class LocalCommandsTest {
    private static final Problem ERROR = new Problem(
            Problem.Severity.ERROR, "shop.yaml", 2, 1, "imagee", "unknown key; did you mean \"image\"?", "imagee: x");
    private static final Problem WARNING =
            new Problem(Problem.Severity.WARNING, "shop.yaml", 3, 1, "roles.web", "a check that cannot fail", null);

    @TempDir
    Path dir;

    private final List<Path> checked = new ArrayList<>();
    private List<Problem> problems = List.of();
    private Tools.Rendered rendered = new Tools.Rendered("service: shop\n", Map.of("service", "shop"), List.of());
    private Tools.AgentRunner runner = _ -> 0;

    private CliRun run(String... args) {
        Tools.FileChecker checker = (files, _) -> {
            checked.addAll(files);
            return problems;
        };
        return CliRun.of(
                new Tools(c -> runner.run(c), checker, _ -> rendered, TestTools.EDITOR, "1.2.3"),
                Map.of(),
                false,
                args);
    }

    @Test
    void validateShowsEveryProblemAndCounts() throws IOException {
        String file = Files.writeString(dir.resolve("shop.yaml"), "x").toString();
        problems = List.of(ERROR, WARNING);
        assertEquals(new CliRun(1, "", """
            error: shop.yaml:2:1: imagee: unknown key; did you mean "image"?
              2 | imagee: x
                | ^
            warning: shop.yaml:3:1: roles.web: a check that cannot fail
            1 file: 1 error, 1 warning
            """), run("validate", file));
    }

    @Test
    void validateTellsProgramsInTheirForm() throws IOException {
        String file = Files.writeString(dir.resolve("shop.yaml"), "x").toString();
        problems = List.of(ERROR);
        CliRun json = run("validate", "-o", "json", file);
        assertEquals(1, json.code());
        assertEquals("", json.err());
        assertTrue(json.out().startsWith("{\"error\":\"the file has 1 error\",\"problems\":[{\"severity\":\"error\","));
        problems = List.of();
        assertEquals(new CliRun(0, "error: null\nproblems: []\ntext: ''\n", ""), run("validate", "-o", "yaml", file));
    }

    @Test
    void warningsAloneAreGood() throws IOException {
        String file = Files.writeString(dir.resolve("shop.yaml"), "x").toString();
        problems = List.of(WARNING);
        assertEquals(0, run("validate", file, file).code());
        assertEquals(List.of(Path.of(file)), checked, "a file that is named twice is read once");
    }

    @Test
    void aDirectoryMeansItsServiceFiles() throws IOException {
        for (String name : List.of("b.yml", "a.yaml", ".hidden.yaml", "c.yaml~", "d.yaml.dpkg-new", "note.txt")) {
            Files.writeString(dir.resolve(name), "x");
        }
        Files.createDirectory(dir.resolve("sub.yaml"));
        Files.createSymbolicLink(dir.resolve("link.yaml"), dir.resolve("note.txt"));
        CliRun run = run("validate", dir.toString());
        assertEquals("3 files: 0 errors, 0 warnings\n", run.err());
        assertEquals(
                List.of("a.yaml", "b.yml", "link.yaml"),
                checked.stream().map(file -> file.getFileName().toString()).toList());
    }

    @Test
    void aPathThatIsNotThereIsAnError() {
        CliRun run = run("validate", dir.resolve("no.yaml").toString());
        assertEquals(
                "error: " + dir.resolve("no.yaml") + ": no such file or directory\n0 files: 1 error, 0 warnings\n",
                run.err());
        assertEquals(1, run.code());
        assertTrue(run("validate", "/dev/null").err().contains("/dev/null: not a regular file"));
    }

    @Test
    void renderPrintsTheFileOrItsProblems() {
        assertEquals(new CliRun(0, "service: shop\n", ""), run("render", "shop.yaml"));
        assertEquals(new CliRun(0, "{\"service\":\"shop\"}\n", ""), run("render", "shop.yaml", "-o", "json"));
        rendered = new Tools.Rendered(null, Map.of(), List.of(ERROR));
        CliRun run = run("render", "shop.yaml");
        assertEquals(1, run.code());
        assertEquals("", run.out());
        assertTrue(run.err().startsWith("error: shop.yaml:2:1: imagee"), run.err());
    }

    @Test
    void theAgentGetsItsFileAndGivesItsCode() {
        List<@Nullable Path> given = new ArrayList<>();
        runner = config -> {
            given.add(config);
            return 7;
        };
        assertEquals(7, run("agent").code());
        assertEquals(7, run("agent", "--config", "/x.yaml").code());
        assertEquals(java.util.Arrays.asList(null, Path.of("/x.yaml")), given);
        runner = _ -> {
            throw new IOException("another agent answers at /run/dhow/dhow.sock");
        };
        assertEquals(new CliRun(1, "", "error: another agent answers at /run/dhow/dhow.sock\n"), run("agent"));
    }

    @Test
    void versionAndHelpAreGood() {
        assertEquals(new CliRun(0, "dhow 1.2.3\n", ""), run("version"));
        assertEquals(new CliRun(0, "dhow 1.2.3\n", ""), run("--version"));
        assertEquals(new CliRun(0, "{\"version\":\"1.2.3\"}\n", ""), run("version", "-o", "json"));
        assertEquals(new CliRun(0, "version: 1.2.3\n", ""), run("version", "-o", "yaml"));
        CliRun help = run("--help");
        assertEquals(0, help.code());
        assertTrue(help.out().contains("dhow validate services.d"), help.out());
        for (String command : List.of(
                "agent",
                "validate",
                "plan",
                "status",
                "render",
                "registry",
                "version",
                "apply",
                "remove",
                "wait",
                "history",
                "rollback",
                "retry",
                "update",
                "restart",
                "hold",
                "unhold",
                "drain",
                "undrain",
                "probes",
                "maintenance",
                "pause",
                "resume",
                "confirm-removal",
                "certs")) {
            assertEquals(0, run(command, "--help").code());
            assertTrue(help.out().contains("  " + command + " "), help.out());
        }
    }

    @Test
    void wrongWordsAreAnErrorWithASuggestion() {
        CliRun wrong = run("stauts");
        assertEquals(1, wrong.code());
        assertTrue(
                wrong.err().startsWith("error: Unmatched argument at index 0: 'stauts'\nDid you mean: dhow status"),
                wrong.err());
        assertEquals(
                new CliRun(1, "", "error: Missing required parameter: 'PATH'\nsee dhow validate --help\n"),
                run("validate"));
        assertEquals(1, run("status", "--nope").code());
        CliRun nothing = run();
        assertEquals(1, nothing.code());
        assertEquals("", nothing.out());
        assertTrue(nothing.err().startsWith("Usage: dhow"), nothing.err());
    }
}
