package dev.dhow.agent.upstream;

import dev.dhow.agent.wire.Field;
import dev.dhow.agent.wire.Octets;
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

    private static final String VERSION = " HTTP/1.1\r\n";
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";

    /// As octets.
    ///
    /// @throws IllegalArgumentException a character stands in it that would begin another field or another request
    byte[] octets() {
        Text text = new Text(length());
        text.word(method);
        text.known(" ");
        text.word(target);
        text.known(VERSION);
        for (Field field : fields) {
            text.word(field.name());
            text.known(": ");
            text.value(field.value());
            text.known("\r\n");
        }
        if (framing == Framing.CHUNKS) {
            text.known(CHUNKED);
        }
        text.known("\r\n");
        return text.octets;
    }

    private int length() {
        int length = method.length() + 1 + target.length() + VERSION.length() + 2;
        for (Field field : fields) {
            length += field.name().length() + field.value().length() + 4;
        }
        return framing == Framing.CHUNKS ? length + CHUNKED.length() : length;
    }

    /// The readers of requests let none of what is refused here in; nothing goes out that they might have missed.
    private static final class Text {
        final byte[] octets;
        private int at;

        Text(int length) {
            octets = new byte[length];
        }

        void word(String text) {
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                octets[at++] = c > ' ' && c < 0x7F ? (byte) c : rare(c, false);
            }
        }

        void value(String text) {
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                octets[at++] = c >= ' ' && c < 0x7F ? (byte) c : rare(c, true);
            }
        }

        void known(String text) {
            for (int i = 0; i < text.length(); i++) {
                octets[at++] = (byte) text.charAt(i);
            }
        }

        private static byte rare(char c, boolean blanks) {
            if (c > 0xFF || !Octets.value(c) || (c <= ' ' && !blanks)) {
                throw new IllegalArgumentException("a request cannot have the character %d there".formatted((int) c));
            }
            return (byte) c;
        }
    }
}
