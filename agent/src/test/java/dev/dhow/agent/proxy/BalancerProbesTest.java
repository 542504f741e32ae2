package dev.dhow.agent.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.RawHttp;
import dev.dhow.agent.wire.Networks;
import dev.dhow.api.spec.ProxySpec;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the load balancers of clouds ask on plain listeners, and what becomes of it whatever the routes are.
class BalancerProbesTest {
    private static final String V2_LOCAL = "\r\n\r\n\0\r\nQUIT\n\u0020\0\0\0";

    /// @param before what is sent before the request
    /// @param head of the request, `PATH` in place of the path
    record Check(String balancer, String before, String head) {
        @Override
        public String toString() {
            return balancer;
        }
    }

    private static Check check(String balancer, String before, String line, String... fields) {
        return new Check(
                balancer,
                before,
                line + "\r\n"
                        + String.join(
                                "",
                                Stream.of(fields).map(field -> field + "\r\n").toList()) + "\r\n");
    }

    static List<Check> checks() {
        return List.of(
                check(
                        "AWS ALB",
                        "",
                        "GET PATH HTTP/1.1",
                        "Host: 10.0.0.7:80",
                        "Connection: close",
                        "User-Agent: ELB-HealthChecker/2.0",
                        "Accept-Encoding: gzip, compressed"),
                check("AWS NLB", "", "GET PATH HTTP/1.1", "Host: 10.0.1.9:80", "Connection: close"),
                check("AWS NLB, PROXY v2", V2_LOCAL, "GET PATH HTTP/1.1", "Host: 10.0.1.9:80", "Connection: close"),
                check(
                        "AWS NLB before another, PROXY v2 twice",
                        "PROXY TCP4 127.0.0.9 10.0.0.1 1 80\r\n" + V2_LOCAL,
                        "GET PATH HTTP/1.1",
                        "Host: 10.0.1.9",
                        "Connection: close"),
                check(
                        "Google",
                        "",
                        "GET PATH HTTP/1.1",
                        "Host: 10.0.0.7",
                        "User-Agent: GoogleHC/1.0",
                        "Connection: close"),
                check(
                        "Google, PROXY v1",
                        "PROXY TCP4 35.191.0.1 10.0.0.7 40000 80\r\n",
                        "GET PATH HTTP/1.1",
                        "Host: 10.0.0.7",
                        "User-Agent: GoogleHC/1.0",
                        "Connection: close"),
                check("DigitalOcean", "", "GET PATH HTTP/1.1", "Host: 10.0.0.7:80", "Connection: close"),
                check(
                        "DigitalOcean, PROXY v1",
                        "PROXY TCP4 10.1.0.2 10.0.0.7 40000 80\r\n",
                        "GET PATH HTTP/1.1",
                        "Host: 10.0.0.7:80",
                        "Connection: close"),
                check(
                        "DigitalOcean, PROXY v1 of nobody",
                        "PROXY UNKNOWN\r\n",
                        "GET PATH HTTP/1.1",
                        "Host: 10.0.0.7:80",
                        "Connection: close"),
                check(
                        "Cloudflare, with the origin's name",
                        "",
                        "GET PATH HTTP/1.1",
                        "Host: shop.example.com",
                        "User-Agent: Mozilla/5.0 (compatible; Cloudflare-Traffic-Manager/1.0; +https://www.cloudflare"
                                + ".com/traffic-manager/; pool-id: 1)",
                        "Connection: close"),
                check(
                        "Cloudflare, with another name",
                        "",
                        "GET PATH HTTP/1.1",
                        "Host: lb.example.net",
                        "Connection: close"),
                check("Hetzner, without a domain", "", "GET PATH HTTP/1.1", "Connection: close"),
                check("Hetzner, with an empty domain", "", "GET PATH HTTP/1.1", "Host:", "Connection: close"),
                check("Alibaba", "", "HEAD PATH HTTP/1.0"),
                check("OpenStack Octavia", "", "GET PATH HTTP/1.0"),
                check("Open Telekom Cloud", "", "GET PATH HTTP/1.0", "Host: 10.0.0.7"),
                check("Scaleway, PROXY v2", V2_LOCAL, "GET PATH HTTP/1.0"));
    }

    /// The routes that a probe may meet.
    private static List<ProxySpec> routes() {
        ProxySpec.Tls redirecting = new ProxySpec.Tls(ProxySpec.Tls.OFF.source(), true, false);
        ProxySpec.Serving canonical =
                new ProxySpec.Serving(Duration.ofSeconds(30), null, "shop.example.com", false, null, Map.of());
        List<String> named = List.of("shop.example.com");
        return List.of(
                new ProxySpec(named, false, "/", true, null),
                ProxySpec.PLAIN,
                new ProxySpec(named, true, "/", true, null, redirecting, ProxySpec.Access.ANYONE, canonical),
                new ProxySpec(
                        List.of(),
                        true,
                        "/sub",
                        true,
                        null,
                        redirecting,
                        ProxySpec.Access.ANYONE,
                        ProxySpec.Serving.DEFAULT));
    }

    private static final Networks LOOPBACK = Served.networks("loopback");

    @ParameterizedTest
    @MethodSource("checks")
    void everyBalancerFindsTheHostHealthyWhateverTheDefaultRouteDoes(Check check) throws Exception {
        for (ProxySpec route : routes()) {
            try (Served served = new Served(Served.PLAIN, LOOPBACK).serve(route)) {
                RawHttp http = served.open("http");
                for (String path :
                        List.of("/.dhow/health", "/.dhow/health/", "/.dhow/health/shop", "/.dhow/health?x=1")) {
                    RawHttp.Reply reply = ask(http, check, path);
                    assertEquals(200, reply.status(), path + reply.body() + served.probes);
                    assertEquals(check.head().startsWith("HEAD") ? "" : "ok\n", reply.body());
                    assertTrue(reply.has("cache-control: no-store"));
                    assertFalse(reply.head().toLowerCase().contains("location"));
                }
                if (!check.head().contains("Host: shop.example.com")) {
                    assertEquals(200, ask(http, check, "/up").status(), "for a host that no route names");
                }
                assertEquals(List.of(), served.backend.asked());
                assertEquals(List.of(), List.copyOf(served.visits), "no access log");
                served.serve(route, false);
                boolean ours = route.isDefault() || route.hosts().isEmpty();
                assertEquals(ours ? 503 : 200, ask(http, check, "/.dhow/health").status());
                assertEquals(503, ask(http, check, "/.dhow/health/shop").status());
                served.proxy.drainHost(Duration.ofSeconds(35));
                assertEquals(503, ask(http, check, "/.dhow/health").status());
            }
        }
    }

    private static RawHttp.Reply ask(RawHttp http, Check check, String path) throws Exception {
        return http.raw(check.before() + check.head().replace("PATH", path));
    }

    @Test
    void hostIsHealthyOnlyWhileItCanServe() throws Exception {
        Settings settings = new Settings(Networks.NONE, false, List.of("shop", "blog"));
        try (Served served = new Served(settings, Networks.NONE)) {
            RawHttp http = served.open("http");
            served.started = false;
            assertEquals("503 the first routes are not known yet", told(http, "/.dhow/health"));
            assertEquals("503 the first routes are not known yet", told(http, "/.dhow/health/shop"));
            served.started = true;
            assertEquals("503 no ready replica of shop", told(http, "/.dhow/health"));
            assertEquals("404 no such service", told(http, "/.dhow/health/shop"));
            served.serve(new ProxySpec(List.of("shop.example.com"), false, "/", true, null));
            assertEquals("503 no ready replica of blog", told(http, "/.dhow/health"), "it may not be a service at all");
            assertEquals("200 ok", told(http, "/.dhow/health/shop"));
            assertEquals("405 ask with GET or HEAD", status(http.send("POST", "/.dhow/health", "Host: a")));
        }
    }

    private static String told(RawHttp http, String path) throws Exception {
        return status(http.get(path));
    }

    private static String status(RawHttp.Reply reply) {
        return reply.status() + " " + reply.body().strip();
    }

    @Test
    void probesTellWhatWasAskedAndWhyItGotItsAnswer() throws Exception {
        try (Served served = new Served(Served.PLAIN, LOOPBACK).serve(routes().get(2))) {
            RawHttp http = served.open("http");
            http.raw("PROXY TCP4 192.0.2.9 10.0.0.1 1 80\r\nGET / HTTP/1.0\r\nHost: 10.0.0.7\r\n\r\n");
            http.raw("GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
            http.raw("PROXY UNKNOWN\r\nGET /health HTTP/1.1\r\nConnection: close\r\n\r\n");
            served.serve(routes().get(0));
            http.raw("PROXY UNKNOWN\r\nGET / HTTP/1.1\r\nHost: 10.0.0.7\r\nConnection: close\r\n\r\n");
            http.raw("PROXY UNKNOWN\r\nGET / HTTP/1.1\r\nHost: a.example.com\r\nConnection: close\r\n\r\n");
            http.raw("PROXY UNKNOWN\r\nGET /.dhow/health HTTP/1.1\r\nConnection: close\r\n\r\n");
            served.serve(ProxySpec.PLAIN);
            served.backend.answers(exchange -> Backends.say(exchange, 302, "login"));
            http.raw("PROXY UNKNOWN\r\nGET /x?token=1 HTTP/1.1\r\nHost: 10.0.0.7\r\nConnection: close\r\n\r\n");
            Await.until("all are told", () -> served.probes.size() == 6);
            assertEquals(
                    List.of(
                            "v1 192.0.2.9 10.0.0.7 HTTP/1.0 / 301 sent to https://shop.example.com/",
                            "missing 127.0.0.1 null HTTP/1.1 / 400 a PROXY header is due from this peer; without one"
                                    + " only health is answered, at /.dhow/health",
                            "v1, naming nobody 127.0.0.1 null HTTP/1.1 /health 400 the request names no host; health"
                                    + " is at /.dhow/health",
                            "v1, naming nobody 127.0.0.1 10.0.0.7 HTTP/1.1 / 404 / is not a health path, and no route"
                                    + " takes this host",
                            "v1, naming nobody 127.0.0.1 null HTTP/1.1 /.dhow/health 200 ok",
                            "v1, naming nobody 127.0.0.1 10.0.0.7 HTTP/1.1 /x 302 answered by shop/web"),
                    served.probes.stream()
                            .map(p -> "%s %s %s %s %s %d %s"
                                    .formatted(
                                            p.sender().header().word(),
                                            p.sender().address(),
                                            p.host(),
                                            p.version(),
                                            p.path(),
                                            p.code(),
                                            p.why()))
                            .toList());
        }
    }

    /// Balancers that check by TCP open connections and break them off.
    @Test
    void connectionsWithoutARequestMakeNoNoise() throws Exception {
        try (Served served = new Served(Served.PLAIN, LOOPBACK).serve(ProxySpec.PLAIN)) {
            RawHttp http = served.open("http");
            for (String begun : List.of("", "P", "PROXY TCP4", V2_LOCAL, "GET / HT")) {
                try (Socket socket = new Socket("127.0.0.1", ((InetSocketAddress) http.address()).getPort())) {
                    socket.getOutputStream().write(begun.getBytes(StandardCharsets.ISO_8859_1));
                    socket.setSoLinger(true, 0);
                }
            }
            assertEquals(200, http.get("/.dhow/health").status());
            assertEquals(1, served.probes.size(), served.probes.toString());
            assertEquals(List.of(), List.copyOf(served.visits));
        }
    }
}
