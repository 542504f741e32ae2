package dev.dhow.agent.plan;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A text form that is ours, so that no library's upgrade changes a hash: one line per field, in the order of the
/// calls, every string quoted. What is null or empty is left out, so that a new field changes no old hash.
final class Canonical {
    private final StringBuilder text = new StringBuilder();

    Canonical add(String name, @Nullable Object value) {
        switch (value) {
            case null -> {}
            case List<?> list when list.isEmpty() -> {}
            case Map<?, ?> map when map.isEmpty() -> {}
            default -> text.append(name).append('=').append(form(value)).append('\n');
        }
        return this;
    }

    /// An empty list that says something else than no list, such as `entrypoint: []`.
    Canonical addEvenEmpty(String name, @Nullable List<String> value) {
        if (value != null) {
            text.append(name).append('=').append(form(value)).append('\n');
        }
        return this;
    }

    private static String form(Object value) {
        return switch (value) {
            case String string -> quote(string);
            case List<?> list -> list.stream().map(Canonical::form).toList().toString();
            case Map<?, ?> map -> sorted(map).toString();
            case Duration duration -> Long.toString(duration.toMillis()) + "ms";
            case Boolean flag -> flag.toString();
            case Number number -> number.toString();
            case Enum<?> word -> word.name();
            default -> throw new IllegalArgumentException("no canonical form of " + value.getClass());
        };
    }

    private static Map<String, String> sorted(Map<?, ?> map) {
        Map<String, String> sorted = new TreeMap<>();
        map.forEach((key, value) -> sorted.put(quote((String) key), form(value)));
        return sorted;
    }

    private static String quote(String string) {
        return '"' + string.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    String sha256() {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
