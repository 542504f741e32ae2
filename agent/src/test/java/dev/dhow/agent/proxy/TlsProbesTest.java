package dev.dhow.agent.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.testing.RawHttp2;
import dev.dhow.agent.testing.TlsClient;
import dev.dhow.agent.tls.Issuer;
import dev.dhow.api.spec.CertificateSource;
import dev.dhow.api.spec.ProxySpec;
import dev.dhow.api.spec.ProxySpec.Access;
import dev.dhow.api.spec.ProxySpec.Serving;
import dev.dhow.api.status.TrafficStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What the load balancers of clouds ask by TLS, none of which names the host in its handshake or looks at the
/// certificate, while the default route guards itself in each way there is.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsProbesTest {
    private static final String SHOP = "shop.example.com";
    private static final String HEALTH = "/.dhow/health";
    /// Those that differ in more than their User-Agent and a PROXY header.
    private static final List<BalancerProbesTest.Check> CHECKS = BalancerProbesTest.checks().stream()
            .filter(check -> check.before().isEmpty())
            .filter(check -> !List.of("AWS NLB", "DigitalOcean").contains(check.balancer()))
            .toList();

    private final TlsClient client = TlsClient.anonymous();
    private TlsSite site;
    private Path ca;
    private Path users;

    /// What the default route does with a request for something else.
    enum Rule {
        NONE(200),
        CANONICAL_HOST(301),
        LOGIN(401),
        CLIENT_CERTIFICATE(403),
        ALLOW_LIST(403),
        MAINTENANCE(503),
        /// The first of those that are asked.
        ALL(403);

        final int status;

        Rule(int status) {
            this.status = status;
        }

        boolean has(Rule rule) {
            return this == rule || this == ALL;
        }
    }

    @BeforeAll
    void open(@TempDir Path temp) throws Exception {
        site = new TlsSite(temp, ProxyListener.NONE);
        site.certificate("shop", SHOP);
        ca = Files.writeString(temp.resolve("ca.pem"), Issuer.pem(Issuer.root("CDN").certificate));
        users = Files.writeString(
                temp.resolve("users"), "ann:$2y$05$aXr9f0RLmB5sVGxXw5nUUePAhDE3D8my3kSD1LJGoSmvYqjjRLwZq\n");
    }

    @AfterAll
    void close() throws Exception {
        site.close();
    }

    private void serve(Rule rule) throws Exception {
        site.serve(
                "shop",
                new ProxySpec(
                        List.of(SHOP),
                        true,
                        "/",
                        true,
                        null,
                        new ProxySpec.Tls(new CertificateSource.Fitting(), true, false),
                        new Access(
                                rule.has(Rule.ALLOW_LIST) ? List.of("203.0.113.0/24") : List.of(),
                                null,
                                rule.has(Rule.LOGIN) ? users.toString() : null,
                                rule.has(Rule.CLIENT_CERTIFICATE) ? ca.toString() : null),
                        new Serving(
                                Duration.ofSeconds(30),
                                null,
                                rule.has(Rule.CANONICAL_HOST) ? SHOP : null,
                                false,
                                null,
                                Map.of())));
        site.proxy.traffic(
                "shop",
                rule.has(Rule.MAINTENANCE)
                        ? new TrafficStatus(TrafficStatus.State.MAINTENANCE, null, Instant.EPOCH)
                        : null);
    }

    @ParameterizedTest
    @EnumSource
    void healthIsAnsweredAndAllElseIsAsTheRuleSays(Rule rule) throws Exception {
        serve(rule);
        for (BalancerProbesTest.Check check : CHECKS) {
            boolean named = check.head().contains("Host: " + SHOP);
            String what = rule + " " + check;
            String answer = ask(check, HEALTH);
            assertEquals("200", answer.substring(9, 12), what + answer);
            assertEquals(!check.head().startsWith("HEAD"), answer.endsWith("\r\n\r\nok\n"), what + answer);
            if (!named) {
                assertEquals("200", ask(check, "/up").substring(9, 12), what);
            }
            assertEquals(String.valueOf(elsewhere(check, rule)), ask(check, "/").substring(9, 12), what);
        }
        site.proxy.drainHost(Duration.ofSeconds(35));
        assertEquals("503", ask(CHECKS.getFirst(), HEALTH + "/shop?x=1").substring(9, 12), rule.toString());
        site.proxy.undrainHost();
    }

    private static int elsewhere(BalancerProbesTest.Check check, Rule rule) {
        String head = check.head();
        boolean nameless = !head.contains("Host: ");
        if (!head.contains("Host:") && head.contains("HTTP/1.1")) {
            return 400;
        }
        // Nobody is sent from no host to another.
        return rule == Rule.CANONICAL_HOST && (nameless || head.contains("Host: " + SHOP)) ? 200 : rule.status;
    }

    /// Google's and AWS's, where a target group speaks HTTP/2.
    @ParameterizedTest
    @EnumSource
    void healthIsAnsweredByHttp2Too(Rule rule) throws Exception {
        serve(rule);
        for (String name : Stream.of(null, SHOP).toList()) {
            try (RawHttp2 http = new RawHttp2(client.connect(site.tls, name, "h2"))) {
                http.get(1, "10.0.0.7", HEALTH);
                assertEquals("headers 1 200", http.await("headers"));
                http.get(3, "10.0.0.7:443", "/up");
                assertEquals("headers 3 200", http.await("headers"));
                http.get(5, "10.0.0.7", "/");
                assertTrue(http.await("headers").startsWith("headers 5 " + rule.status), rule.toString());
            }
        }
    }

    private String ask(BalancerProbesTest.Check check, String path) throws Exception {
        boolean named = check.head().contains("Host: " + SHOP);
        @Nullable String name = named ? SHOP : null;
        return client.raw(
                site.tls, name, check.head().replace("PATH", path).replace("Host: 10.0.0.7:80", "Host: 10.0.0.7:443"));
    }
}
