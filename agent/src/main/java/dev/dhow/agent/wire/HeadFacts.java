package dev.dhow.agent.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What the fields of one head say about its framing and its host, checked against RFC 9112 §3.2 and §6.
final class HeadFacts {
    /// Longer ones do not fit a long; nobody sends such a body.
    private static final int LENGTH_DIGITS = 18;

    private boolean http10;
    private int hosts;
    private boolean chunked;
    private boolean upgrade;
    private long length;

    void begin() {
        http10 = false;
        hosts = 0;
        chunked = false;
        upgrade = false;
        length = -1;
    }

    void http10() {
        http10 = true;
    }

    boolean chunked() {
        return chunked;
    }

    /// Whether the connection may become something else after this request.
    boolean upgrade() {
        return upgrade;
    }

    /// Bytes of the body; 0 where none is said.
    long length() {
        return Math.max(length, 0);
    }

    /// Takes a field. Names of other lengths than those that matter cost one comparison.
    ///
    /// @param name where it starts in the buffer
    /// @param value where it starts, without leading blanks
    /// @param end where the value ends, without trailing blanks
    @Nullable
    Refusal field(ByteBuf head, int name, int nameLength, int value, int end) {
        return switch (nameLength) {
            case 4 -> is(head, name, "host") ? host(head, value, end) : null;
            case 6 -> is(head, name, "expect") ? expect(text(head, value, end)) : null;
            case 7 -> is(head, name, "upgrade") ? upgrade(text(head, value, end)) : null;
            case 14 -> is(head, name, "content-length") ? length(head, value, end) : null;
            case 17 -> is(head, name, "transfer-encoding") ? coding(text(head, value, end)) : null;
            default -> null;
        };
    }

    /// What only the whole head tells.
    @Nullable
    Refusal end() {
        if (chunked && length >= 0) {
            return Refusal.framing("Content-Length beside Transfer-Encoding");
        }
        return chunked && http10 ? Refusal.framing("Transfer-Encoding in HTTP/1.0") : null;
    }

    private @Nullable Refusal host(ByteBuf head, int value, int end) {
        hosts++;
        if (hosts > 1) {
            return Refusal.bad("more than one Host");
        }
        return value == end || HostName.valid(text(head, value, end)) ? null : Refusal.bad("Host is no host");
    }

    private static @Nullable Refusal expect(String value) {
        return value.equalsIgnoreCase("100-continue")
                ? null
                : new Refusal(417, "unsupported", "Expect has another value than 100-continue");
    }

    private @Nullable Refusal upgrade(String value) {
        upgrade = value.equalsIgnoreCase("websocket");
        return null;
    }

    private @Nullable Refusal length(ByteBuf head, int value, int end) {
        if (length >= 0) {
            return Refusal.framing("more than one Content-Length");
        }
        if (value == end || end - value > LENGTH_DIGITS) {
            return Refusal.framing("Content-Length is no number");
        }
        long sum = 0;
        for (int i = value; i < end; i++) {
            int digit = head.getByte(i) - '0';
            if (digit < 0 || digit > 9) {
                return Refusal.framing("Content-Length is no number");
            }
            sum = sum * 10 + digit;
        }
        length = sum;
        return null;
    }

    private @Nullable Refusal coding(String value) {
        if (chunked) {
            return Refusal.framing("more than one Transfer-Encoding");
        }
        chunked = true;
        return value.equalsIgnoreCase("chunked")
                ? null
                : new Refusal(501, "framing", "Transfer-Encoding has another value than chunked");
    }

    private static boolean is(ByteBuf head, int start, String lower) {
        for (int i = 0; i < lower.length(); i++) {
            if ((head.getByte(start + i) | 0x20) != (lower.charAt(i) | 0x20)) {
                return false;
            }
        }
        return true;
    }

    private static String text(ByteBuf head, int from, int to) {
        return head.toString(from, to - from, StandardCharsets.ISO_8859_1);
    }
}
