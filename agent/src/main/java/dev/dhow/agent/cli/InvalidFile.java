package dev.dhow.agent.cli;

import dev.dhow.api.status.Problem;
import java.util.List;

/// Ends a command because a file that it was given cannot be used.
final class InvalidFile extends Refusal {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /// @param message in one line
    InvalidFile(String message, List<Problem> problems) {
        super(Exit.ERROR, message);
        this.problems = List.copyOf(problems);
    }

    List<Problem> problems() {
        return problems;
    }

    /// The same, with the file called as its user did.
    InvalidFile named(String file) {
        return new InvalidFile(String.valueOf(getMessage()), renamed(problems, file));
    }

    /// Problems of a file, called as its user did.
    static List<Problem> renamed(List<Problem> problems, String file) {
        return problems.stream()
                .map(p -> new Problem(p.severity(), file, p.line(), p.column(), p.path(), p.message(), p.source()))
                .toList();
    }
}
