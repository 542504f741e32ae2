package dev.dhow.agent.wire;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// Reads the octets of one connection's requests as RFC 9112 writes them, and nothing else: what two readers could
/// understand differently is refused, so that whoever stands behind us sees the same requests as we do.
///
/// It keeps no octet. It says how far a buffer is good, and where the head that is not over yet begins.
final class RequestScanner {
    private enum State {
        /// Before a request; empty lines are skipped.
        IDLE,
        METHOD,
        TARGET,
        VERSION,
        LINE_END,
        FIELD_START,
        NAME,
        BLANK,
        VALUE,
        FIELD_END,
        HEAD_END,
        BODY,
        CHUNKS,
        /// What follows is not HTTP, or waits until that is known.
        OVER
    }

    private static final String VERSION = "HTTP/1.";

    /// Of a chunk's size.
    private static final int CHUNK_DIGITS = 15;

    private final HeadLimits limits;
    private final HeadFacts facts = new HeadFacts();
    private final ChunkScanner chunks;
    private State state = State.IDLE;
    /// Where the head under way began; where its line, field name and field value did.
    private int headStart;

    private int mark;
    private int valueStart;
    private int nameLength;
    /// In a value: behind its last octet that is no blank.
    private int valueEnd;

    private int fields;
    private int emptyLines;
    private boolean trailers;
    private long left;
    /// Octets of the trailers, which may span buffers.
    private int run;
    private long heads;
    private @Nullable Refusal refusal;

    RequestScanner(HeadLimits limits) {
        this.limits = limits;
        chunks = new ChunkScanner(limits.line(), CHUNK_DIGITS);
    }

    /// Reads on from `from` to the end of the buffer.
    ///
    /// @return up to where the octets may be passed on: the end, or the start of a head that is not over or was
    /// refused
    int scan(ByteBuf in, int from) {
        int at = from;
        int end = in.writerIndex();
        while (at < end && refusal == null) {
            switch (state) {
                case BODY -> {
                    int skip = (int) Math.min(left, end - at);
                    left -= skip;
                    at += skip;
                    if (left == 0) {
                        state = State.IDLE;
                    }
                }
                case CHUNKS -> {
                    int skipped = chunks.skip(end - at);
                    if (skipped == 0) {
                        chunk(in.getByte(at) & 0xFF);
                        at++;
                    } else {
                        at += skipped;
                    }
                }
                case OVER -> {
                    return at;
                }
                default -> {
                    octet(in, at, in.getByte(at) & 0xFF);
                    at++;
                }
            }
        }
        return inHead() ? headStart : refusal == null ? end : Math.min(at - 1, end);
    }

    /// Whether a head has begun that is not over.
    boolean inHead() {
        return switch (state) {
            case METHOD, TARGET, VERSION, LINE_END -> true;
            case FIELD_START, NAME, BLANK, VALUE, FIELD_END, HEAD_END -> !trailers;
            case IDLE, BODY, CHUNKS, OVER -> false;
        };
    }

    /// Whether what follows waits for the answer to an upgrade.
    boolean over() {
        return state == State.OVER;
    }

    /// The upgrade was refused: another request may follow.
    void resume() {
        state = State.IDLE;
    }

    /// The head under way stands at another place of its buffer now.
    void moved(int by) {
        headStart += by;
        mark += by;
        valueStart += by;
        valueEnd += by;
    }

    /// How many heads were good.
    long heads() {
        return heads;
    }

    @Nullable
    Refusal refusal() {
        return refusal;
    }

    private void octet(ByteBuf in, int at, int c) {
        switch (state) {
            case IDLE -> idle(at, c);
            case METHOD -> {
                if (c == ' ' && at > headStart) {
                    mark = at + 1;
                    state = State.TARGET;
                } else if (!Octets.token(c) || at - headStart > 32) {
                    refuse(Refusal.bad("no method where one should be"));
                }
            }
            case TARGET -> target(in, at, c);
            case VERSION -> version(at, c);
            case LINE_END -> newline(c, State.FIELD_START, at);
            case FIELD_START -> fieldStart(at, c);
            case NAME -> name(at, c);
            case BLANK -> {
                if (c != ' ' && c != '\t') {
                    valueStart = at;
                    valueEnd = at;
                    state = State.VALUE;
                    value(in, at, c);
                }
            }
            case VALUE -> value(in, at, c);
            case FIELD_END -> newline(c, State.FIELD_START, at);
            case HEAD_END -> headEnd(c);
            case BODY, CHUNKS, OVER -> throw new IllegalStateException("not read octet by octet");
        }
        if (inHead() && at - headStart >= limits.head() && refusal == null) {
            refuse(Refusal.tooLarge(431, "the head is larger than %d bytes".formatted(limits.head())));
        }
    }

    /// Empty lines before a request are skipped, as RFC 9112 §2.2 asks for; not for ever.
    private void idle(int at, int c) {
        if ((c == '\r' || c == '\n') && emptyLines < 8) {
            emptyLines++;
            return;
        }
        emptyLines = 0;
        headStart = at;
        fields = 0;
        trailers = false;
        facts.begin();
        state = State.METHOD;
        if (!Octets.token(c)) {
            refuse(Refusal.bad("no method where one should be"));
        }
    }

    private void target(ByteBuf in, int at, int c) {
        if (c == ' ') {
            if (at == mark) {
                refuse(Refusal.bad("no request target"));
            } else if (!form(in, at)) {
                refuse(Refusal.bad("the request target neither starts with / nor is a http URL"));
            }
            mark = at + 1;
            state = State.VERSION;
        } else if (!Octets.target(c)) {
            refuse(Refusal.bad("the request target has an octet that none may have"));
        } else if (at - headStart > limits.line()) {
            refuse(Refusal.tooLarge(414, "the request line is longer than %d bytes".formatted(limits.line())));
        }
    }

    private boolean form(ByteBuf in, int end) {
        int first = in.getByte(mark);
        if (first == '/') {
            return true;
        }
        int method = mark - 1 - headStart;
        if (first == '*') {
            return end - mark == 1 && method == 7 && in.getByte(headStart) == 'O';
        }
        // `host:port` is for CONNECT only, which is answered further up.
        boolean connect = method == 7 && in.getByte(headStart) == 'C';
        return connect || ((first == 'h' || first == 'H') && in.indexOf(mark, end, (byte) ':') > 0);
    }

    private void version(int at, int c) {
        int index = at - mark;
        if (index < VERSION.length()) {
            if (c != VERSION.charAt(index)) {
                boolean other = index == 5 && c >= '0' && c <= '9';
                refuse(other ? Refusal.unsupported(505, "not HTTP/1.1") : Refusal.bad("no HTTP version"));
            }
        } else if (index == VERSION.length()) {
            if (c == '0') {
                facts.http10();
            } else if (c != '1') {
                refuse(
                        c >= '2' && c <= '9'
                                ? Refusal.unsupported(505, "not HTTP/1.1")
                                : Refusal.bad("no HTTP version"));
            }
        } else if (c != '\r') {
            refuse(Refusal.bad("the request line does not end behind its version"));
        } else {
            state = State.LINE_END;
        }
    }

    private void newline(int c, State next, int at) {
        if (c != '\n') {
            refuse(Refusal.bad("a carriage return alone"));
        }
        state = next;
        mark = at + 1;
    }

    private void fieldStart(int at, int c) {
        if (c == '\r') {
            state = State.HEAD_END;
        } else if (c == ' ' || c == '\t') {
            refuse(Refusal.bad("a folded field"));
        } else if (!Octets.token(c)) {
            refuse(Refusal.bad("a field without a name"));
        } else if (++fields > limits.fields()) {
            refuse(Refusal.tooLarge(431, "more than %d fields".formatted(limits.fields())));
        } else {
            mark = at;
            state = State.NAME;
        }
    }

    private void name(int at, int c) {
        if (c == ':') {
            nameLength = at - mark;
            state = State.BLANK;
        } else if (!Octets.token(c)) {
            refuse(Refusal.bad("a field name has an octet that none may have"));
        }
        trailersLimit();
    }

    private void value(ByteBuf in, int at, int c) {
        if (c == '\r') {
            if (!trailers) {
                Refusal field = facts.field(in, mark, nameLength, valueStart, valueEnd);
                if (field != null) {
                    refuse(field);
                }
            }
            state = State.FIELD_END;
        } else if (!Octets.value(c)) {
            refuse(Refusal.bad("a field value has an octet that none may have"));
        } else if (c != ' ' && c != '\t') {
            valueEnd = at + 1;
        }
        trailersLimit();
    }

    private void headEnd(int c) {
        if (c != '\n') {
            refuse(Refusal.bad("a carriage return alone"));
            return;
        }
        if (trailers) {
            state = State.IDLE;
            return;
        }
        Refusal whole = facts.end();
        if (whole != null) {
            refuse(whole);
            return;
        }
        heads++;
        if (facts.chunked()) {
            chunks.begin();
            state = State.CHUNKS;
        } else if (facts.length() > 0) {
            left = facts.length();
            state = State.BODY;
        } else {
            state = facts.upgrade() ? State.OVER : State.IDLE;
        }
    }

    private void chunk(int c) {
        Refusal bad = chunks.octet(c);
        if (bad != null) {
            refuse(bad);
        } else if (chunks.last()) {
            trailers = true;
            fields = 0;
            run = 0;
            state = State.FIELD_START;
        }
    }

    /// Trailers are passed on as they come: what is kept of a head bounds heads only.
    private void trailersLimit() {
        if (trailers && ++run > limits.head()) {
            refuse(Refusal.tooLarge(431, "the trailers are larger than %d bytes".formatted(limits.head())));
        }
    }

    private void refuse(Refusal why) {
        if (refusal == null) {
            refusal = why;
        }
    }
}
