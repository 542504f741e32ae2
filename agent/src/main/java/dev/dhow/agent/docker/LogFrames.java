package dev.dhow.agent.docker;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How the last lines of a log are asked for, and Docker's log stream taken apart: frames of a stream's number, three
/// zeros, a length, and the bytes.
final class LogFrames {
    private static final int HEADER = 8;
    /// More than Docker writes in one frame; a larger one means that this is no such stream.
    private static final int LARGEST = 16 * 1024 * 1024;

    /// The Engine counts lines from the end of the log before it looks at their times.
    private static final int BEFORE = 2000;

    private LogFrames() {}

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

    static List<String> lines(InputStream body) throws IOException {
        StringBuilder text = new StringBuilder();
        DataInputStream in = new DataInputStream(body);
        byte[] header = new byte[HEADER];
        while (in.readNBytes(header, 0, HEADER) == HEADER) {
            int length =
                    (header[4] & 0xff) << 24 | (header[5] & 0xff) << 16 | (header[6] & 0xff) << 8 | (header[7] & 0xff);
            if (length < 0 || length > LARGEST) {
                throw new IOException("a log frame of %d bytes".formatted(length));
            }
            text.append(new String(in.readNBytes(length), StandardCharsets.UTF_8));
        }
        return text.toString().lines().toList();
    }
}
