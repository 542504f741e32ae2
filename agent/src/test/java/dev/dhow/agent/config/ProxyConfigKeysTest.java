package dev.dhow.agent.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dhow.agent.config.AgentConfigReader.Result;
import dev.dhow.agent.config.ProxyConfig.Acme;
import dev.dhow.agent.config.ProxyConfig.Listener;
import dev.dhow.agent.config.ProxyConfig.Networks;
import dev.dhow.api.status.Problem;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `proxy` and `drain` of `agent.yaml`, one row for each value.
class ProxyConfigKeysTest {
    private static final String LETS_ENCRYPT = "https://acme-v02.api.letsencrypt.org/directory";

    static Stream<Arguments> values() {
        ProxyConfig plain = ProxyConfig.DEFAULT;
        return Stream.of(
                row("", c -> c, plain),
                row("proxy:\ndrain: {}", c -> c, plain),
                row("proxy: {}", ProxyConfig::http, new Listener(at("0.0.0.0", 80), false)),
                row("proxy: {}", ProxyConfig::https, new Listener(at("0.0.0.0", 443), false)),
                row("proxy: {http: \"0.0.0.0:80\"}", ProxyConfig::http, new Listener(at("0.0.0.0", 80), true)),
                row("proxy: {https: \"[::1]:8443\"}", ProxyConfig::https, new Listener(at("::1", 8443), true)),
                row("proxy: {http: null}", ProxyConfig::http, new Listener(null, false)),
                row("proxy: {https: }", ProxyConfig::https, new Listener(null, false)),
                row("proxy: {health: null}", ProxyConfig::health, null),
                row("proxy: {health: \"127.0.0.1:81\"}", ProxyConfig::health, at("127.0.0.1", 81)),
                row("proxy: {trusted_proxies: []}", ProxyConfig::trustedProxies, Networks.NOBODY),
                row("proxy: {trusted_proxies: private}", ProxyConfig::trustedProxies, entries("private")),
                row(
                        "proxy: {trusted_proxies: [10.0.0.0/8, loopback, \"FE80:0::/10\", 192.0.2.1, /etc/cdn,"
                                + " /etc/lb]}",
                        ProxyConfig::trustedProxies,
                        new Networks(
                                List.of("10.0.0.0/8", "loopback", "fe80::/10", "192.0.2.1"),
                                List.of(Path.of("/etc/cdn"), Path.of("/etc/lb")))),
                row("proxy: {proxy_protocol: null}", ProxyConfig::proxyProtocol, Networks.NOBODY),
                row("proxy: {proxy_protocol: 10.0.0.1}", ProxyConfig::proxyProtocol, entries("10.0.0.1")),
                row("proxy: {accept_from: [0.0.0.0/0]}", ProxyConfig::acceptFrom, entries("0.0.0.0/0")),
                row(
                        "proxy: {accept_from: /etc/cdn}",
                        ProxyConfig::acceptFrom,
                        new Networks(List.of(), List.of(Path.of("/etc/cdn")))),
                row("proxy: {assume_https: true}", ProxyConfig::assumeHttps, true),
                row("proxy: {health_requires: [shop, api, shop]}", ProxyConfig::healthRequires, List.of("shop", "api")),
                row("proxy: {certs: /srv/certs}", ProxyConfig::certs, Path.of("/srv/certs")),
                row("proxy: {}", ProxyConfig::accessLog, ProxyConfig.LogTo.OFF),
                row("proxy: {access_log: stdout}", ProxyConfig::accessLog, ProxyConfig.LogTo.STDOUT),
                row("proxy: {access_log: off}", ProxyConfig::accessLog, ProxyConfig.LogTo.OFF),
                row("proxy: {acme: null}", ProxyConfig::acme, null),
                row("proxy: {acme: {}}", ProxyConfig::acme, new Acme(null, LETS_ENCRYPT, null)),
                row(
                        "proxy: {acme: {email: ops@example.com}}",
                        ProxyConfig::acme,
                        new Acme("ops@example.com", LETS_ENCRYPT, null)),
                row(
                        "proxy: {acme: {directory: \"https://ca.example.com:14000/dir\", trust: /etc/ca.pem}}",
                        ProxyConfig::acme,
                        new Acme(null, "https://ca.example.com:14000/dir", Path.of("/etc/ca.pem"))),
                row("drain: {health_grace: 1m}", ProxyConfig::healthGrace, Duration.ofMinutes(1)),
                row("drain: {health_grace: 0s}", ProxyConfig::healthGrace, Duration.ZERO));
    }

    @ParameterizedTest
    @MethodSource("values")
    void becomes(String text, Function<ProxyConfig, @Nullable Object> part, @Nullable Object expected) {
        assertEquals(expected, part.apply(good(text)), text);
    }

    @Test
    void tellsEveryValueThatCannotBe() {
        assertEquals("""
            agent.yaml:2:9: proxy.http: expected ADDRESS:PORT such as 127.0.0.1:7460 or [::1]:7460, found "80"
            agent.yaml:3:10: proxy.https: expected ADDRESS:PORT, found a list
            agent.yaml:4:11: proxy.health: expected ADDRESS:PORT such as 127.0.0.1:7460 or [::1]:7460, found "0.0.0.0:70000"
            agent.yaml:5:21: proxy.trusted_proxies[0]: "10.0.0.1/8" is an address within a network; write 10.0.0.0/8 for the network, or 10.0.0.1 for the address
            agent.yaml:5:33: proxy.trusted_proxies[1]: expected an IP address, a network such as 10.0.0.0/8, private, loopback or the absolute path of a file, found "privat"
            agent.yaml:5:41: proxy.trusted_proxies[2]: expected an IP address, a network such as 10.0.0.0/8, private, loopback or the absolute path of a file, found "lb.example.com"
            agent.yaml:5:57: proxy.trusted_proxies[3]: expected the number of bits, from 0 to 32, after the / of "10.0.0.0/33"
            agent.yaml:6:19: proxy.proxy_protocol: expected an IP address, a network such as 10.0.0.0/8, private, loopback or the absolute path of a file, found "true"
            agent.yaml:7:16: proxy.accept_from: expected `ADDRESS`, `ADDRESS/BITS`, `/FILE`, `private`, `loopback`, found a map
            agent.yaml:8:17: proxy.assume_https: expected true or false, found "yes"; write true
            agent.yaml:9:21: proxy.health_requires[0]: expected the name of a service, found "Shop"
            agent.yaml:9:27: proxy.health_requires[1]: expected the name of a service, found "shop/web"
            agent.yaml:10:10: proxy.certs: expected a path that starts with /, found "certs"
            agent.yaml:11:17: proxy.acme.email: expected an e-mail address such as ops@example.com, found "ops"
            agent.yaml:11:33: proxy.acme.directory: expected a URL that starts with https://, found "http://ca/dir"
            agent.yaml:11:57: proxy.acme.trust: expected a path that starts with /, found "ca.pem"
            agent.yaml:11:65: proxy.acme.server: unknown key; use "directory" instead
            agent.yaml:12:3: proxy.tls: unknown key; each role says "proxy.tls" in its service file
            agent.yaml:13:3: proxy.http_port: unknown key; use "http" instead
            agent.yaml:14:23: drain.health_grace: expected a duration with its unit, found "35"; write 35s or 35ms\
            """, tell("""
                proxy:
                  http: 80
                  https: [443]
                  health: 0.0.0.0:70000
                  trusted_proxies: [10.0.0.1/8, privat, lb.example.com, 10.0.0.0/33]
                  proxy_protocol: true
                  accept_from: {a: b}
                  assume_https: yes
                  health_requires: [Shop, shop/web]
                  certs: certs
                  acme: {email: ops, directory: "http://ca/dir", trust: ca.pem, server: x}
                  tls: true
                  http_port: 80
                drain: {health_grace: 35}
                """));
    }

    static Stream<Arguments> listeners() {
        return Stream.of(
                taken(
                        "http: \"0.0.0.0:80\", https: \"0.0.0.0:80\"",
                        "1:36: proxy.https",
                        "0.0.0.0:80",
                        "proxy.http",
                        "0.0.0.0:80"),
                taken(
                        "https: \"0.0.0.0:81\", http: \"127.0.0.1:81\"",
                        "1:36: proxy.http",
                        "127.0.0.1:81",
                        "proxy.https",
                        "0.0.0.0:81"),
                taken("https: \"10.0.0.1:80\"", "1:16: proxy.https", "10.0.0.1:80", "proxy.http", "0.0.0.0:80"),
                taken("health: \"[::]:443\"", "1:17: proxy.health", "[::]:443", "proxy.https", "0.0.0.0:443"),
                taken(
                        "http: \"[::]:8080\", health: \"[::1]:8080\"",
                        "1:36: proxy.health",
                        "[::1]:8080",
                        "proxy.http",
                        "[::]:8080"),
                taken(
                        "health: \"0.0.0.0:7460\"",
                        "1:17: proxy.health",
                        "0.0.0.0:7460",
                        "api.listen",
                        "127.0.0.1:7460"));
    }

    @ParameterizedTest
    @MethodSource("listeners")
    void theSecondOfTwoOnOneAddressIsRefused(String proxy, String expected) {
        assertEquals(expected, tell("proxy: {%s}".formatted(proxy)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http: \"127.0.0.1:81\", health: \"127.0.0.2:81\"",
                "http: \"0.0.0.0:81\", health: \"[::1]:81\"",
                "http: \"127.0.0.1:0\", https: \"127.0.0.1:0\"",
                "http: null, health: \"0.0.0.0:80\""
            })
    void othersDoNotMeet(String proxy) {
        good("proxy: {%s}".formatted(proxy));
    }

    @Test
    void aListenerOfTheApiIsOneToo() {
        assertEquals(
                "agent.yaml:2:15: api.listen: 127.0.0.1:80 is taken: proxy.http listens on 0.0.0.0:80; use another"
                        + " port",
                tell("proxy: {http: \"0.0.0.0:80\"}\napi: {listen: \"127.0.0.1:80\"}"));
        good("proxy: {http: \"127.0.0.1:7460\"}\napi: {listen: null}");
    }

    private static Arguments taken(String proxy, String place, String address, String by, String on) {
        return Arguments.of(
                proxy,
                "agent.yaml:%s: %s is taken: %s listens on %s; use another port".formatted(place, address, by, on));
    }

    private static Arguments row(String text, Function<ProxyConfig, @Nullable Object> part, @Nullable Object expected) {
        return Arguments.of(text, part, expected);
    }

    private static InetSocketAddress at(String ip, int port) {
        return new InetSocketAddress(ip, port);
    }

    private static Networks entries(String... entries) {
        return new Networks(List.of(entries), List.of());
    }

    private static ProxyConfig good(String text) {
        return switch (read(text)) {
            case Result.Good(AgentConfig config, List<Problem> _) -> config.proxy();
            case Result.Bad(List<Problem> problems) -> throw new AssertionError(problems);
        };
    }

    private static String tell(String text) {
        return switch (read(text)) {
            case Result.Good good -> throw new AssertionError(good);
            case Result.Bad(List<Problem> problems) ->
                String.join("\n", problems.stream().map(Problem::summary).toList());
        };
    }

    private static Result read(String text) {
        return AgentConfigReader.read("agent.yaml", text.getBytes(StandardCharsets.UTF_8));
    }
}
