package dev.dhow.agent.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A line of a head or of trailers, gathered from octets as they come. It may end without CR (RFC 9112 §2.2).
final class Line {
    /// Of the array that lines are gathered in; a longer one is not kept.
    private static final int KEPT = 1024;

    private byte[] octets = new byte[KEPT];
    private int gathered;
    private int length;
    /// Octets that this line and those behind it may still have.
    private int budget;

    /// The first line of several.
    ///
    /// @param most octets that all of them may have
    void begin(int most) {
        gathered = 0;
        length = 0;
        budget = most;
        if (octets.length > KEPT) {
            octets = new byte[KEPT];
        }
    }

    /// Takes what is there of the line, and no more.
    ///
    /// @return whether it is whole; if not, more has to come, or it is [#tooLong]
    boolean take(ByteBuf from) {
        int at = from.indexOf(from.readerIndex(), from.writerIndex(), (byte) '\n');
        int more = (at < 0 ? from.writerIndex() : at + 1) - from.readerIndex();
        budget -= more;
        if (tooLong()) {
            return false;
        }
        if (gathered + more > octets.length) {
            octets = Arrays.copyOf(octets, Math.max(2 * octets.length, gathered + more));
        }
        from.readBytes(octets, gathered, more);
        gathered += more;
        if (at < 0) {
            return false;
        }
        length = gathered >= 2 && octets[gathered - 2] == '\r' ? gathered - 2 : gathered - 1;
        gathered = 0;
        return true;
    }

    boolean tooLong() {
        return budget < 0;
    }

    /// Without its end.
    int length() {
        return length;
    }

    int at(int index) {
        return octets[index] & 0xFF;
    }

    boolean blank(int index) {
        return octets[index] == ' ' || octets[index] == '\t';
    }

    /// Whether all octets from there on may stand in a field's value.
    boolean isValue(int from) {
        for (int i = from; i < length; i++) {
            if (!Octets.value(at(i))) {
                return false;
            }
        }
        return true;
    }

    boolean is(byte[] other) {
        return Arrays.equals(octets, 0, length, other, 0, other.length);
    }

    byte[] copy() {
        return Arrays.copyOf(octets, length);
    }

    String text(int from, int to) {
        return new String(octets, from, to - from, StandardCharsets.ISO_8859_1);
    }

    /// The rest from there on, without blanks around it.
    String trimmed(int from) {
        int first = from;
        int last = length;
        while (first < last && blank(first)) {
            first++;
        }
        while (last > first && blank(last - 1)) {
            last--;
        }
        return text(first, last);
    }
}
