package dev.dhow.api.http;

import dev.dhow.api.status.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The answer of `PUT` and `DELETE /v1/services/{s}`: what became of the file.
///
/// @param content the text that was written or removed, as a status tells it once it is in force; null: there was none
/// @param message for people
/// @param problems the text's warnings
public record AppliedBody(String service, @Nullable String content, String message, List<Problem> problems) {
    /// Copies the list.
    public AppliedBody {
        problems = List.copyOf(problems);
    }
}
