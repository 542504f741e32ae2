package dev.dhow.agent.proxy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;

/// A real HTTP server that stands for a container's application: it says who it is and remembers what it was asked.
final class Backends implements AutoCloseable {
    private final HttpServer server;
    private final String name;
    private final ConcurrentLinkedQueue<Asked> asked = new ConcurrentLinkedQueue<>();
    private volatile Answer answer = this::greet;

    /// A request as it arrived.
    record Asked(String method, String uri, Map<String, List<String>> headers, String body) {
        String header(String name) {
            return headers.entrySet().stream()
                    .filter(e -> e.getKey().equalsIgnoreCase(name))
                    .map(e -> String.join(" | ", e.getValue()))
                    .findFirst()
                    .orElse("");
        }
    }

    /// What it does with a request.
    interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    Backends(String name) throws IOException {
        this.name = name;
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            asked.add(new Asked(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    new TreeMap<>(exchange.getRequestHeaders()),
                    new String(body, StandardCharsets.ISO_8859_1)));
            answer.to(exchange);
        });
        server.start();
    }

    void answers(Answer with) {
        answer = with;
    }

    int port() {
        return server.getAddress().getPort();
    }

    List<Asked> asked() {
        return new ArrayList<>(asked);
    }

    private void greet(HttpExchange exchange) throws IOException {
        say(exchange, 200, name);
    }

    static void say(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
            return;
        }
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
