package dev.dhow.agent.manifest;

import dev.dhow.agent.yaml.Form;
import dev.dhow.agent.yaml.Forms;
import dev.dhow.agent.yaml.Forms.Read;
import dev.dhow.agent.yaml.Node;
import dev.dhow.agent.yaml.Scope;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// `proxy.response_headers`: values by names, whose case does not matter.
final class ResponseHeadersForm implements Form<Map<String, String>> {
    static final ResponseHeadersForm HEADERS = new ResponseHeadersForm();

    private static final Form<String> VALUE = Forms.text("text", ResponseHeadersForm::value);
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
    /// They say where a message ends and what becomes of its connection.
    private static final Set<String> OF_THE_CONNECTION =
            Set.of("connection", "keep-alive", "transfer-encoding", "content-length", "upgrade", "te", "trailer");

    private ResponseHeadersForm() {}

    @Override
    public String words() {
        return "map of text";
    }

    @Override
    public @Nullable Map<String, String> bind(Node node, Scope scope) {
        if (!(node instanceof Node.Mapping map)) {
            scope.error(node, "expected a map, found " + node.kind());
            return null;
        }
        Map<String, String> headers = new LinkedHashMap<>();
        Map<String, String> seen = new LinkedHashMap<>();
        for (Node.Entry entry : map.entries()) {
            String name = entry.key().text();
            Scope at = scope.at(name);
            String wrong = wrong(name, seen.putIfAbsent(name.toLowerCase(Locale.ROOT), name));
            if (wrong != null) {
                at.error(entry.key(), wrong);
            }
            String value = VALUE.bind(entry.value(), at);
            if (value != null) {
                headers.put(name, value);
            }
        }
        return headers;
    }

    private static @Nullable String wrong(String name, @Nullable String before) {
        if (before != null) {
            return "the same header as \"%s\"; keep one of them".formatted(before);
        }
        if (!TOKEN.matcher(name).matches()) {
            return "expected the name of a header such as X-Frame-Options, found \"%s\"".formatted(name);
        }
        String lower = name.toLowerCase(Locale.ROOT);
        return OF_THE_CONNECTION.contains(lower) || lower.startsWith("proxy-")
                ? "\"%s\" is about the connection or the length of a response, which the proxy says itself; leave it out"
                        .formatted(name)
                : null;
    }

    private static Read<String> value(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c < 0x7F)
                ? Read.good(text)
                : Read.bad("expected one line of printable ASCII characters");
    }

    @Override
    public Object write(Map<String, String> value) {
        return value;
    }

    @Override
    public Map<String, String> merge(Map<String, String> base, Map<String, String> own, boolean bothMaps) {
        Map<String, String> merged = new LinkedHashMap<>(base);
        own.forEach((name, value) -> {
            merged.keySet().removeIf(other -> other.equalsIgnoreCase(name));
            merged.put(name, value);
        });
        return merged;
    }
}
