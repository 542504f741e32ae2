package dev.dhow.agent.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dhow.agent.json.Json;
import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.RawHttp;
import dev.dhow.api.spec.ProxySpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AccessLogTest {
    private static ProxyListener.Visited visit(String path) {
        return new ProxyListener.Visited(
                1_763_632_800_123L,
                "http",
                "192.0.2.7",
                "GET",
                "a\"\\\u0001\u2028é",
                path,
                "HTTP/1.1",
                200,
                3,
                4,
                1_234_567,
                -1,
                "shop",
                "web",
                new ProxyListener.Target("shop-web-3f2a9c10-1", 2, "3f2a9c10"),
                "id",
                "agent",
                "https://b/c?token=1#d",
                "TLSv1.3");
    }

    @Test
    void lineIsJsonWithoutQueries() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        AccessLog log = new AccessLog(out, () -> {});
        log.visited(visit("/x"));
        log.close();
        String line = out.toString(StandardCharsets.UTF_8);
        assertTrue(line.endsWith("}\n"));
        assertEquals(
                "{\"time\":\"2025-11-20T10:00:00.123Z\",\"client\":\"192.0.2.7\",\"method\":\"GET\","
                    + "\"host\":\"a\\\"\\\\\\u0001\u2028é\",\"path\":\"/x\",\"protocol\":\"HTTP/1.1\",\"status\":200,"
                    + "\"bytes_in\":3,\"bytes_out\":4,\"duration_ms\":1.235,\"upstream_ms\":null,\"service\":\"shop\","
                    + "\"role\":\"web\",\"container\":\"shop-web-3f2a9c10-1\",\"replica\":2,\"revision\":\"3f2a9c10\","
                    + "\"request_id\":\"id\",\"user_agent\":\"agent\",\"referer\":\"https://b/c\",\"tls\":\"TLSv1.3\","
                    + "\"listener\":\"http\"}",
                line.strip());
        assertEquals(
                "a\"\\\u0001\u2028é",
                Json.read(line, JsonNode.class).path("host").asText());
    }

    /// Whoever reads stands still.
    @Test
    void slowReaderCostsLinesAndNoLoopItsTime() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        AtomicInteger dropped = new AtomicInteger();
        AccessLog log = new AccessLog(
                new OutputStream() {
                    @Override
                    public void write(int octet) {
                        read.write(octet);
                    }

                    @Override
                    public void write(byte[] octets, int from, int length) throws IOException {
                        stuck.countDown();
                        try {
                            goOn.await();
                        } catch (InterruptedException e) {
                            throw new IOException(e);
                        }
                        read.write(octets, from, length);
                    }
                },
                dropped::incrementAndGet,
                10);
        log.visited(visit("/first"));
        assertTrue(stuck.await(20, TimeUnit.SECONDS));
        for (int i = 0; i < 30; i++) {
            log.visited(visit("/" + i));
        }
        assertEquals(20, dropped.get());
        goOn.countDown();
        log.close();
        assertEquals(11, read.toString(StandardCharsets.UTF_8).lines().count());
    }

    @Test
    void brokenOutputCountsAsDropped() throws Exception {
        AtomicInteger dropped = new AtomicInteger();
        AccessLog log = new AccessLog(
                new OutputStream() {
                    @Override
                    public void write(int octet) throws IOException {
                        throw new IOException("nobody reads");
                    }
                },
                dropped::incrementAndGet);
        log.visited(visit("/"));
        Await.until("it is dropped", () -> dropped.get() == 1);
        log.close();
    }

    /// K62
    @Test
    void everyRequestButThoseForHealthIsLogged() throws Exception {
        List<String> seen = new ArrayList<>();
        try (Served served = new Served().serve(new ProxySpec(List.of("a"), false, "/", true, null))) {
            RawHttp http = served.open("http");
            served.backend.answers(exchange -> Backends.say(exchange, 201, "made"));
            http.sendBody("POST", "/x?secret=1", "hello", "Host: a", "User-Agent: me", "X-Request-Id: mine");
            http.raw("POST /y?secret=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: close\r\n"
                    + "User-Agent: me\r\nX-Request-Id: mine\r\n\r\nhello");
            http.send("GET", "/.dhow/health", "Host: b");
            http.send("GET", "/none", "Host: b");
            http.raw("GET  / HTTP/1.1\r\nHost: a\r\n\r\n");
            Await.until("all are told", () -> served.visits.size() == 4);
            served.visits.forEach(v -> seen.add("%s %s %s %d %d %d %s %s %s"
                    .formatted(
                            v.method(),
                            v.host(),
                            v.path(),
                            v.code(),
                            v.in(),
                            v.out(),
                            v.service(),
                            v.container() == null ? null : v.container().name(),
                            v.id())));
            assertFalse(seen.toString().contains("secret"));
        }
        assertEquals(
                List.of(
                        "GET null null 400 0 19 null null null",
                        "POST a /y 201 5 4 shop shop-web-3f2a9c10-1 mine",
                        "GET b /none 404 0 63 null null null",
                        "GET null null 400 0 18 null null null"),
                seen);
    }
}
