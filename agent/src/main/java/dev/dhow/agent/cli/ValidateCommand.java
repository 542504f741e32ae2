package dev.dhow.agent.cli;

import dev.dhow.agent.json.Json;
import dev.dhow.api.http.ProblemsBody;
import dev.dhow.api.status.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `dhow validate`
@Command(
        name = "validate",
        mixinStandardHelpOptions = true,
        description = "Checks service files as the agent would, all together. Needs no agent.",
        footer = {
            "",
            "Examples:",
            "  dhow validate shop.yaml",
            "  dhow validate /etc/dhow/services.d",
            "  dhow validate --config /etc/dhow/agent.yaml /etc/dhow/services.d",
            "",
            "Warnings alone exit with 0."
        })
final class ValidateCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "PATH", description = "Files, or directories of *.yaml and *.yml files.")
    private List<Path> paths = List.of();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The agent.yaml of the host: what its policy denies is an error then.")
    private @Nullable Path config;

    @Mixin
    private Output output = new Output();

    private final Session session;
    private final Tools.FileChecker checker;

    ValidateCommand(Session session, Tools.FileChecker checker) {
        this.session = session;
        this.checker = checker;
    }

    @Override
    public Integer call() throws IOException {
        List<Problem> problems = new ArrayList<>();
        List<Path> files = new ArrayList<>();
        for (Path path : paths) {
            expand(path, files, problems);
        }
        List<Path> distinct = files.stream().distinct().toList();
        if (!distinct.isEmpty()) {
            problems.addAll(checker.check(distinct, config));
        }
        long errors = problems.stream().filter(Problem::isError).count();
        if (!output.isTable()) {
            session.data(output.text(Json.write(ProblemsBody.of(problems)), ""));
            return errors == 0 ? Exit.GOOD : Exit.ERROR;
        }
        problems.forEach(problem -> session.note(Text.clean(problem.render())));
        session.note("%s: %s, %s"
                .formatted(
                        count(distinct.size(), "file"),
                        count(errors, "error"),
                        count(problems.size() - errors, "warning")));
        return errors == 0 ? Exit.GOOD : Exit.ERROR;
    }

    private static String count(long number, String word) {
        return number + " " + word + (number == 1 ? "" : "s");
    }

    private static void expand(Path path, List<Path> files, List<Problem> problems) {
        if (Files.isDirectory(path)) {
            try (Stream<Path> entries = Files.list(path)) {
                entries.filter(ValidateCommand::counts).sorted().forEach(files::add);
            } catch (IOException e) {
                problems.add(Problem.ofFile(path.toString(), "the directory cannot be read (%s)".formatted(e)));
            }
        } else if (Files.isRegularFile(path)) {
            files.add(path);
        } else {
            boolean there = Files.exists(path, LinkOption.NOFOLLOW_LINKS);
            problems.add(Problem.ofFile(path.toString(), there ? "not a regular file" : "no such file or directory"));
        }
    }

    /// As in the agent's directory: regular files and links to such, by their extension, no dotfiles.
    private static boolean counts(Path entry) {
        String name = entry.getFileName().toString();
        return !name.startsWith(".") && (name.endsWith(".yaml") || name.endsWith(".yml")) && Files.isRegularFile(entry);
    }
}
