package dev.dhow.api.spec;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One entry of `on_hosts`: a host's name, or a label `key=value`. A `*` stands for any number of characters.
///
/// @param label the label's key; null: it is about the name
/// @param glob what the name, or the label's value, must match
public record HostPattern(@Nullable String label, String glob) {
    /// Reads `web-*` or `tier=front`.
    public static HostPattern of(String text) {
        int equals = text.indexOf('=');
        return equals < 0
                ? new HostPattern(null, text)
                : new HostPattern(text.substring(0, equals), text.substring(equals + 1));
    }

    /// Whether one of the patterns takes this host; none at all take every host.
    public static boolean any(List<HostPattern> patterns, String host, Map<String, String> labels) {
        return patterns.isEmpty() || patterns.stream().anyMatch(pattern -> pattern.matches(host, labels));
    }

    /// Whether it takes this host.
    public boolean matches(String host, Map<String, String> labels) {
        String value = label == null ? host : labels.get(label);
        return value != null && glob(glob, value);
    }

    private static boolean glob(String pattern, String text) {
        // Where the last star stood, to go back to when the rest does not fit.
        int star = -1;
        int resume = 0;
        int p = 0;
        int t = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                resume = t;
            } else if (p < pattern.length() && pattern.charAt(p) == text.charAt(t)) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++resume;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }

    @Override
    public String toString() {
        return label == null ? glob : label + "=" + glob;
    }
}
