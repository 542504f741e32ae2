package dev.dhow.agent.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One request over a Unix or a TCP socket. The JDK's HTTP client knows no Unix sockets and Vert.x takes a quarter of a
/// second to start, which is most of what a command lasts; one request on a connection of its own needs neither.
final class Exchange {
    private static final int MAX_BYTES = 64 * 1024 * 1024;

    private Exchange() {}

    /// What is asked.
    ///
    /// @param body null: none
    record Request(String method, String path, byte @Nullable [] body) {
        static Request get(String path) {
            return new Request("GET", path, null);
        }

        static Request post(String path) {
            return new Request("POST", path, new byte[0]);
        }

        private byte[] bytes(String host) {
            byte[] content = body == null ? new byte[0] : body;
            String length = body == null ? "" : "Content-Length: %d\r\n".formatted(content.length);
            byte[] head = "%s %s HTTP/1.1\r\nHost: %s\r\nAccept: application/json\r\n%sConnection: close\r\n\r\n"
                    .formatted(method, path, host, length)
                    .getBytes(StandardCharsets.UTF_8);
            byte[] all = Arrays.copyOf(head, head.length + content.length);
            System.arraycopy(content, 0, all, head.length, content.length);
            return all;
        }
    }

    /// What came back.
    record Reply(int status, String body) {}

    /// Blocks until the whole answer is there; an interrupt ends it.
    ///
    /// @throws IOException when nobody answers, or not in HTTP
    static Reply send(SocketAddress target, String host, Request request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(target)) {
            ByteBuffer bytes = ByteBuffer.wrap(request.bytes(host));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            InputStream in = Channels.newInputStream(channel);
            return parse(in.readNBytes(MAX_BYTES));
        }
    }

    private static Reply parse(byte[] bytes) throws IOException {
        String text = new String(bytes, StandardCharsets.ISO_8859_1); // one char is one byte
        int end = text.indexOf("\r\n\r\n");
        if (end < 0 || !text.matches("(?s)HTTP/1\\.[01] \\d{3}.*")) {
            throw new IOException("the answer is no HTTP");
        }
        int status = Integer.parseInt(text.substring(9, 12));
        String head = text.substring(0, end).toLowerCase(Locale.ROOT);
        byte[] body = new byte[bytes.length - end - 4];
        System.arraycopy(bytes, end + 4, body, 0, body.length);
        if (head.contains("\r\ntransfer-encoding: chunked")) {
            body = unchunk(body);
        } else {
            checkLength(head, body.length);
        }
        return new Reply(status, new String(body, StandardCharsets.UTF_8));
    }

    private static void checkLength(String head, int length) throws IOException {
        int at = head.indexOf("\r\ncontent-length:");
        if (at < 0) {
            return;
        }
        String declared = head.substring(at + 17).lines().findFirst().orElse("").strip();
        if (!declared.equals(Integer.toString(length))) {
            throw new IOException("the answer broke off after %d of %s bytes".formatted(length, declared));
        }
    }

    /// Source: RFC 9112, section 7.1.
    private static byte[] unchunk(byte[] body) throws IOException {
        String text = new String(body, StandardCharsets.ISO_8859_1);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int at = 0;
        try {
            while (true) {
                int line = text.indexOf("\r\n", at);
                int size =
                        Integer.parseInt(text.substring(at, line).split(";")[0].strip(), 16);
                if (size == 0) {
                    return out.toByteArray();
                }
                out.write(body, line + 2, size);
                at = line + 2 + size + 2;
            }
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            throw new IOException("the answer broke off", e);
        }
    }
}
