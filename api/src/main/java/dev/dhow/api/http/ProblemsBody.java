package dev.dhow.api.http;

import dev.dhow.api.status.Problem;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What is wrong with a text: the answer of `POST /v1/validate`, and of every route that refuses one with 422.
///
/// @param error null: it can be used
/// @param problems errors and warnings, in the order of the file
/// @param text the same for people
public record ProblemsBody(@Nullable String error, List<Problem> problems, String text) {
    /// Copies the list.
    public ProblemsBody {
        problems = List.copyOf(problems);
    }

    /// With its texts.
    public static ProblemsBody of(List<Problem> problems) {
        long errors = problems.stream().filter(Problem::isError).count();
        String error = errors == 0 ? null : "the file has %d error%s".formatted(errors, errors == 1 ? "" : "s");
        return new ProblemsBody(
                error, problems, problems.stream().map(Problem::render).collect(Collectors.joining("\n")));
    }
}
