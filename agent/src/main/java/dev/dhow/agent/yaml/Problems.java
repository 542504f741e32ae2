package dev.dhow.agent.yaml;

import dev.dhow.api.status.Problem;
import dev.dhow.api.status.Problem.Severity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Collects what is wrong with one file, so that all of it is told at once and in the order of the file.
public final class Problems {
    /// How many are told; a last line says how many more there are.
    public static final int MOST = 50;

    private final String file;
    private final SourceText text;
    private final List<Problem> found = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();

    Problems(String file, SourceText text) {
        this.file = file;
        this.text = text;
    }

    /// The file as the user named it.
    public String file() {
        return file;
    }

    /// The line of a place, a long one around its column; null: there is none, or it may hold a secret.
    ///
    /// @param path what the problem is about
    public @Nullable String line(Place place, String path) {
        String line = text.line(place.line());
        return line == null || !Quotable.is(path, line) ? null : Problem.excerpt(line, place.column());
    }

    /// The file cannot be used because of this place.
    public void error(Place place, String path, String message) {
        add(Severity.ERROR, place, path, message);
    }

    /// The file can be used, but this place is most likely not meant so.
    public void warning(Place place, String path, String message) {
        add(Severity.WARNING, place, path, message);
    }

    /// The file as a whole cannot be used.
    void ofFile(String message) {
        found.add(Problem.ofFile(file, message));
    }

    /// Whether one of them is an error.
    public boolean anyError() {
        return found.stream().anyMatch(Problem::isError);
    }

    /// All of them in the order of the file, the first [#MOST] and a line for the rest.
    public List<Problem> sorted() {
        List<Problem> all = new ArrayList<>(found);
        all.sort(Problem.ORDER);
        if (all.size() <= MOST) {
            return List.copyOf(all);
        }
        List<Problem> first = new ArrayList<>(all.subList(0, MOST));
        Problem last = first.getLast();
        // Placed with the last one shown, so that it stays last wherever problems are sorted again.
        boolean hidesError = all.subList(MOST, all.size()).stream().anyMatch(Problem::isError);
        first.add(new Problem(
                hidesError ? Severity.ERROR : Severity.WARNING,
                file,
                last.line() + 1,
                1,
                "",
                "and %d more problems".formatted(all.size() - MOST),
                null));
        return List.copyOf(first);
    }

    // One place of an anchor can be read for several roles: it is told once.
    private void add(Severity severity, Place place, String path, String message) {
        if (seen.add("%d:%d %s".formatted(place.line(), place.column(), message))) {
            found.add(new Problem(severity, file, place.line(), place.column(), path, message, line(place, path)));
        }
    }
}
