package dev.dhow.agent.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Text for a terminal.
final class Text {
    private Text() {}

    /// Without control characters: what a container wrote must not steer the reader's terminal. Line ends
    /// and tabs stay.
    static String clean(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (c == '\n' || c == '\t' || !Character.isISOControl(c)) {
                clean.appendCodePoint(c);
            } else if (c != '\r') {
                clean.append("\\x%02x".formatted(c));
            }
        });
        return clean.toString();
    }

    /// The lines, each behind that margin.
    static String indent(String text, String margin) {
        StringBuilder out = new StringBuilder();
        clean(text).lines().forEach(line -> out.append(margin).append(line).append('\n'));
        return out.toString();
    }

    /// Columns as wide as their widest cell, two spaces apart. Width is counted in code points.
    static List<String> columns(List<List<String>> rows) {
        int[] widths = new int[rows.stream().mapToInt(List::size).max().orElse(0)];
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], width(row.get(i)));
            }
        }
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                line.append(row.get(i));
                if (i < row.size() - 1) {
                    line.append(" ".repeat(widths[i] - width(row.get(i)) + 2));
                }
            }
            lines.add(line.toString());
        }
        return lines;
    }

    /// How long ago, in the largest unit that says enough: `95s`, `12m`, `30h`, `9d`.
    static String age(Duration time) {
        if (time.isNegative()) {
            return "0s";
        }
        if (time.toMinutes() < 2) {
            return time.toSeconds() + "s";
        }
        if (time.toHours() < 2) {
            return time.toMinutes() + "m";
        }
        return time.toDays() < 2 ? time.toHours() + "h" : time.toDays() + "d";
    }

    private static int width(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
