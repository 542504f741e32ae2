package dev.dhow.agent.wire;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a request says of its way to us: `X-Forwarded-For` and `X-Forwarded-Proto`, or where they are missing
/// `Forwarded` (RFC 7239).
///
/// @param hops who asked whom, the client first, our peer's word last
/// @param proto what the last of them was asked by; null: it is not said
public record Forwarded(List<String> hops, @Nullable String proto) {
    /// Copies the list.
    public Forwarded {
        hops = List.copyOf(hops);
    }

    /// @param fors all `X-Forwarded-For` fields
    /// @param protos all `X-Forwarded-Proto` fields
    /// @param standard all `Forwarded` fields
    public static Forwarded of(List<String> fors, List<String> protos, List<String> standard) {
        List<String> hops = fors.isEmpty() ? List.of() : parts(String.join(",", fors), ',');
        String proto = protos.isEmpty() ? null : parts(protos.getLast(), ',').getLast();
        if (standard.isEmpty() || (!fors.isEmpty() && proto != null)) {
            return new Forwarded(hops, proto);
        }
        List<String> elements = parts(String.join(",", standard), ',');
        return new Forwarded(
                fors.isEmpty()
                        ? elements.stream()
                                .map(one -> value(one, "for", "unknown"))
                                .toList()
                        : hops,
                proto == null ? value(elements.getLast(), "proto", null) : proto);
    }

    /// The same without a word about how it was asked.
    public Forwarded withoutProto() {
        return new Forwarded(hops, null);
    }

    /// Of `for=192.0.2.1;proto="https"` what a name stands for.
    private static @Nullable String value(String element, String name, @Nullable String otherwise) {
        for (String pair : parts(element, ';')) {
            int equals = pair.indexOf('=');
            if (equals > 0 && pair.substring(0, equals).equalsIgnoreCase(name)) {
                String value = pair.substring(equals + 1);
                boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
                return quoted ? value.substring(1, value.length() - 1) : value;
            }
        }
        return otherwise;
    }

    /// Without those that are empty, unless all are. What is quoted is not taken apart; nothing that counts here has a
    /// quote in it.
    private static List<String> parts(String text, char between) {
        List<String> parts = new ArrayList<>();
        boolean quoted = false;
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || (text.charAt(i) == between && !quoted)) {
                parts.add(text.substring(start, i).strip());
                start = i + 1;
            } else if (text.charAt(i) == '"') {
                quoted = !quoted;
            }
        }
        return parts;
    }
}
