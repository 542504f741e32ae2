package dev.dhow.agent.yaml;

import dev.dhow.agent.yaml.Node.Mapping;
import dev.dhow.agent.yaml.Node.Scalar;
import dev.dhow.agent.yaml.Node.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The plain forms. Each binds a scalar from its text, as YAML 1.2 means it for that type: `1.10` is a text where a
/// text is wanted, `no` is no boolean, `0644` is no number.
public final class Forms {
    /// Any text.
    public static final Form<String> TEXT = text("text", Forms::any);
    /// A path from `/`.
    public static final Form<String> ABSOLUTE_PATH = text("absolute path", Forms::absolute);
    /// `true` or `false`.
    public static final Form<Boolean> BOOL = new ScalarForm<>("boolean", Forms::bool, value -> value);
    /// A number of a TCP or UDP port.
    public static final Form<Integer> PORT = integer(1, 65_535);
    /// Texts by names.
    public static final Form<Map<String, String>> TEXT_MAP = map(TEXT);

    private static final Pattern INT = Pattern.compile("-?(0|[1-9][0-9]*)");

    private Forms() {}

    /// What reading a scalar gives: a value, or what is wrong with it.
    public sealed interface Read<T> {
        /// It could be read.
        record Good<T>(T value) implements Read<T> {}

        /// It could not; the message says what was expected.
        record Bad<T>(String message) implements Read<T> {}

        /// It could be read.
        static <T> Read<T> good(T value) {
            return new Good<>(value);
        }

        /// It could not be read.
        static <T> Read<T> bad(String message) {
            return new Bad<>(message);
        }
    }

    /// A form of scalars that stay texts, with a rule.
    public static Form<String> text(String words, Function<String, Read<String>> rule) {
        return new ScalarForm<>(words, rule, value -> value);
    }

    /// A whole number within limits.
    public static Form<Integer> integer(int least, int most) {
        return new ScalarForm<>("integer", text -> whole(text, least, most), value -> value);
    }

    /// One of some words.
    public static <E extends Enum<E>> Form<E> choice(Class<E> type, Function<E, String> word) {
        List<String> words = List.of(type.getEnumConstants()).stream().map(word).toList();
        return new ScalarForm<>(
                String.join(" | ", words),
                text -> {
                    for (E constant : type.getEnumConstants()) {
                        if (word.apply(constant).equals(text)) {
                            return Read.good(constant);
                        }
                    }
                    String near = Nearest.of(text, words);
                    return Read.bad("expected %s, found \"%s\"%s"
                            .formatted(
                                    String.join(", ", words),
                                    text,
                                    near == null ? "" : "; did you mean \"%s\"?".formatted(near)));
                },
                word::apply);
    }

    /// A scalar of any type.
    ///
    /// @param read from its text
    /// @param written back, as a text, number or boolean
    public static <T> Form<T> scalar(String words, Function<String, Read<T>> read, Function<T, Object> written) {
        return new ScalarForm<>(words, read, written);
    }

    /// A list, or a single entry in its place.
    public static <T> Form<List<Located<T>>> listOrOne(Form<T> item) {
        return new ListForm<>(item, true);
    }

    /// A list.
    public static <T> Form<List<Located<T>>> list(Form<T> item) {
        return new ListForm<>(item, false);
    }

    /// A map with any keys; the maps of root and role merge.
    public static <T> Form<Map<String, T>> map(Form<T> value) {
        return new MapForm<>(value);
    }

    /// A path from `/`; for forms that take something else too.
    public static Read<String> absolute(String text) {
        if (!text.startsWith("/")) {
            return Read.bad("expected a path that starts with /, found \"%s\"".formatted(text));
        }
        return text.indexOf(0) < 0 ? Read.good(text) : Read.bad("a path cannot hold the character U+0000");
    }

    /// The text of a scalar that is something.
    ///
    /// @return null where it is no such scalar, which is told
    public static @Nullable String textOf(Node node, String expected, Scope scope) {
        if (!(node instanceof Scalar scalar) || scalar.isNull()) {
            scope.error(node, "expected %s, found %s".formatted(expected, node.kind()));
            return null;
        }
        if (scalar.plain() && scalar.text().equals("~")) {
            scope.error(node, "\"~\" is no value here; leave it empty or write null, or quote it if a text is meant");
            return null;
        }
        return scalar.text();
    }

    private static Read<String> any(String text) {
        return Read.good(text);
    }

    private static Read<Boolean> bool(String text) {
        return switch (text) {
            case "true", "True", "TRUE" -> Read.good(true);
            case "false", "False", "FALSE" -> Read.good(false);
            default ->
                Read.bad("expected true or false, found \"%s\"%s"
                        .formatted(
                                text,
                                switch (text.toLowerCase(java.util.Locale.ROOT)) {
                                    case "yes", "on", "y", "1" -> "; write true";
                                    case "no", "off", "n", "0" -> "; write false";
                                    default -> "";
                                }));
        };
    }

    private static Read<Integer> whole(String text, int least, int most) {
        if (!INT.matcher(text).matches()) {
            return Read.bad("expected a whole number, found \"%s\"%s".formatted(text, numberHint(text)));
        }
        // Eleven characters are the most an int has; a long holds them all.
        long value = text.length() > 11 ? Long.MAX_VALUE : Long.parseLong(text);
        if (value < least || value > most) {
            return Read.bad(
                    most == Integer.MAX_VALUE
                            ? "expected a whole number of %d or more, found %s".formatted(least, text)
                            : "expected a whole number from %d to %d, found %s".formatted(least, most, text));
        }
        return Read.good((int) value);
    }

    private static String numberHint(String text) {
        if (text.matches("[0-9][0-9_]*") && text.contains("_")) {
            return "; write " + text.replace("_", "");
        }
        if (text.matches("0[0-9]+")) {
            return "; write it without the leading 0";
        }
        return text.matches("[0-9]+:[0-9:]+") ? "; this takes one number" : "";
    }

    private record ScalarForm<T>(String words, Function<String, Read<T>> read, Function<T, Object> written)
            implements Form<T> {
        @Override
        public @Nullable T bind(Node node, Scope scope) {
            String text = textOf(node, words, scope);
            if (text == null) {
                return null;
            }
            return switch (read.apply(text)) {
                case Read.Good<T>(T value) -> value;
                case Read.Bad<T>(String message) -> {
                    scope.error(node, message);
                    yield null;
                }
            };
        }

        @Override
        public Object write(T value) {
            return written.apply(value);
        }
    }

    private record ListForm<T>(Form<T> item, boolean single) implements Form<List<Located<T>>> {
        @Override
        public String words() {
            return single ? item.words() + " or list" : "list of " + item.words();
        }

        @Override
        public @Nullable List<Located<T>> bind(Node node, Scope scope) {
            if (!(node instanceof Sequence list)) {
                if (!single) {
                    scope.error(node, "expected a list, found %s; write [%s]".formatted(node.kind(), "…"));
                    return null;
                }
                T only = item.bind(node, scope);
                return only == null ? null : List.of(new Located<>(only, node.place(), scope.path()));
            }
            List<Located<T>> values = new ArrayList<>();
            for (int i = 0; i < list.items().size(); i++) {
                Scope at = scope.at(i);
                T value = item.bind(list.items().get(i), at);
                if (value != null) {
                    values.add(new Located<>(value, list.items().get(i).place(), at.path()));
                }
            }
            return values;
        }

        @Override
        public Object write(List<Located<T>> value) {
            return value.stream().map(entry -> item.write(entry.value())).toList();
        }

        @Override
        public List<Key<?>> keys() {
            return item.keys();
        }
    }

    private record MapForm<T>(Form<T> item) implements Form<Map<String, T>> {
        @Override
        public String words() {
            return "map of " + item.words();
        }

        @Override
        public @Nullable Map<String, T> bind(Node node, Scope scope) {
            if (!(node instanceof Mapping map)) {
                scope.error(node, "expected a map, found " + node.kind());
                return null;
            }
            Map<String, T> values = new LinkedHashMap<>();
            for (Node.Entry entry : map.entries()) {
                T value = item.bind(entry.value(), scope.at(entry.key().text()));
                if (value != null) {
                    values.put(entry.key().text(), value);
                }
            }
            return values;
        }

        @Override
        public Object write(Map<String, T> value) {
            Map<String, Object> written = new LinkedHashMap<>();
            value.forEach((key, inner) -> written.put(key, item.write(inner)));
            return written;
        }

        @Override
        public Map<String, T> merge(Map<String, T> base, Map<String, T> own, boolean bothMaps) {
            Map<String, T> merged = new LinkedHashMap<>(base);
            merged.putAll(own);
            return merged;
        }

        @Override
        public List<Key<?>> keys() {
            return item.keys();
        }
    }
}
