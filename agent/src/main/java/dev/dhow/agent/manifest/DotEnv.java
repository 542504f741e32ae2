package dev.dhow.agent.manifest;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/// The lines of an environment file, as Compose reads them: `NAME=value`, `export` before it, `#` comments, values in
/// single quotes (literal) or double quotes (with `\n`, `\"` and the like), which may span lines. `$` is literal.
final class DotEnv {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");

    private final String text;
    private int at;
    private int line = 1;

    /// What reading gives.
    sealed interface Result {}

    /// All values by name.
    record Good(Map<String, String> values) implements Result {}

    /// What is wrong, and in which line; never a part of the line.
    record Bad(int line, String message) implements Result {}

    private DotEnv(String text) {
        this.text = text;
    }

    static Result parse(byte[] content) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
            return new DotEnv((text.startsWith("\uFEFF") ? text.substring(1) : text).replace("\r\n", "\n")).all();
        } catch (CharacterCodingException _) {
            return new Bad(1, "not UTF-8 text");
        }
    }

    private Result all() {
        Map<String, String> values = new LinkedHashMap<>();
        while (at < text.length()) {
            skipBlanks();
            if (at >= text.length() || text.charAt(at) == '\n') {
                at++;
                line++;
                continue;
            }
            if (text.charAt(at) == '#') {
                restOfLine();
                continue;
            }
            int start = line;
            int end = lineEnd();
            int equals = text.indexOf('=', at);
            if (equals < 0 || equals > end) {
                return new Bad(start, "a name without a value; write NAME=value");
            }
            String name = text.substring(at, equals).strip().replaceFirst("^export\\s+", "");
            if (!NAME.matcher(name).matches()) {
                return new Bad(start, "no name of letters, digits and _ before =");
            }
            at = equals + 1;
            skipBlanks();
            String value = value();
            if (value == null) {
                return new Bad(start, "a quote is not closed");
            }
            if (value.indexOf('\0') >= 0) {
                return new Bad(start, "a zero byte in a value");
            }
            values.put(name, value);
        }
        return new Good(values);
    }

    private @org.jspecify.annotations.Nullable String value() {
        char quote = at < text.length() ? text.charAt(at) : '\n';
        if (quote != '"' && quote != '\'') {
            String raw = restOfLine();
            int comment = raw.startsWith("#") ? 0 : raw.indexOf(" #");
            return (comment < 0 ? raw : raw.substring(0, comment)).strip();
        }
        StringBuilder value = new StringBuilder();
        for (at++; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == quote) {
                at++;
                restOfLine();
                return value.toString();
            }
            if (c == '\n') {
                line++;
            }
            if (c == '\\' && quote == '"' && at + 1 < text.length()) {
                at++;
                value.append(escaped(text.charAt(at)));
            } else {
                value.append(c);
            }
        }
        return null;
    }

    private static String escaped(char c) {
        return switch (c) {
            case 'n' -> "\n";
            case 'r' -> "\r";
            case 't' -> "\t";
            case '"', '\\', '$' -> String.valueOf(c);
            default -> "\\" + c;
        };
    }

    private void skipBlanks() {
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
    }

    private int lineEnd() {
        int end = text.indexOf('\n', at);
        return end < 0 ? text.length() : end;
    }

    private String restOfLine() {
        int end = lineEnd();
        String rest = text.substring(at, end);
        at = end + 1;
        line++;
        return rest;
    }
}
