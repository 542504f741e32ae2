package dev.dhow.agent.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// An application of which a test decides every octet, also wrong ones.
final class RawApp implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final AtomicInteger connections = new AtomicInteger();
    /// Heads that came, in order.
    final Queue<String> heads = new ConcurrentLinkedQueue<>();

    /// What it does once the head of a request came.
    interface Script {
        void run(String head, Socket socket) throws Exception;
    }

    /// Each connection is served by that until it ends or fails; what the script leaves open is closed.
    RawApp(Script script) throws IOException {
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    connections.incrementAndGet();
                    Thread.ofVirtual().start(() -> serve(socket, script));
                } catch (IOException _) {
                    return;
                }
            }
        });
    }

    /// One that says these octets to each request, and keeps its connections.
    static RawApp saying(String answer) throws IOException {
        return new RawApp((_, socket) -> say(socket, answer));
    }

    /// The same, and closes.
    static RawApp closing(String answer) throws IOException {
        return new RawApp((_, socket) -> {
            say(socket, answer);
            socket.close();
        });
    }

    /// Lets the kernel hold no more than about that of what it has not read; else it holds more and more.
    RawApp holding(int octets) throws IOException {
        server.setReceiveBufferSize(octets);
        return this;
    }

    private void serve(Socket socket, Script script) {
        try (socket) {
            while (!socket.isClosed()) {
                String head = Bench.head(socket.getInputStream());
                heads.add(head);
                script.run(head, socket);
            }
        } catch (Exception _) {
            // Either side ended it.
        }
    }

    static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// All of a chunked body, with its framing and trailers.
    static String chunked(InputStream in) throws IOException {
        StringBuilder all = new StringBuilder();
        while (all.indexOf("0\r\n") != 0 && all.indexOf("\r\n0\r\n") < 0
                || !all.toString().endsWith("\r\n\r\n")) {
            int octet = in.read();
            if (octet < 0) {
                break;
            }
            all.append((char) octet);
        }
        return all.toString();
    }

    int port() {
        return server.getLocalPort();
    }

    int connections() {
        return connections.get();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
