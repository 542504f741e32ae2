package dev.dhow.agent.wire;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the answers of a server by HTTP/1 from octets as they come, one for each request (RFC 9112).
///
/// What comes before an answer (RFC 9110 §15.2) is kept: whoever asks waits for the answer itself. Where a proxy that
/// guesses would read the end of one answer as the beginning of the next, nothing is guessed: an answer with two
/// framings, or with a coding that nobody asked for, is none. It reads no further than to the end of an answer;
/// octets that are left belong to nobody.
public final class ResponseReader {
    private static final int STATUS_LINE = 16 * 1024;
    private static final int HEAD = 64 * 1024;
    private static final int CHUNK_EXTENSION = 4 * 1024;
    /// Of a chunk's size: up to 4 GB. One that says more has lost its place.
    private static final int CHUNK_DIGITS = 8;
    /// Nobody has more to say before an answer.
    private static final int INTERIM = 20;

    /// Hears of an answer, part by part.
    public interface Sink {
        void head(ResponseHead head);

        /// The next octets of the body, or of what follows where the server switched to another protocol.
        ///
        /// @param octets so many are to be read of them, no more and no fewer
        void body(ByteBuf octets, int length);

        /// The answer is whole.
        void end(List<Field> trailers);
    }

    private enum State {
        /// No answer is due.
        IDLE,
        STATUS,
        FIELDS,
        LENGTH,
        CHUNKS,
        TRAILERS,
        UNTIL_CLOSED,
        SWITCHED
    }

    private final Sink sink;
    private final ChunkScanner chunks = new ChunkScanner(CHUNK_EXTENSION, CHUNK_DIGITS);
    private final Line line = new Line();
    private final Said said = new Said();
    private State state = State.IDLE;
    private boolean bodiless;
    private boolean silent = true;
    private int interim;

    private int status;
    private boolean old;
    private String reason = "";
    private List<Field> fields = List.of();
    private long left;

    public ResponseReader(Sink sink) {
        this.sink = sink;
    }

    /// A request was sent: its answer is due.
    ///
    /// @param bodiless whether it has no body whatever its head says, as to a HEAD
    public void expect(boolean bodiless) {
        this.bodiless = bodiless;
        silent = true;
        interim = 0;
        begin(State.STATUS);
    }

    /// Whether nothing of the answer that is due has come.
    public boolean silent() {
        return silent;
    }

    /// Takes what came, up to the end of the answer.
    ///
    /// @return why it is no answer, in a few words; null: it is good so far
    public @Nullable String read(ByteBuf octets) {
        while (octets.isReadable() && state != State.IDLE) {
            silent = false;
            String wrong = switch (state) {
                case STATUS, FIELDS, TRAILERS -> lines(octets);
                case CHUNKS -> chunk(octets);
                case LENGTH, UNTIL_CLOSED, SWITCHED -> body(octets);
                case IDLE -> null;
            };
            if (wrong != null) {
                state = State.IDLE;
                return wrong;
            }
        }
        return null;
    }

    /// The server has closed the connection in order.
    ///
    /// @return whether that was the end of the answer, or of what the server switched to
    public boolean closed() {
        if (state != State.UNTIL_CLOSED && state != State.SWITCHED) {
            return false;
        }
        end(List.of());
        return true;
    }

    private void begin(State next) {
        state = next;
        line.begin(next == State.STATUS ? STATUS_LINE : HEAD);
    }

    // --- bodies -----------------------------------------------------------------------------------------------------

    private @Nullable String body(ByteBuf octets) {
        int length = octets.readableBytes();
        if (state == State.LENGTH) {
            length = (int) Math.min(length, left);
            left -= length;
        }
        sink.body(octets, length);
        if (state == State.LENGTH && left == 0) {
            end(List.of());
        }
        return null;
    }

    private @Nullable String chunk(ByteBuf octets) {
        int data = chunks.skip(octets.readableBytes());
        if (data > 0) {
            sink.body(octets, data);
            return null;
        }
        Refusal refused = chunks.octet(octets.readUnsignedByte());
        if (refused != null) {
            return refused.message();
        }
        if (chunks.last()) {
            fields = new ArrayList<>(2);
            begin(State.TRAILERS);
        }
        return null;
    }

    private void end(List<Field> trailers) {
        state = State.IDLE;
        fields = List.of();
        sink.end(trailers);
    }

    // --- lines ------------------------------------------------------------------------------------------------------

    private @Nullable String lines(ByteBuf octets) {
        if (!line.take(octets)) {
            return line.tooLong()
                    ? state == State.STATUS ? "its status line is too long" : "its fields are too long"
                    : null;
        }
        return switch (state) {
            case STATUS -> status();
            case FIELDS -> line.length() == 0 ? head() : field();
            case TRAILERS -> {
                if (line.length() > 0) {
                    yield field();
                }
                end(fields);
                yield null;
            }
            case IDLE, LENGTH, CHUNKS, UNTIL_CLOSED, SWITCHED -> throw new IllegalStateException("not read by lines");
        };
    }

    /// `HTTP/1.1 200 OK`; some leave the reason out, and the blank before it too.
    private @Nullable String status() {
        int length = line.length();
        if (length < 12
                || !line.text(0, 7).equals("HTTP/1.")
                || line.at(8) != ' '
                || (length > 12 && line.at(12) != ' ')) {
            return "it does not begin with a status line of HTTP/1";
        }
        status = 0;
        for (int i = 9; i < 12; i++) {
            int digit = line.at(i) - '0';
            if (digit < 0 || digit > 9) {
                return "its status is no number";
            }
            status = 10 * status + digit;
        }
        if (status < 100 || line.at(7) < '0' || line.at(7) > '9') {
            return "its status or version is none";
        }
        old = line.at(7) == '0';
        reason = length > 13 ? line.text(13, length) : "";
        if (!line.isValue(Math.min(13, length))) {
            return "its status line has an octet that none may have";
        }
        fields = new ArrayList<>(12);
        begin(State.FIELDS);
        return null;
    }

    private @Nullable String field() {
        if (line.blank(0)) {
            return folded();
        }
        int at = fields.size();
        Field again = said.again(at, line);
        if (again != null) {
            fields.add(again);
            return null;
        }
        int length = line.length();
        int colon = 0;
        while (colon < length && Octets.token(line.at(colon))) {
            colon++;
        }
        int name = colon;
        // Blanks before the colon go no further (RFC 9112 §5.1).
        while (colon < length && line.blank(colon)) {
            colon++;
        }
        if (name == 0 || colon == length || line.at(colon) != ':') {
            return "a field's name has an octet that none may have, or there is none";
        }
        if (!line.isValue(colon + 1)) {
            return "a field's value has an octet that none may have";
        }
        Field field = new Field(line.text(0, name), line.trimmed(colon + 1));
        fields.add(field);
        said.remember(at, line, field);
        return null;
    }

    /// A line that goes on with the field before it, as applications of old write them (RFC 9112 §5.2).
    private @Nullable String folded() {
        if (fields.isEmpty() || !line.isValue(0)) {
            return "a line of its fields is none";
        }
        Field before = fields.removeLast();
        fields.add(new Field(before.name(), (before.value() + " " + line.trimmed(0)).strip()));
        return null;
    }

    // --- framing ----------------------------------------------------------------------------------------------------

    /// All fields came: what follows them (RFC 9112 §6.3).
    private @Nullable String head() {
        if (status < 200 && status != 101) {
            fields = List.of();
            begin(State.STATUS);
            return ++interim > INTERIM ? "too much comes before the answer" : null;
        }
        Framing framing = Framing.of(fields);
        if (framing.wrong() != null) {
            return framing.wrong();
        }
        State next = after(framing);
        left = next == State.LENGTH ? framing.length() : 0;
        long body = next == State.CHUNKS || next == State.UNTIL_CLOSED ? ResponseHead.UNKNOWN : left;
        boolean stays = next != State.UNTIL_CLOSED && framing.stays(old);
        List<Field> all = fields;
        fields = List.of();
        begin(next);
        chunks.begin();
        sink.head(new ResponseHead(status, reason, all, body, stays));
        if (next == State.IDLE) {
            end(List.of());
        }
        return null;
    }

    private State after(Framing framing) {
        if (status == 101) {
            return State.SWITCHED;
        }
        if (bodiless || status == 204 || status == 304) {
            return State.IDLE;
        }
        if (framing.chunked()) {
            return State.CHUNKS;
        }
        if (framing.length() < 0) {
            return State.UNTIL_CLOSED;
        }
        return framing.length() == 0 ? State.IDLE : State.LENGTH;
    }
}
