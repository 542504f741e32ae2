package dev.dhow.agent.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.config.AgentConfigReader;
import dev.dhow.agent.config.AgentConfigReader.Result;
import dev.dhow.agent.config.ProxyConfig;
import dev.dhow.agent.testing.RawHttp;
import dev.dhow.agent.wire.Network;
import dev.dhow.agent.wire.Networks;
import dev.dhow.api.spec.ProxySpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The configurations that `docs/proxy.md` shows for CDNs and load balancers, with the balancer on this machine.
class SetupsTest {
    private static final String BALANCER = "10.0.0.0/24";
    private static final Pattern BLOCK = Pattern.compile("```yaml\n(proxy:.*?)```", Pattern.DOTALL);

    /// The first block of the page that has that text.
    private static ProxyConfig shown(String with) throws Exception {
        Matcher blocks = BLOCK.matcher(Files.readString(Path.of("../docs/proxy.md")));
        while (blocks.find()) {
            if (blocks.group(1).contains(with)) {
                String here = blocks.group(1).replace(BALANCER, "127.0.0.1");
                return AgentConfigReader.read("agent.yaml", here.getBytes(StandardCharsets.UTF_8))
                                instanceof Result.Good good
                        ? good.config().proxy()
                        : ProxyConfig.DEFAULT;
            }
        }
        throw new AssertionError("docs/proxy.md shows no such configuration: " + with);
    }

    private static Networks networks(ProxyConfig.Networks written) {
        return new Networks(written.entries().stream()
                .flatMap(entry -> Objects.requireNonNull(Network.parse(entry)).stream())
                .toList());
    }

    private static Served served(ProxyConfig config, boolean redirect) throws Exception {
        ProxySpec.Tls tls = new ProxySpec.Tls(ProxySpec.Tls.OFF.source(), redirect, false);
        return new Served(
                        new Settings(networks(config.trustedProxies()), config.assumeHttps(), config.healthRequires()),
                        networks(config.proxyProtocol()))
                .accepting(networks(config.acceptFrom()))
                .serve(new ProxySpec(
                        List.of(), true, "/", true, null, tls, ProxySpec.Access.ANYONE, ProxySpec.Serving.DEFAULT));
    }

    @Test
    void cdnBeforeALoadBalancerWithADefaultRoute() throws Exception {
        try (Served served = served(shown("health_requires: [shop]"), true)) {
            RawHttp http = served.open("http");
            assertEquals(200, http.raw("GET /.dhow/health HTTP/1.0\r\n\r\n").status(), "no redirect, no name");
            String cdn = "X-Forwarded-For: 198.51.100.9, 173.245.48.7";
            RawHttp.Reply plain = http.send("GET", "/a", "Host: shop.example.com", cdn, "X-Forwarded-Proto: http");
            assertEquals(301, plain.status());
            assertTrue(plain.has("location: https://shop.example.com/a"), plain.head());
            RawHttp.Reply safe = http.send("GET", "/a", "Host: shop.example.com", cdn, "X-Forwarded-Proto: https");
            assertEquals("shop", safe.body());
            Backends.Asked asked = served.backend.asked().getLast();
            assertEquals("198.51.100.9, 173.245.48.7, 127.0.0.1", asked.header("X-Forwarded-For"));
            assertEquals("https", asked.header("X-Forwarded-Proto"));
            http.send("GET", "/a", "Host: a", "X-Forwarded-For: 6.6.6.6, 198.51.100.9", "X-Forwarded-Proto: https");
            assertEquals(
                    "198.51.100.9, 127.0.0.1", served.backend.asked().getLast().header("X-Forwarded-For"));
        }
    }

    @Test
    void tlsThatEndsAtTheCdn() throws Exception {
        try (Served served = served(shown("173.245.48.0/20, 10.0.0.0/24], assume_https"), true)) {
            RawHttp http = served.open("http");
            assertEquals(
                    "shop", http.send("GET", "/a", "Host: shop.example.com").body(), "no redirect to itself");
            assertEquals("https", served.backend.asked().getLast().header("X-Forwarded-Proto"));
            assertEquals(200, http.raw("GET /.dhow/health HTTP/1.0\r\n\r\n").status());
        }
    }

    @Test
    void balancerThatSendsAProxyHeader() throws Exception {
        try (Served served = served(shown("proxy_protocol: ["), false)) {
            RawHttp http = served.open("http");
            String header = "PROXY TCP4 198.51.100.9 10.0.0.5 40000 80\r\n";
            assertEquals(
                    "shop",
                    http.raw(header + "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                            .body());
            assertEquals("198.51.100.9", served.backend.asked().getLast().header("X-Forwarded-For"));
            assertEquals(200, http.raw("GET /.dhow/health HTTP/1.0\r\n\r\n").status());
        }
    }
}
