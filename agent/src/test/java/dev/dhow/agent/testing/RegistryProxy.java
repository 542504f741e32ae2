package dev.dhow.agent.testing;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/// A registry on this machine that passes on what another one says, until a test wants something else.
public final class RegistryProxy implements AutoCloseable {
    private static final int PIECE = 64 * 1024;
    private static final int TLS_HANDSHAKE = 0x16;
    private static final String NO_TLS = "HTTP/1.0 400 Bad Request\r\n\r\n";

    private final HttpClient client = HttpClient.newHttpClient();
    private final URI upstream;
    private final HttpServer server;
    private final ServerSocket door;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable Fault fault;
    private volatile Duration delay = Duration.ZERO;

    private enum Break {
        CUT,
        STALL
    }

    /// @param path part of the path of the requests it hits
    private record Fault(
            String path, int status, String body, @Nullable Break how, int after) {}

    /// @param address to listen at
    public RegistryProxy(String address, URI upstream) {
        this.upstream = upstream;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            door = new ServerSocket(0, 50, InetAddress.getByName(address));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
        Thread.ofVirtual().name("registry-door").start(this::accept);
    }

    /// An engine tries HTTPS first, and the server would wait for the rest of what it takes for a line of
    /// HTTP.
    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket socket = door.accept();
                Thread.ofVirtual().start(() -> carry(socket));
            } catch (IOException e) {
                // Closed.
            }
        }
    }

    private void carry(Socket from) {
        try (from;
                Socket to = new Socket(
                        server.getAddress().getAddress(), server.getAddress().getPort())) {
            int first = from.getInputStream().read();
            if (first == TLS_HANDSHAKE) {
                // By this an engine knows that it may speak HTTP.
                from.getInputStream().read(new byte[PIECE]);
                from.getOutputStream().write(NO_TLS.getBytes(StandardCharsets.US_ASCII));
                return;
            }
            if (first < 0) {
                return;
            }
            to.getOutputStream().write(first);
            Thread back = Thread.ofVirtual().start(() -> copy(to, from));
            copy(from, to);
            back.join();
        } catch (IOException e) {
            // Either side went.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            closeBoth(from, to);
        }
    }

    private static void closeBoth(Socket one, Socket other) {
        try (one;
                other) {
            return;
        } catch (IOException e) {
            // They are gone either way.
        }
    }

    /// How images behind it are called.
    public String host() {
        return "%s:%d".formatted(door.getInetAddress().getHostAddress(), door.getLocalPort());
    }

    /// Method, path and, where only a part was asked for, which.
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /// Answers requests of such a path so.
    public void answer(String path, int status, String body) {
        fault = new Fault(path, status, body, null, 0);
    }

    /// Breaks the next answer to such a path off after so many bytes.
    public void cutNext(String path, int after) {
        fault = new Fault(path, 0, "", Break.CUT, after);
    }

    /// Sends so many bytes of answers to such a path and then nothing more.
    public void stall(String path, int after) {
        fault = new Fault(path, 0, "", Break.STALL, after);
    }

    /// Waits after each 64 KiB.
    public void delay(Duration each) {
        delay = each;
    }

    /// Passes on again what the other one says.
    public void heal() {
        fault = null;
        delay = Duration.ZERO;
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().toString();
        String range = exchange.getRequestHeaders().getFirst("Range");
        requests.add(exchange.getRequestMethod() + " " + path + (range == null ? "" : " " + range));
        Fault hit = fault != null
                        && path.contains(java.util.Objects.requireNonNull(fault).path())
                ? fault
                : null;
        try (exchange) {
            if (hit != null && hit.how() == null) {
                byte[] body = hit.body().getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().add("Retry-After", "77");
                exchange.getResponseHeaders().add("Content-Type", "application/json");
                boolean head = exchange.getRequestMethod().equals("HEAD");
                exchange.sendResponseHeaders(hit.status(), head || body.length == 0 ? -1 : body.length);
                if (!head) {
                    exchange.getResponseBody().write(body);
                }
                return;
            }
            pass(exchange, hit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void pass(HttpExchange exchange, @Nullable Fault hit) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(upstream.resolve(exchange.getRequestURI()))
                .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.noBody());
        for (String name : List.of("Authorization", "Accept", "Range")) {
            List<String> values = exchange.getRequestHeaders().get(name);
            if (values != null) {
                values.forEach(value -> request.header(name, value));
            }
        }
        HttpResponse<InputStream> response = client.send(request.build(), BodyHandlers.ofInputStream());
        Headers headers = exchange.getResponseHeaders();
        response.headers().map().forEach((name, values) -> {
            if (!name.equalsIgnoreCase("content-length") && !name.startsWith(":")) {
                headers.put(name, values);
            }
        });
        long length = response.headers().firstValueAsLong("Content-Length").orElse(0);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        if (head) {
            headers.set("Content-Length", Long.toString(length));
        }
        exchange.sendResponseHeaders(response.statusCode(), head || length == 0 ? -1 : length);
        try (InputStream in = response.body()) {
            copy(in, exchange.getResponseBody(), hit);
        }
    }

    private void copy(InputStream in, OutputStream out, @Nullable Fault hit) throws IOException, InterruptedException {
        long sent = 0;
        while (true) {
            byte[] piece = in.readNBytes(PIECE);
            if (piece.length == 0) {
                return;
            }
            int part = hit == null ? piece.length : Math.clamp(hit.after() - sent, 0, piece.length);
            out.write(piece, 0, part);
            out.flush();
            sent += part;
            if (part < piece.length && hit != null) {
                if (hit.how() == Break.STALL) {
                    closed.await();
                }
                fault = null;
                // The rest is owed, so that the connection breaks.
                return;
            }
            if (!delay.isZero()) {
                Thread.sleep(delay);
            }
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.stop(0);
        client.close();
    }
}
