package dev.dhow.api.status;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/// One thing that is wrong in a file, with its place and the next step in the text.
///
/// @param file as the user named it
/// @param line 1-based; 0: the file as a whole
/// @param column 1-based, in code points; 0: the line or file as a whole
/// @param path such as `roles.web.image`; empty: the file as a whole
/// @param source the source line, as [#excerpt] gives it; null: there is none to show
public record Problem(
        Severity severity,
        String file,
        int line,
        int column,
        String path,
        String message,
        @Nullable String source) {
    /// The order in which problems are told: by file, then place.
    public static final Comparator<Problem> ORDER = Comparator.comparing(Problem::file)
            .thenComparingInt(Problem::line)
            .thenComparingInt(Problem::column)
            .thenComparing(Problem::message);

    /// The most code points of a line that are shown.
    private static final int MOST = 200;

    /// Up to this column a long line is shown from its start.
    private static final int FROM_START = 160;

    /// How many code points of a long line are shown before a later column.
    private static final int BEFORE = 80;

    /// How many are shown from there.
    private static final int AFTER = 40;

    /// How bad it is.
    public enum Severity {
        /// The file is not used.
        ERROR,
        /// The file is used.
        WARNING
    }

    /// An error without a place in the file, such as one that cannot be read.
    public static Problem ofFile(String file, String message) {
        return new Problem(Severity.ERROR, file, 0, 0, "", message, null);
    }

    /// Whether the file cannot be used.
    public boolean isError() {
        return severity == Severity.ERROR;
    }

    /// A line as it is shown for a problem at a column: a long one only around that, with `…` where it is cut.
    public static String excerpt(String line, int column) {
        int length = line.codePointCount(0, line.length());
        if (length <= MOST) {
            return line;
        }
        boolean fromStart = column <= FROM_START;
        int from = fromStart ? 0 : Math.min(column, length + 1) - 1 - BEFORE;
        int to = Math.min(length, fromStart ? MOST - 1 : from + BEFORE + AFTER);
        int begin = line.offsetByCodePoints(0, from);
        String part = line.substring(begin, line.offsetByCodePoints(begin, to - from));
        return (fromStart ? "" : "…") + part + (to < length ? "…" : "");
    }

    /// One line: `shop.yaml:12:9: roles.web.imagee: unknown key; did you mean "image"?`.
    public String summary() {
        StringBuilder text = new StringBuilder(file);
        if (line > 0) {
            text.append(':').append(line).append(':').append(column);
        }
        text.append(": ");
        if (!path.isEmpty()) {
            text.append(path).append(": ");
        }
        return text.append(message).toString();
    }

    /// The summary with its severity, and below it the source line with a caret.
    public String render() {
        String first = severity.name().toLowerCase(java.util.Locale.ROOT) + ": " + summary();
        String shown = source;
        if (shown == null || line == 0) {
            return first;
        }
        String number = Integer.toString(line);
        // What was cut at its start is shorter than the column, which a whole line never is.
        int before = column - 1 > shown.codePointCount(0, shown.length()) ? BEFORE + 1 : Math.max(0, column - 1);
        // A tab moves the caret by one column in the text and by more on the screen: keep it in both lines.
        StringBuilder caret = new StringBuilder();
        shown.codePoints().limit(before).forEach(c -> caret.append(c == '\t' ? '\t' : ' '));
        return "%s%n  %s | %s%n  %s | %s^".formatted(first, number, shown, " ".repeat(number.length()), caret);
    }
}
