package dev.dhow.agent.docker;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How the last lines of a log are asked for, and Docker's log stream taken apart: frames of a stream's number, three
/// zeros, a length, and the bytes.
///
/// A line may go on in the next frame, and so may a character. Of what comes, only the last lines are held, and of each
/// only its beginning: the Engine tells up to [#BEFORE] of them, of any length.
final class LogFrames {
    private static final int HEADER = 8;
    /// More than Docker writes in one frame; a larger one means that this is no such stream.
    private static final int LARGEST = 16 * 1024 * 1024;

    /// Octets of a line; what is longer is cut, and ends in `…`.
    static final int LONGEST = 4 * 1024;
    /// Octets that are read at once.
    private static final int PIECE = 8 * 1024;

    /// The Engine counts lines from the end of the log before it looks at their times.
    private static final int BEFORE = 2000;

    private final int most;
    private final ArrayDeque<String> last = new ArrayDeque<>();
    /// One octet more than a line may have, so that one that is too long is known, and where its characters begin.
    private final byte[] line = new byte[LONGEST + 1];

    private int length;
    private byte before;

    private LogFrames(int most) {
        this.most = most;
    }

    /// What to ask for the last lines: more than these, where those of a later time come with them.
    ///
    /// @param before null: of any time
    static String path(String id, int lines, @Nullable Instant before) {
        String path = "/containers/%s/logs?stdout=1&stderr=1&tail=".formatted(id);
        // What is of the time itself is still shown.
        return before == null ? path + lines : path + BEFORE + "&until=" + stamp(before.minusNanos(1));
    }

    /// A time as the Engine takes it in a query.
    static String stamp(Instant at) {
        return "%d.%09d".formatted(at.getEpochSecond(), at.getNano());
    }

    /// The last lines of a log, oldest first, each cut where it is very long.
    ///
    /// @param most how many
    static List<String> lines(InputStream body, int most) throws IOException {
        LogFrames log = new LogFrames(most);
        DataInputStream in = new DataInputStream(body);
        byte[] header = new byte[HEADER];
        while (in.readNBytes(header, 0, HEADER) == HEADER) {
            int length =
                    (header[4] & 0xff) << 24 | (header[5] & 0xff) << 16 | (header[6] & 0xff) << 8 | (header[7] & 0xff);
            if (length < 0 || length > LARGEST) {
                throw new IOException("a log frame of %d bytes".formatted(length));
            }
            log.frame(in, length);
        }
        if (log.length > 0) {
            log.end();
        }
        return List.copyOf(log.last);
    }

    private void frame(InputStream in, int size) throws IOException {
        byte[] piece = new byte[Math.min(size, PIECE)];
        int left = size;
        while (left > 0) {
            int got = in.read(piece, 0, Math.min(left, piece.length));
            if (got < 0) {
                return;
            }
            for (int i = 0; i < got; i++) {
                take(piece[i]);
            }
            left -= got;
        }
    }

    private void take(byte octet) {
        boolean sameEnd = octet == '\n' && before == '\r';
        before = octet;
        if (sameEnd) {
            return;
        }
        if (octet == '\n' || octet == '\r') {
            end();
        } else if (length < line.length) {
            line[length++] = octet;
        }
    }

    private void end() {
        last.add(text());
        if (last.size() > most) {
            last.remove();
        }
        length = 0;
    }

    private String text() {
        if (length <= LONGEST) {
            return new String(line, 0, length, StandardCharsets.UTF_8);
        }
        int end = LONGEST;
        // A character of UTF-8 has up to three octets behind its first.
        while (end > LONGEST - 3 && (line[end] & 0xc0) == 0x80) {
            end--;
        }
        return new String(line, 0, end, StandardCharsets.UTF_8) + "…";
    }
}
