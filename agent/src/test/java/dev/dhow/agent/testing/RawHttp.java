package dev.dhow.agent.testing;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/// Sends bytes as they are and reads until the end, so that a test decides every header.
public record RawHttp(SocketAddress address) {
    /// A server on a Unix socket.
    public static RawHttp socket(Path path) {
        return new RawHttp(UnixDomainSocketAddress.of(path));
    }

    /// A server on a port of this host.
    public static RawHttp tcp(int port) {
        return new RawHttp(new InetSocketAddress("127.0.0.1", port));
    }

    /// One answer.
    public record Reply(int status, String head, String body) {
        /// Whether a header has that value, both in lower case: `allow: get`.
        public boolean has(String header) {
            return head.toLowerCase(Locale.ROOT).contains("\r\n" + header + "\r\n");
        }
    }

    /// A GET for `localhost`.
    public Reply get(String path) throws IOException {
        return send("GET", path, "Host: localhost");
    }

    /// A request with these headers and no body.
    public Reply send(String method, String path, String... headers) throws IOException {
        return raw(
                method + " " + path + " HTTP/1.1\r\n" + String.join("\r\n", headers) + "\r\nConnection: close\r\n\r\n");
    }

    /// A request with these headers and a body.
    public Reply sendBody(String method, String path, String body, String... headers) throws IOException {
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        return raw(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + length + "\r\n"
                + String.join(
                        "", Stream.of(headers).map(header -> header + "\r\n").toList())
                + "Connection: close\r\n\r\n" + body);
    }

    /// These characters.
    public Reply raw(String text) throws IOException {
        try (SocketChannel channel = SocketChannel.open(address)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            InputStream in = Channels.newInputStream(channel);
            String answer = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            int end = answer.indexOf("\r\n\r\n");
            if (end < 0) {
                throw new IOException("no answer: " + answer);
            }
            String head = answer.substring(0, end + 2);
            return new Reply(Integer.parseInt(head.substring(9, 12)), head, answer.substring(end + 4));
        }
    }
}
