package dev.dhow.agent.upstream;

import dev.dhow.agent.wire.Field;
import dev.dhow.agent.wire.Octets;
import java.util.Arrays;
import java.util.List;

/// What is said to a container before the body of a request.
///
/// @param method a token
/// @param target what is asked for, as it goes on the wire
/// @param fields all of them, with `Host` and, where a body follows, what tells its length
/// @param framing what follows
public record RequestHead(String method, String target, List<Field> fields, Framing framing) {
    /// How a body's length is told.
    public enum Framing {
        /// There is none.
        NONE,
        /// By a field.
        LENGTH,
        /// By the body itself.
        CHUNKS
    }

    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";

    /// As octets.
    ///
    /// @throws IllegalArgumentException a character stands in it that would begin another field or another request
    byte[] octets() {
        int length = method.length() + target.length() + 14 + CHUNKED.length();
        for (Field field : fields) {
            length += field.name().length() + field.value().length() + 4;
        }
        Text text = new Text(length);
        text.add(method, false);
        text.line(" ");
        text.add(target, false);
        text.line(" HTTP/1.1\r\n");
        for (Field field : fields) {
            text.add(field.name(), false);
            text.line(": ");
            text.add(field.value(), true);
            text.line("\r\n");
        }
        if (framing == Framing.CHUNKS) {
            text.line(CHUNKED);
        }
        text.line("\r\n");
        return text.whole();
    }

    /// The readers of requests let none of what is refused here in; nothing goes out that they might have missed.
    private static final class Text {
        private final byte[] octets;
        private int length;

        Text(int most) {
            octets = new byte[most];
        }

        /// @param blanks whether there may be some
        void add(String text, boolean blanks) {
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c > 0xFF || !Octets.value(c) || (c <= ' ' && !blanks)) {
                    throw new IllegalArgumentException(
                            "a request cannot have the character %d there".formatted((int) c));
                }
                octets[length++] = (byte) c;
            }
        }

        void line(String known) {
            for (int i = 0; i < known.length(); i++) {
                octets[length++] = (byte) known.charAt(i);
            }
        }

        byte[] whole() {
            return length == octets.length ? octets : Arrays.copyOf(octets, length);
        }
    }
}
