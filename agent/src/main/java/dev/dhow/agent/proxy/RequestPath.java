package dev.dhow.agent.proxy;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// The path and query of a request target in origin form.
///
/// A path with dot segments, also percent-encoded ones, is used without them, as whoever stands behind us may do
/// (RFC 3986 §5.2.4): so it cannot pass by a route's prefix.
///
/// @param path what routes are compared with
/// @param rest the query with its `?`, or empty
record RequestPath(String path, String rest) {
    /// @param target as it came
    /// @return null: the path leads above the root
    static @Nullable RequestPath of(String target) {
        int query = target.indexOf('?');
        String path = query < 0 ? target : target.substring(0, query);
        String rest = query < 0 ? "" : target.substring(query);
        if (!dotted(path)) {
            return new RequestPath(path, rest);
        }
        String plain = resolved(path);
        return plain == null ? null : new RequestPath(plain, rest);
    }

    /// What is sent on.
    ///
    /// @param prefix is taken off; `/`: nothing is
    String without(String prefix) {
        if (prefix.length() == 1) {
            return rest.isEmpty() ? path : path + rest;
        }
        String below = path.substring(prefix.length());
        return (below.isEmpty() ? "/" : below) + rest;
    }

    private static boolean dotted(String path) {
        for (int i = path.indexOf('/'); i >= 0 && i + 1 < path.length(); i = path.indexOf('/', i + 1)) {
            char next = path.charAt(i + 1);
            if (next == '.' || next == '%') {
                return true;
            }
        }
        return false;
    }

    private static @Nullable String resolved(String path) {
        Deque<String> segments = new ArrayDeque<>();
        String[] parts = path.substring(1).split("/", -1);
        for (int i = 0; i < parts.length; i++) {
            boolean last = i == parts.length - 1;
            switch (parts[i].replace("%2e", ".").replace("%2E", ".")) {
                case "." -> {
                    if (last) {
                        segments.addLast("");
                    }
                }
                case ".." -> {
                    if (segments.pollLast() == null) {
                        return null;
                    }
                    if (last) {
                        segments.addLast("");
                    }
                }
                default -> segments.addLast(parts[i]);
            }
        }
        return "/" + String.join("/", segments);
    }
}
