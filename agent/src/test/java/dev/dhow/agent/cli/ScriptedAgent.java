package dev.dhow.agent.cli;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An agent that answers each route with what a test lays down for it, one after another; the last answer stays.
final class ScriptedAgent implements AutoCloseable {
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: (\\d+)\r\n");

    /// What was asked: `PUT /v1/services/shop service shop`, with the body.
    final List<String> asked = new CopyOnWriteArrayList<>();

    private final Path socket;
    private final ServerSocketChannel server;
    private final Map<String, Deque<String>> answers = new ConcurrentHashMap<>();

    ScriptedAgent(Path socket) throws IOException {
        this.socket = socket;
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        Thread.ofVirtual().start(this::serve);
    }

    Map<String, String> env() {
        return Map.of("DHOW_HOST", "unix://" + socket);
    }

    /// @param route such as `GET /v1/services/shop`
    ScriptedAgent on(String route, int status, String body) {
        String answer = "HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(status, body.getBytes(StandardCharsets.UTF_8).length, body);
        return bytes(route, answer);
    }

    /// An answer byte by byte; empty: the connection is closed.
    ScriptedAgent bytes(String route, String answer) {
        answers.computeIfAbsent(route, _ -> new ArrayDeque<>()).add(answer);
        return this;
    }

    private void serve() {
        try {
            while (true) {
                try (SocketChannel client = server.accept()) {
                    String request = read(client);
                    String[] words = request.split(" ", 3);
                    String route = words[0] + " " + words[1];
                    String body = request.substring(request.indexOf("\r\n\r\n") + 4);
                    asked.add((route + " " + body).strip());
                    client.write(ByteBuffer.wrap(next(route).getBytes(StandardCharsets.UTF_8)));
                }
            }
        } catch (IOException e) {
            // closed
        }
    }

    private String next(String route) {
        Deque<String> left = answers.get(route);
        if (left == null) {
            return "HTTP/1.1 500 X\r\n\r\n{\"error\":\"nothing is laid down for %s\"}".formatted(route);
        }
        return left.size() > 1 ? left.remove() : left.element();
    }

    private static String read(SocketChannel client) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
        while (client.read(bytes) >= 0) {
            String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
            int end = text.indexOf("\r\n\r\n");
            Matcher length = LENGTH.matcher(text);
            if (end >= 0 && text.length() - end - 4 >= (length.find() ? Integer.parseInt(length.group(1)) : 0)) {
                return text;
            }
        }
        throw new IOException("the request broke off");
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
