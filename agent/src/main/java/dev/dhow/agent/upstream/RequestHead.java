package dev.dhow.agent.upstream;

import dev.dhow.agent.wire.Octets;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Map;

/// What is said to a container before the body of a request.
///
/// @param method a token
/// @param target what is asked for, as it goes on the wire
/// @param fields all of them, with `Host` and, where a body follows, what tells its length
/// @param framing what follows
public record RequestHead(String method, String target, Iterable<Map.Entry<String, String>> fields, Framing framing) {
    /// How a body's length is told.
    public enum Framing {
        /// There is none.
        NONE,
        /// By a field.
        LENGTH,
        /// By the body itself.
        CHUNKS
    }

    private static final int USUAL = 512;

    /// As octets.
    ///
    /// @throws IllegalArgumentException a character stands in it that would begin another field or another request
    ByteBuf octets(ByteBufAllocator allocator) {
        ByteBuf into = allocator.directBuffer(USUAL);
        try {
            text(into, method, false);
            into.writeByte(' ');
            text(into, target, false);
            text(into, " HTTP/1.1\r\n");
            for (Map.Entry<String, String> field : fields) {
                text(into, field.getKey(), false);
                into.writeShort(':' << 8 | ' ');
                text(into, field.getValue(), true);
                into.writeShort('\r' << 8 | '\n');
            }
            if (framing == Framing.CHUNKS) {
                text(into, "Transfer-Encoding: chunked\r\n");
            }
            return into.writeShort('\r' << 8 | '\n');
        } catch (IllegalArgumentException e) {
            into.release();
            throw e;
        }
    }

    private static void text(ByteBuf into, String text) {
        for (int i = 0; i < text.length(); i++) {
            into.writeByte(text.charAt(i));
        }
    }

    /// The readers of requests let none of these in; here nothing goes out that they might have missed.
    private static void text(ByteBuf into, String text, boolean blanks) {
        int length = text.length();
        into.ensureWritable(length);
        int at = into.writerIndex();
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c > 0xFF || !Octets.value(c) || (c <= ' ' && !blanks)) {
                throw new IllegalArgumentException("a request cannot have the character %d there".formatted((int) c));
            }
            into.setByte(at + i, c);
        }
        into.writerIndex(at + length);
    }
}
