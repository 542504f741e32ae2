package dev.dhow.agent.docker;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Takes Docker's log stream apart: frames of a stream's number, three zeros, a length, and the bytes.
final class LogFrames {
    private static final int HEADER = 8;
    /// More than Docker writes in one frame; a larger one means that this is no such stream.
    private static final int LARGEST = 16 * 1024 * 1024;

    private LogFrames() {}

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
