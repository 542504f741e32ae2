package dev.dhow.agent.health;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dhow.agent.state.DockerHealth.Status;
import dev.dhow.agent.state.ImageFacts;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.api.spec.CertificateSource.Fitting;
import dev.dhow.api.spec.CertificateSource.None;
import dev.dhow.api.spec.HealthSpec;
import dev.dhow.api.spec.HealthSpec.OnFailure;
import dev.dhow.api.spec.ProxySpec;
import dev.dhow.api.spec.ProxySpec.Tls;
import dev.dhow.api.spec.RoleSpec;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ChecksTest {
    private static final ObservedContainer PLAIN = Given.container();
    private static final ObservedContainer CHECKED = Given.withHealth(Given.health(Status.HEALTHY, null, 0));
    private static final HealthSpec TEST = Given.test("CMD", "bin/alive");

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void theKindOfRoleChoosesTheChecks(String name, RoleSpec role, ObservedContainer container, List<String> kinds) {
        List<String> chosen = Checks.of(role, container, null).stream()
                .map(check -> check.kind().label())
                .toList();
        assertEquals(kinds, chosen);
    }

    static Stream<Arguments> theKindOfRoleChoosesTheChecks() {
        HealthSpec http = Given.http("/ok", null, null, Map.of());
        HealthSpec both = Given.with(http, List.of("CMD", "x"), null);
        return Stream.of(
                row("proxied", Given.proxied(HealthSpec.UNSET), PLAIN, "http"),
                row("proxied, the image has a HEALTHCHECK", Given.proxied(HealthSpec.UNSET), CHECKED, "http"),
                row("proxied, http asked for, the image has one", Given.proxied(http), CHECKED, "http"),
                row("proxied, test", Given.proxied(TEST), CHECKED, "docker"),
                row("proxied, tcp", Given.proxied(Given.tcp(5432)), CHECKED, "tcp"),
                row("proxied, disable", Given.proxied(Given.disabled()), CHECKED, "process"),
                row("proxied, test NONE", Given.proxied(Given.test("NONE")), CHECKED, "http"),
                row("proxied, http and test", Given.proxied(both), CHECKED, "http", "docker"),
                row("proxied, test, made before the file had it", Given.proxied(TEST), PLAIN, "process"),
                row("plain", Given.role(null, HealthSpec.UNSET), PLAIN, "process"),
                row("the image has a HEALTHCHECK", Given.role(null, HealthSpec.UNSET), CHECKED, "docker"),
                row("test", Given.role(null, TEST), CHECKED, "docker"),
                row("test NONE", Given.role(null, Given.test("NONE")), CHECKED, "process"),
                row("disable", Given.role(null, Given.disabled()), CHECKED, "process"),
                row("http", Given.role(null, http), PLAIN, "http"),
                row("http, the image has a HEALTHCHECK", Given.role(null, http), CHECKED, "http"),
                row("http and test", Given.role(null, both), CHECKED, "http", "docker"),
                row("tcp and test", Given.role(null, tcpAndTest()), CHECKED, "tcp", "docker"));
    }

    /// K27
    @Test
    void aProxiedRoleIsAskedForUpAtItsAppPort() {
        Check.Http http = http(Given.proxied(HealthSpec.UNSET, "shop.example.com", "b.example.com"), PLAIN, null);
        assertEquals("http://10.0.0.2:3000/up", http.url());
        assertEquals("shop.example.com", http.host());
        assertEquals(new Pace(seconds(10), seconds(5), 3, seconds(1)), http.pace());
        assertEquals(OnFailure.NONE, http.onFailure());
    }

    @Test
    void aRoleThatIsNotProxiedIsRestartedWhenItsCheckFails() {
        Check.Http http = http(Given.role(null, Given.http("/ok", 8080, null, Map.of())), PLAIN, null);
        assertEquals(OnFailure.RESTART, http.onFailure());
        assertEquals(List.of(new Check.Docker(OnFailure.RESTART)), Checks.of(Given.role(null, TEST), CHECKED, null));
    }

    @Test
    void whatTheFileSaysOfFailuresHoldsForEveryKind() {
        HealthSpec spec = Given.with(tcpAndTest(), List.of("CMD", "x"), OnFailure.NONE);
        List<Check> checks = Checks.of(Given.role(null, spec), CHECKED, null);
        assertEquals(OnFailure.NONE, ((Check.Tcp) checks.get(0)).onFailure());
        assertEquals(new Check.Docker(OnFailure.NONE), checks.get(1));
        Check.Http proxied = http(Given.proxied(Given.with(HealthSpec.UNSET, null, OnFailure.RESTART)), PLAIN, null);
        assertEquals(OnFailure.RESTART, proxied.onFailure());
    }

    /// K26
    @Test
    void theHostHeaderIsTheFilesThenTheFirstHostThenTheAddress() {
        assertEquals(
                "x",
                http(Given.proxied(Given.http("/", null, "x", Map.of()), "a.b"), PLAIN, null)
                        .host());
        Check.Http byHeader =
                http(Given.proxied(Given.http("/", null, null, Map.of("host", "h", "A", "1"))), PLAIN, null);
        assertEquals("h", byHeader.host());
        assertEquals(Map.of("A", "1"), byHeader.headers());
        assertEquals(
                "dhow-check.shop.example",
                http(Given.proxied(HealthSpec.UNSET, "*.shop.example"), PLAIN, null)
                        .host());
        assertEquals(
                "10.0.0.2:3000",
                http(Given.proxied(HealthSpec.UNSET), PLAIN, null).host());
        assertEquals(
                "10.0.0.2",
                http(Given.proxied(Given.http("/", 80, null, Map.of())), PLAIN, null)
                        .host());
    }

    @Test
    void theCheckOfWhatIsServedByHttpsSaysSoUnlessTheFileDoes() {
        HealthSpec own = Given.http("/", null, null, Map.of("x-forwarded-proto", "http"));
        for (Tls tls : List.of(new Tls(new None(), true, true), new Tls(new Fitting(), true, false))) {
            assertEquals(Map.of("X-Forwarded-Proto", "https"), headers(tls, HealthSpec.UNSET));
            assertEquals(Map.of("x-forwarded-proto", "http"), headers(tls, own));
        }
        assertEquals(Map.of(), headers(Tls.OFF, HealthSpec.UNSET));
    }

    private static Map<String, String> headers(Tls tls, HealthSpec health) {
        ProxySpec proxy = new ProxySpec(
                List.of("a"), false, "/", true, 3000, tls, ProxySpec.Access.ANYONE, ProxySpec.Serving.DEFAULT);
        return http(Given.role(proxy, health), PLAIN, null).headers();
    }

    /// K27
    @Test
    void thePortIsTheChecksThenTheAppPortThenTheOnlyExposedOneThen80() {
        RoleSpec silent = Given.role(ProxySpec.PLAIN, HealthSpec.UNSET);
        assertEquals(
                9000,
                http(Given.proxied(Given.http("/", 9000, null, Map.of())), PLAIN, image(1))
                        .port());
        assertEquals(
                3000, http(Given.proxied(HealthSpec.UNSET), PLAIN, image(4567)).port());
        assertEquals(4567, http(silent, PLAIN, image(4567)).port());
        assertEquals(80, http(silent, PLAIN, image(4567, 9090)).port());
        assertEquals(80, http(silent, PLAIN, image()).port());
        assertEquals(80, http(silent, PLAIN, null).port());
    }

    @Test
    void theAddressIsThatInOurNetworkThenTheFirstByName() {
        RoleSpec role = Given.proxied(HealthSpec.UNSET);
        assertEquals("1", Checks.address(role, Given.addressed(Map.of("a", "2", "dhow", "1", "z", "3"))));
        assertEquals("2", Checks.address(role, Given.addressed(Map.of("z", "3", "b", "2", "a", ""))));
        assertEquals("127.0.0.1", Checks.address(role, Given.addressed(Map.of("host", "127.0.0.1"))));
        assertEquals("", Checks.address(role, Given.addressed(Map.of())));
    }

    @Test
    void anIpv6AddressStandsInBrackets() {
        Check.Http http = http(Given.proxied(HealthSpec.UNSET), Given.addressed(Map.of("dhow", "fd00::2")), null);
        assertEquals("http://[fd00::2]:3000/up", http.url());
        assertEquals("[fd00::2]:3000", http.host());
    }

    @Test
    void anotherPaceIsTheSameProbe() {
        HealthSpec slow = new HealthSpec(null, null, null, false, seconds(60), null, 9, null, null, OnFailure.RESTART);
        Check.Http before = http(Given.proxied(HealthSpec.UNSET), PLAIN, null);
        Check.Http after = http(Given.proxied(slow), PLAIN, null);
        assertEquals(before.key(), after.key());
        assertEquals(seconds(60), after.pace().interval());
    }

    private static java.time.Duration seconds(int seconds) {
        return java.time.Duration.ofSeconds(seconds);
    }

    private static HealthSpec tcpAndTest() {
        return Given.with(Given.tcp(5432), List.of("CMD", "x"), null);
    }

    private static ImageFacts image(Integer... ports) {
        return new ImageFacts("sha256:1", List.of(), false, List.of(ports));
    }

    private static Check.Http http(RoleSpec role, ObservedContainer container, @Nullable ImageFacts image) {
        return (Check.Http) Checks.of(role, container, image).getFirst();
    }

    private static Arguments row(String name, RoleSpec role, ObservedContainer container, String... kinds) {
        return Arguments.of(name, role, container, List.of(kinds));
    }
}
