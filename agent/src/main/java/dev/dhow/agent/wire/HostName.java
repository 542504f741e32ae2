package dev.dhow.agent.wire;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The host that a request names, as routing compares it (RFC 9110 §7.2, RFC 3986 §3.2.2).
public final class HostName {
    private static final int LONGEST = 255;

    private HostName() {}

    /// Whether a `Host` field or an `:authority` is a host with or without a port. Names with `_` pass, because they
    /// are in use.
    public static boolean valid(String authority) {
        return !authority.isEmpty() && of(authority) != null;
    }

    /// The host without its port and trailing dot, in lower case; an IPv6 address without brackets.
    ///
    /// @return null: there is none, or it is none
    public static @Nullable String of(@Nullable String authority) {
        if (authority == null || authority.isEmpty() || authority.length() > LONGEST + 6) {
            return null;
        }
        int end = authority.length();
        if (authority.charAt(0) == '[') {
            int close = authority.indexOf(']');
            return close > 1 && port(authority, close + 1) && address6(authority, 1, close)
                    ? authority.substring(1, close).toLowerCase(Locale.ROOT)
                    : null;
        }
        int colon = authority.indexOf(':');
        if (colon >= 0) {
            if (!port(authority, colon)) {
                return null;
            }
            end = colon;
        }
        boolean lower = true;
        for (int i = 0; i < end; i++) {
            char c = authority.charAt(i);
            boolean name = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
            boolean upper = c >= 'A' && c <= 'Z';
            if (!name && !upper) {
                return null;
            }
            lower &= name;
        }
        if (end > 1 && authority.charAt(end - 1) == '.') {
            end--;
        }
        if (end == 0 || end > LONGEST || authority.charAt(0) == '.') {
            return null;
        }
        String host = end == authority.length() ? authority : authority.substring(0, end);
        return lower ? host : host.toLowerCase(Locale.ROOT);
    }

    /// Whether a host, as [#of] gives it, is an address and no name.
    public static boolean isAddress(String host) {
        if (host.indexOf(':') >= 0) {
            return true;
        }
        char last = host.charAt(host.length() - 1);
        if (last < '0' || last > '9') {
            return false;
        }
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c != '.' && (c < '0' || c > '9')) {
                return false;
            }
        }
        return true;
    }

    private static boolean port(String text, int from) {
        if (from == text.length()) {
            return true;
        }
        if (text.charAt(from) != ':' || text.length() - from > 6) {
            return false;
        }
        for (int i = from + 1; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private static boolean address6(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (!Octets.hex(c & 0xFF) && c != ':' && c != '.') {
                return false;
            }
        }
        return text.substring(from, to).indexOf(':') >= 0;
    }
}
