package dev.dhow.agent.cli;

import dev.dhow.api.status.Problem;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the commands need from rooms that they do not know.
///
/// @param version of this program
public record Tools(AgentRunner agent, FileChecker checker, FileRenderer renderer, String version) {
    /// Runs the agent until it is told to end.
    @FunctionalInterface
    public interface AgentRunner {
        /// @param config `agent.yaml`; null: the default place, where it may be missing
        /// @return the exit code
        int run(@Nullable Path config) throws Exception;
    }

    /// Reads service files as the agent would, all together, so that conflicts between them are found.
    @FunctionalInterface
    public interface FileChecker {
        /// @param files as the user named them
        /// @param config the `agent.yaml` whose policy is applied; null: what the default policy denies are
        ///     warnings
        List<Problem> check(List<Path> files, @Nullable Path config);
    }

    /// Reads one service file and writes it with every default.
    @FunctionalInterface
    public interface FileRenderer {
        /// @param file as the user named it
        Rendered render(Path file);
    }

    /// A service file with every default, or why there is none.
    ///
    /// @param text YAML; null where a problem is an error
    public record Rendered(@Nullable String text, List<Problem> problems) {
        /// Copies the list.
        public Rendered {
            problems = List.copyOf(problems);
        }
    }
}
