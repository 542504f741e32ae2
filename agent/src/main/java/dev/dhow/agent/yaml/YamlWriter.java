package dev.dhow.agent.yaml;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Writes texts, numbers, booleans, lists and maps as YAML that every reader understands alike.
public final class YamlWriter {
    /// Texts that need no quotes, because no reader takes them for anything else: they start with a letter
    /// or `/`, or
    /// are numbers with units, or a range.
    private static final Pattern PLAIN = Pattern.compile(
            "[A-Za-z/][A-Za-z0-9_./@+-]*(:[A-Za-z0-9_./@+-]+)*" + "|([0-9]+(h|ms|us|m|s|b|k|g|t))+|[0-9]{3}-[0-9]{3}");

    private static final Pattern OTHER_MEANING = Pattern.compile("(?i)(y|n|yes|no|on|off|true|false|null|nan|inf)");

    private YamlWriter() {}

    /// A line for people; the key that it stands under is not written.
    public record Comment(String text) {}

    /// A map in lines.
    public static String block(Map<String, ?> map) {
        StringBuilder text = new StringBuilder();
        map.forEach((key, value) -> entry(text, key, value, 0));
        return text.toString();
    }

    /// A value in one line.
    public static String inline(Object value) {
        return switch (value) {
            case Map<?, ?> map ->
                map.isEmpty()
                        ? "{}"
                        : "{"
                                + String.join(
                                        ", ",
                                        map.entrySet().stream()
                                                .map(e -> scalar(e.getKey()) + ": " + inline(e.getValue()))
                                                .toList())
                                + "}";
            case List<?> list ->
                "[" + String.join(", ", list.stream().map(YamlWriter::inline).toList()) + "]";
            default -> scalar(value);
        };
    }

    private static void entry(StringBuilder text, String key, Object value, int indent) {
        String margin = "  ".repeat(indent);
        if (value instanceof Comment(String comment)) {
            text.append(margin).append("# ").append(comment).append('\n');
        } else if (value instanceof Map<?, ?> map && !map.isEmpty()) {
            text.append(margin).append(scalar(key)).append(":\n");
            map.forEach((name, inner) -> entry(text, String.valueOf(name), inner, indent + 1));
        } else if (value instanceof List<?> list && list.stream().anyMatch(Map.class::isInstance)) {
            text.append(margin).append(scalar(key)).append(":\n");
            list.forEach(item ->
                    text.append(margin).append("  - ").append(inline(item)).append('\n'));
        } else {
            text.append(margin)
                    .append(scalar(key))
                    .append(": ")
                    .append(inline(value))
                    .append('\n');
        }
    }

    private static String scalar(Object value) {
        if (value instanceof Number || value instanceof Boolean) {
            return value.toString();
        }
        String text = value.toString();
        return PLAIN.matcher(text).matches() && !OTHER_MEANING.matcher(text).matches() ? text : quoted(text);
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(point -> {
            switch (point) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                    boolean shown = (point >= 0x20 && point < 0x7F)
                            || (point >= 0xA0 && point != 0x2028 && point != 0x2029 && point != 0xFEFF);
                    quoted.append(shown ? Character.toString(point) : "\\U%08X".formatted(point));
                }
            }
        });
        return quoted.append('"').toString();
    }
}
