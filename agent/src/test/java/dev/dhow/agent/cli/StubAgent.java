package dev.dhow.agent.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Answers every request with the same bytes and keeps what was asked.
final class StubAgent implements AutoCloseable {
    final List<String> asked = new CopyOnWriteArrayList<>();
    volatile String answer = "";

    private final ServerSocketChannel server;

    private StubAgent(ServerSocketChannel server) {
        this.server = server;
        Thread.ofVirtual().start(this::serve);
    }

    static StubAgent on(Path socket) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        return new StubAgent(server);
    }

    static StubAgent onTcp() throws IOException {
        return new StubAgent(ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0)));
    }

    StubAgent json(int status, String body) {
        answer = "HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(status, body.getBytes(StandardCharsets.UTF_8).length, body);
        return this;
    }

    String url() throws IOException {
        SocketAddress address = server.getLocalAddress();
        return address instanceof InetSocketAddress tcp ? "http://127.0.0.1:" + tcp.getPort() : "unix://" + address;
    }

    private void serve() {
        try {
            while (true) {
                try (SocketChannel client = server.accept()) {
                    ByteBuffer request = ByteBuffer.allocate(8192);
                    client.read(request);
                    asked.add(new String(request.array(), 0, request.position(), StandardCharsets.UTF_8));
                    client.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8)));
                }
            }
        } catch (IOException e) {
            // closed
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
