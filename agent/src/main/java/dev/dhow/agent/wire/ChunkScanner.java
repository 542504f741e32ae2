package dev.dhow.agent.wire;

import org.jspecify.annotations.Nullable;

/// Reads a chunked body up to its trailers (RFC 9112 §7.1), without keeping any of it.
final class ChunkScanner {
    private enum State {
        SIZE,
        EXTENSION,
        SIZE_END,
        DATA,
        DATA_CR,
        DATA_LF,
        LAST
    }

    private final int longest;
    private final int digits;
    private State state = State.SIZE;
    private long left;
    /// Octets of the size or the extension under way.
    private int run;

    /// @param longest octets of a chunk's extension
    /// @param digits of a chunk's size, at most 15
    ChunkScanner(int longest, int digits) {
        this.longest = longest;
        this.digits = digits;
    }

    void begin() {
        left = 0;
        run = 0;
        state = State.SIZE;
    }

    /// Whether the last chunk was read: what follows are trailers.
    boolean last() {
        return state == State.LAST;
    }

    /// Skips the data of a chunk.
    ///
    /// @param most octets that are there
    /// @return how many were skipped
    int skip(int most) {
        if (state != State.DATA) {
            return 0;
        }
        int skipped = (int) Math.min(left, most);
        left -= skipped;
        if (left == 0) {
            state = State.DATA_CR;
        }
        return skipped;
    }

    /// Reads an octet that is no data.
    ///
    /// @return why the body is refused; null: it is good so far
    @Nullable
    Refusal octet(int c) {
        return switch (state) {
            case SIZE -> size(c);
            case EXTENSION -> extension(c);
            case SIZE_END -> sizeEnd(c);
            case DATA_CR -> {
                state = State.DATA_LF;
                yield c == '\r' ? null : Refusal.framing("a chunk is longer than it says");
            }
            case DATA_LF -> {
                begin();
                yield c == '\n' ? null : Refusal.framing("a chunk does not end with a line's end");
            }
            case DATA, LAST -> throw new IllegalStateException("not read octet by octet");
        };
    }

    private @Nullable Refusal size(int c) {
        if (Octets.hex(c)) {
            left = left * 16 + Character.digit(c, 16);
            return ++run > digits ? Refusal.framing("a chunk's size is too large") : null;
        }
        if (run == 0) {
            return Refusal.framing("a chunk without a size");
        }
        run = 0;
        state = c == ';' ? State.EXTENSION : State.SIZE_END;
        return c == ';' || c == '\r' ? null : Refusal.framing("a chunk's size has an octet that none may have");
    }

    private @Nullable Refusal extension(int c) {
        if (c == '\r') {
            state = State.SIZE_END;
            return null;
        }
        return Octets.value(c) && ++run <= longest ? null : Refusal.framing("a chunk's extension is not one");
    }

    private @Nullable Refusal sizeEnd(int c) {
        state = left > 0 ? State.DATA : State.LAST;
        return c == '\n' ? null : Refusal.framing("a chunk's size does not end with a line's end");
    }
}
