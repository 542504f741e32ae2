package dev.dhow.agent.wire;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What the fields of an answer say of its length and of its connection (RFC 9112 §6, §9.3).
///
/// @param length octets; below 0: it does not say
/// @param close whether the connection ends with it
/// @param keep whether the connection stays, which servers of HTTP/1.0 have to say
/// @param wrong what contradicts itself; null: nothing
record Framing(
        long length,
        boolean chunked,
        boolean close,
        boolean keep,
        @Nullable String wrong) {
    /// More digits than a length can have.
    private static final int DIGITS = 18;

    static Framing of(List<Field> fields) {
        long length = -1;
        boolean chunked = false;
        boolean close = false;
        boolean keep = false;
        for (Field field : fields) {
            // Most fields have another length than these names; the comparison is dear.
            switch (field.name().length()) {
                case 10 -> {
                    if (field.name().equalsIgnoreCase("connection")) {
                        String options = field.value().toLowerCase(Locale.ROOT);
                        close |= options.contains("close");
                        keep |= options.contains("keep-alive");
                    }
                }
                case 14 -> {
                    if (field.name().equalsIgnoreCase("content-length")) {
                        if (length >= 0) {
                            return wrong("it has two lengths");
                        }
                        length = number(field.value());
                        if (length < 0) {
                            return wrong("its length is no number");
                        }
                    }
                }
                case 17 -> {
                    if (field.name().equalsIgnoreCase("transfer-encoding")) {
                        if (chunked || !field.value().equalsIgnoreCase("chunked")) {
                            return wrong("it has a coding that nobody asked for");
                        }
                        chunked = true;
                    }
                }
                default -> {}
            }
        }
        return chunked && length >= 0
                ? wrong("it has a length and chunks")
                : new Framing(length, chunked, close, keep, null);
    }

    /// Whether more requests may follow on the connection.
    ///
    /// @param old whether the answer is by HTTP/1.0, which has no chunks (RFC 9112 §6.1)
    boolean stays(boolean old) {
        return !close && (!old || (keep && !chunked));
    }

    private static Framing wrong(String what) {
        return new Framing(-1, false, true, false, what);
    }

    private static long number(String text) {
        if (text.isEmpty() || text.length() > DIGITS) {
            return -1;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return -1;
            }
        }
        return Long.parseLong(text);
    }
}
