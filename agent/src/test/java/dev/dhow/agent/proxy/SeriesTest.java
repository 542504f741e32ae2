package dev.dhow.agent.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.metrics.Metrics;
import dev.dhow.agent.state.Ticker;
import dev.dhow.agent.status.AgentView;
import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.TlsClient;
import dev.dhow.api.http.PlanBody;
import dev.dhow.api.spec.ProxySpec;
import dev.dhow.api.status.Phase;
import dev.dhow.api.status.RoleStatus;
import dev.dhow.api.status.ServiceStatus;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What strangers send makes no metric: memory and the storage of Prometheus are not theirs to fill.
class SeriesTest {
    private static final int REQUESTS = 10_000;
    private static final int PIPELINE = 250;
    private static final List<String> METHODS =
            List.of("GET", "get", "POST", "HEAD", "OPTIONS", "PURGE", "M-SEARCH", "CONNECT", "TRACE", "PRI", "X!#$%");

    private final Random random = new Random(7);
    private final Metrics metrics = new Metrics(View::new, Ticker.system(), "1");
    private TlsSite site;

    @BeforeEach
    void open(@TempDir Path temp) throws Exception {
        site = new TlsSite(temp, metrics.proxy());
        site.certificate("a", "a.example.com");
        site.serve("shop", new ProxySpec(List.of("a.example.com"), true, "/", true, null));
    }

    @AfterEach
    void close() throws Exception {
        site.close();
        metrics.close();
    }

    private String word() {
        return Long.toString(random.nextLong(1L << 40, 1L << 42), 36);
    }

    private String odd() {
        String method = random.nextInt(4) == 0 ? word().toUpperCase() : METHODS.get(random.nextInt(METHODS.size()));
        boolean good = random.nextInt(20) > 0;
        String path = good
                ? List.of("/", "/.dhow/health/", "/.dhow/", "/up?").get(random.nextInt(4)) + word()
                : List.of("*", word()).get(random.nextInt(2));
        String host = random.nextInt(50) == 0
                ? "?" + word()
                : List.of(word() + ".example.com", word() + ":" + random.nextInt(65536), "10.0.0.7", "[::1]")
                        .get(random.nextInt(4));
        return "%s %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: %s\r\nX-Request-Id: %s\r\n\r\n"
                .formatted(method, path, host, word(), word());
    }

    /// Sends them on one connection after the other: one that is refused ends its own.
    private void send(List<String> requests) throws IOException {
        int next = 0;
        while (next < requests.size()) {
            try (Socket socket = new Socket("127.0.0.1", site.plain)) {
                socket.setSoTimeout(30_000);
                List<String> some = requests.subList(next, Math.min(next + PIPELINE, requests.size()));
                Bench.write(socket, String.join("", some) + "GET /.dhow/health HTTP/1.0\r\n\r\n");
                String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
                int answered = all.split("HTTP/1\\.[01] [2-5]\\d\\d ", -1).length - 1;
                assertTrue(answered > 0, all);
                next += Math.min(answered, some.size());
            }
        }
    }

    private void byTls(String name, String request) throws IOException {
        TlsClient.anonymous().raw(site.tls, name, request.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
    }

    private Set<String> series() {
        return metrics.scrape()
                .lines()
                .filter(line -> line.startsWith("dhow_"))
                .map(line -> line.substring(0, line.lastIndexOf(' ')))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void strangersAddNone() throws Exception {
        // One of each kind: what there may be is there.
        send(IntStream.range(0, 300).mapToObj(_ -> odd()).toList());
        for (String line : List.of("GET /", "GET /.dhow/health", "POST /.dhow/health", "GET /.dhow/health/none")) {
            byTls("a.example.com", line + " HTTP/1.1\r\nHost: a\r\n\r\n");
        }
        site.serve("shop", new ProxySpec(List.of("a.example.com"), false, "/", true, null));
        send(IntStream.range(0, 300).mapToObj(_ -> odd()).toList());
        byTls(word() + ".org", "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Await.until("all have ended", () -> metrics.scrape().contains("dhow_proxy_connections{listener=\"http\"} 0.0"));
        Set<String> before = series();
        assertTrue(before.contains("dhow_proxy_rejected_requests_total{reason=\"no_route\"}"), before.toString());
        assertTrue(before.stream().anyMatch(one -> one.contains("method=\"OTHER\"")), before.toString());
        assertFalse(before.stream().anyMatch(one -> one.contains("example.com")), before.toString());

        send(IntStream.range(0, REQUESTS / 2).mapToObj(_ -> odd()).toList());
        site.serve("shop", new ProxySpec(List.of("a.example.com"), true, "/", true, null));
        send(IntStream.range(0, REQUESTS / 2).mapToObj(_ -> odd()).toList());
        for (int i = 0; i < 20; i++) {
            byTls(word() + ".org", odd());
        }
        Set<String> added = series();
        added.removeAll(before);
        assertEquals(Set.of(), added);
    }

    private static final class View implements AgentView {
        @Override
        public List<ServiceStatus> services() {
            RoleStatus web = new RoleStatus("web", "shop:1", 1, 1, 1, List.of());
            return List.of(new ServiceStatus(
                    "shop", "r1", "r1", null, Phase.Running, List.of(), List.of(web), null, List.of()));
        }

        @Override
        public Optional<ServiceStatus> service(String name) {
            return Optional.empty();
        }

        @Override
        public Optional<String> notReady() {
            return Optional.empty();
        }

        @Override
        public boolean alive() {
            return true;
        }

        @Override
        public boolean dockerUp() {
            return true;
        }

        @Override
        public PlanBody plan(@Nullable String service) {
            return new PlanBody(List.of());
        }
    }
}
