package dev.dhow.agent.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.proxy.Bench.Reply;
import dev.dhow.agent.state.Ticker;
import dev.dhow.agent.testing.Await;
import dev.dhow.agent.wire.Networks;
import dev.dhow.api.spec.CertificateSource;
import dev.dhow.api.spec.ProxySpec;
import dev.dhow.api.spec.ProxySpec.Access;
import dev.dhow.api.spec.ProxySpec.Serving;
import dev.dhow.api.spec.ProxySpec.Tls;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which role a request goes to, and where it is sent instead.
class RoutingTest {
    private static final Tls HTTPS_WANTED = new Tls(new CertificateSource.None(), true, false);

    private Backends first;
    private Bench bench;

    @BeforeEach
    void open() throws Exception {
        first = new Backends("first");
        bench = new Bench(Ticker.system());
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
        first.close();
    }

    private void by(ProxySpec spec) {
        bench.by(spec);
        if (bench.proxy.routed("shop").isEmpty()) {
            bench.container("a", first.port());
        }
    }

    private static ProxySpec hosts(String... hosts) {
        return new ProxySpec(List.of(hosts), false, "/", true, null);
    }

    private static ProxySpec sent(Tls tls, @Nullable String canonical, String... hosts) {
        return new ProxySpec(
                List.of(hosts),
                false,
                "/",
                true,
                null,
                tls,
                Access.ANYONE,
                new Serving(Duration.ofSeconds(30), null, canonical, false, null, Map.of()));
    }

    private Reply ask(String host, String path, String... fields) throws IOException {
        StringBuilder head =
                new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n");
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        return Bench.reply(bench.raw(head + "\r\n"));
    }

    /// K1, K2, K4, K5, K6, K7, K9, K53
    @Test
    void hostsComeAndGoWithTheFile() throws Exception {
        assertEquals(404, ask("a.example.com", "/").status(), "nothing is served");
        by(hosts("a.example.com", "b.example.com"));
        assertEquals(200, ask("a.example.com", "/").status());
        assertEquals(200, ask("B.Example.com.:80", "/").status());
        assertEquals(404, ask("c.example.com", "/").status());
        by(hosts("c.example.com", "*.shop.example.com"));
        assertEquals(404, ask("a.example.com", "/").status());
        assertEquals(200, ask("c.example.com", "/").status());
        assertEquals(200, ask("x.shop.example.com", "/").status());
        assertEquals(404, ask("y.x.shop.example.com", "/").status(), "one level");
        assertEquals(404, ask("shop.example.com", "/").status());
        by(hosts());
        assertEquals(200, ask("whatever.example.net", "/").status(), "the default route");
    }

    /// K15, K16
    @ParameterizedTest
    @CsvSource({
        "true, /api, /",
        "true, /api/, /",
        "true, /api/x?y=1, /x?y=1",
        "false, /api/x?y=1, /api/x?y=1",
        "false, /api, /api"
    })
    void prefixesAreTakenOffWhereThatIsWanted(boolean strip, String asked, String seen) throws Exception {
        by(new ProxySpec(List.of("a"), false, "/api", strip, null));
        assertEquals(200, ask("a", asked).status());
        assertEquals(seen, first.asked().getFirst().uri());
        assertEquals(404, ask("a", "/apix").status());
        assertEquals(404, ask("a", "/").status());
    }

    /// K36
    @ParameterizedTest
    @ValueSource(strings = {"?p1=a;b;c&p2=%x&p3=", "?", "?a=b?c=/../d", "?%zz&&=", "?a+b%20c"})
    void queriesStayAsTheyAre(String query) throws Exception {
        by(hosts("a"));
        try (RawApp app = RawApp.saying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) {
            bench.container("raw", app.port()).without("a");
            assertEquals(200, ask("a", "/x" + query).status());
            assertTrue(app.heads.remove().startsWith("GET /x" + query + " HTTP/1.1\r\n"));
        }
    }

    /// K9, K47
    @Test
    void plainRequestsAreSentToHttps() throws Exception {
        by(sent(HTTPS_WANTED, null, "a"));
        Reply reply = ask("a", "/x?y=z");
        assertEquals("301 https://a/x?y=z", reply.status() + " " + reply.field("location"));
        assertEquals(308, bench.ask("POST / HTTP/1.1", "", "Content-Length: 0").status(), "a POST stays one");
        assertEquals(200, ask("a", "/x", "X-Forwarded-Proto: https").status(), "by a peer that is believed");
        assertEquals(200, ask("a", "/up").status());
        by(sent(Tls.OFF, null, "a"));
        assertEquals(200, ask("a", "/x").status());
        by(sent(new Tls(new CertificateSource.None(), true, true), null, "a"));
        assertEquals(200, ask("a", "/x").status(), "TLS ended before us");
        assertEquals("https", first.asked().getLast().header("X-Forwarded-Proto"));
        assertEquals(200, ask("a", "/x", "X-Forwarded-Proto: http").status(), "which is how the peer asks us");
        assertEquals("https", first.asked().getLast().header("X-Forwarded-Proto"));
    }

    /// RFC 9112 §3.2: what names no host has an empty one.
    @Test
    void requestsForNoHostAreTheDefaultRoutes() throws Exception {
        by(new ProxySpec(List.of(), true, "/", true, null));
        assertEquals(200, ask("", "/x").status());
        String without = bench.raw("GET /x HTTP/1.1\r\nConnection: close\r\n\r\n");
        assertEquals(400, Bench.reply(without).status());
        assertEquals(1, first.asked().size());
    }

    @Test
    void whatIsAnsweredForARouteCountsAsItsRequest() throws Exception {
        by(sent(HTTPS_WANTED, null, "a"));
        ask("a", "/x");
        Await.until("counted", () -> bench.heard.contains("ended 301"));
        ask("b", "/x");
        ask("a", "/x", "X-Forwarded-Proto: https");
        Await.until("counted", () -> bench.heard.contains("ended 200"));
        assertEquals(List.of("ended 301", "no_route", "ended 200"), List.copyOf(bench.heard));
    }

    /// K48
    @Test
    void otherHostsAreSentToTheCanonicalOneInOneHop() throws Exception {
        by(sent(Tls.OFF, "www.example.com", "example.com", "www.example.com"));
        assertEquals("http://www.example.com/x?y", ask("example.com", "/x?y").field("location"));
        assertEquals(200, ask("www.example.com", "/").status());
        by(sent(HTTPS_WANTED, "www.example.com", "example.com", "www.example.com"));
        assertEquals("https://www.example.com/x", ask("example.com", "/x").field("location"));
        assertEquals("https://www.example.com/x", ask("www.example.com", "/x").field("location"));
        assertEquals(
                "https://www.example.com/x",
                ask("example.com", "/x", "X-Forwarded-Proto: https").field("location"));
    }

    /// K42
    @Test
    void whoIsBelievedTellsOfTheClient() throws Exception {
        by(hosts("a"));
        assertEquals(
                200,
                ask("a", "/", "X-Forwarded-For: 6.6.6.6, 203.0.113.7", "X-Forwarded-Host: evil")
                        .status());
        Backends.Asked asked = first.asked().getFirst();
        assertEquals("203.0.113.7, 127.0.0.1", asked.header("X-Forwarded-For"));
        assertEquals("a", asked.header("X-Forwarded-Host"));
        bench.proxy.settings(new Settings(Networks.NONE, false, List.of()));
        assertEquals(
                200,
                ask("a", "/", "X-Forwarded-For: 203.0.113.7", "X-Forwarded-Proto: https")
                        .status());
        asked = first.asked().getLast();
        assertEquals("127.0.0.1 http", asked.header("X-Forwarded-For") + " " + asked.header("X-Forwarded-Proto"));
    }

    @Test
    void forwardedIsBelievedOfThoseWhoAreBelieved() throws Exception {
        by(sent(HTTPS_WANTED, null, "a"));
        String said = "Forwarded: for=6.6.6.6, for=\"203.0.113.7:4711\";proto=https";
        assertEquals(200, ask("a", "/", said, "X-Real-IP: 203.0.113.7").status());
        Backends.Asked asked = first.asked().getLast();
        assertEquals(
                "203.0.113.7, 127.0.0.1 https ",
                asked.header("X-Forwarded-For") + " " + asked.header("X-Forwarded-Proto") + " "
                        + asked.header("Forwarded"));
        assertEquals("203.0.113.7", asked.header("X-Real-IP"));
        bench.proxy.settings(new Settings(Networks.NONE, false, List.of()));
        assertEquals(301, ask("a", "/", said).status());
        assertEquals(200, ask("a", "/up", said, "X-Real-IP: 203.0.113.7").status());
        asked = first.asked().getLast();
        assertEquals("127.0.0.1 ", asked.header("X-Forwarded-For") + " " + asked.header("X-Real-IP"));
    }

    /// Each in its turn where all are as busy.
    /// K3
    @Test
    void replicasShareTheRequests() throws Exception {
        try (Backends second = new Backends("second")) {
            by(hosts("a"));
            bench.container("b", second.port());
            for (int i = 0; i < 10; i++) {
                ask("a", "/");
            }
            assertEquals(5, first.asked().size());
            assertEquals(5, second.asked().size());
        }
    }
}
