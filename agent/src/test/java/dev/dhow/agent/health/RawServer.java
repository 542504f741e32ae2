package dev.dhow.agent.health;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A server without manners, on a port of the kernel's choice.
final class RawServer implements AutoCloseable {
    /// What it does with a connection whose request was read.
    @FunctionalInterface
    interface Manner {
        void serve(Socket socket, OutputStream out) throws IOException, InterruptedException;
    }

    private final ServerSocket server;
    private final CountDownLatch closing = new CountDownLatch(1);
    final BlockingQueue<String> requests = new LinkedBlockingQueue<>();
    final BlockingQueue<String> hungUp = new LinkedBlockingQueue<>();

    RawServer(Manner manner) {
        try {
            server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        Thread.ofVirtual().start(() -> accept(manner));
    }

    /// Writes this and leaves the connection open until the client ends it.
    static RawServer says(String answer) {
        return new RawServer((_, out) -> out.write(answer.getBytes(StandardCharsets.UTF_8)));
    }

    /// Repeats a text until the client ends the connection, and faster than it reads unless told to dawdle.
    static RawServer endless(String head, String piece, long pauseMillis) {
        return new RawServer((socket, out) -> {
            out.write(head.getBytes(StandardCharsets.UTF_8));
            CountDownLatch never = new CountDownLatch(1);
            while (!socket.isClosed()) {
                out.write(piece.getBytes(StandardCharsets.UTF_8));
                out.flush();
                if (pauseMillis > 0) {
                    never.await(pauseMillis, TimeUnit.MILLISECONDS);
                }
            }
        });
    }

    int port() {
        return server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        closing.countDown();
        server.close();
    }

    private void accept(Manner manner) {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket, manner));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket, Manner manner) {
        try (socket) {
            InputStream in = socket.getInputStream();
            StringBuilder request = new StringBuilder();
            while (request.indexOf("\r\n\r\n") < 0) {
                int next = in.read();
                if (next < 0) {
                    hungUp.add("before the request");
                    return;
                }
                request.append((char) next);
            }
            requests.add(request.toString());
            manner.serve(socket, socket.getOutputStream());
            while (!socket.isClosed() && in.read() >= 0) {
                // The client has nothing more to say; the end of the stream is what is waited for.
                continue;
            }
            hungUp.add("at its end");
        } catch (IOException e) {
            hungUp.add("with " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
