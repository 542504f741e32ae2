package dev.dhow.agent.cli;

import dev.dhow.api.spec.Secret;
import dev.dhow.api.status.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the commands need from rooms that they do not know.
///
/// @param version of this program
public record Tools(
        AgentRunner agent,
        FileChecker checker,
        FileRenderer renderer,
        FileEditor editor,
        LoginKeeper logins,
        String version) {
    /// Without a place for logins.
    public Tools(AgentRunner agent, FileChecker checker, FileRenderer renderer, FileEditor editor, String version) {
        this(agent, checker, renderer, editor, LoginKeeper.NONE, version);
    }

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

    /// Keeps logins of registries where the agent finds them.
    public interface LoginKeeper {
        /// Has no place for any.
        LoginKeeper NONE = new LoginKeeper() {
            @Override
            public String login(@Nullable Path config, String registry, String username, Secret password)
                    throws IOException {
                throw new IOException("there is no place for logins");
            }

            @Override
            public String logout(@Nullable Path config, String registry) throws IOException {
                throw new IOException("there is no place for logins");
            }
        };

        /// @param config `agent.yaml`; null: the default place, where it may be missing
        /// @return what was done, for people
        String login(@Nullable Path config, String registry, String username, Secret password) throws IOException;

        /// @param config `agent.yaml`; null: the default place, where it may be missing
        /// @return what was done, for people
        String logout(@Nullable Path config, String registry) throws IOException;
    }

    /// Looks into the text of a service file, without judging it.
    @FunctionalInterface
    public interface FileEditor {
        /// @param shown the file as the user named it
        /// @param image to put where the file has its own; null: none
        Edited edit(String shown, byte[] content, @Nullable String image);
    }

    /// A text that can be sent, or why not.
    ///
    /// @param service that it names; empty where a problem is an error
    /// @param content the text, changed as asked
    public record Edited(String service, byte[] content, List<Problem> problems) {
        /// Copies the list.
        public Edited {
            problems = List.copyOf(problems);
        }
    }

    /// A service file with every default, or why there is none.
    ///
    /// @param text YAML; null where a problem is an error
    /// @param tree the same as texts, numbers, booleans, lists and maps; empty where a problem is an error
    public record Rendered(@Nullable String text, Map<String, Object> tree, List<Problem> problems) {
        /// Copies the list.
        public Rendered {
            problems = List.copyOf(problems);
        }
    }
}
