package dev.dhow.agent.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// A server that answers each connection's first request with these octets, and then closes it.
final class RawBackend implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

    RawBackend(String answer) throws IOException {
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    Socket socket = listener.accept();
                    Thread.ofVirtual().start(() -> answer(socket, answer));
                }
            } catch (IOException _) {
                // Closed.
            }
        });
    }

    private static void answer(Socket socket, String text) {
        try (socket) {
            InputStream in = socket.getInputStream();
            int last = 0;
            // The head is over at an empty line.
            for (int c = in.read(); c >= 0; c = in.read()) {
                last = last << 8 | c;
                if (last == 0x0D0A0D0A) {
                    break;
                }
            }
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException _) {
            // The proxy went.
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
