package dev.dhow.agent.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.api.spec.ProxySpec;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Where a request goes, and whether one may start there.
class RouteTableTest {
    private static Route route(String service, String prefix, boolean isDefault, String... hosts) {
        return new Route(service, "web", new ProxySpec(List.of(hosts), isDefault, prefix, true, null), new Pool());
    }

    private final RouteTable table = RouteTable.of(List.of(
            route("shop", "/", false, "shop.example.com", "www.example.com"),
            route("api", "/api", false, "shop.example.com"),
            route("v2", "/api/v2", false, "shop.example.com"),
            route("any", "/", false, "*.example.com"),
            route("only", "/x", false, "only.example.org"),
            route("rest", "/", true, "rest.example.net")));

    private @Nullable String find(@Nullable String host, String path) {
        Route found = table.find(host, path).route();
        return found == null ? null : found.service();
    }

    /// K6, K7, K12
    @Test
    void exactBeforeWildcardBeforeTheDefault() {
        assertEquals("shop", find("shop.example.com", "/"));
        assertEquals("any", find("other.example.com", "/"));
        assertEquals("rest", find("deep.other.example.com", "/"), "a wildcard is one level");
        assertEquals("rest", find("example.com", "/"));
        assertEquals("rest", find(null, "/"));
        assertEquals("rest", find("rest.example.net", "/"));
    }

    /// K12, K16
    @Test
    void longestPrefixOnBoundariesWins() {
        assertEquals("api", find("shop.example.com", "/api"));
        assertEquals("api", find("shop.example.com", "/api/v1"));
        assertEquals("v2", find("shop.example.com", "/api/v2/x"));
        assertEquals("api", find("shop.example.com", "/api/v22"));
        assertEquals("shop", find("shop.example.com", "/apis"));
        assertNull(find("only.example.org", "/y"), "a named host does not fall through to the default");
    }

    @ParameterizedTest
    @CsvSource({
        "/a/b?c=/../d, /a/b, /b?c=/../d",
        "/a, /a, /",
        "/a?x, /a, /?x",
        "/a/, /a/, /",
        "/a/./b, /a/b, /b",
        "/x/../a/b, /a/b, /b",
        "/a/%2e%2E/a/b, /a/b, /b",
        "/a/b/.., /a/, /",
        "/a/.b/..c, /a/.b/..c, /.b/..c",
        "/a/%2f, /a/%2f, /%2f",
    })
    void dotsCannotPassByAPrefix(String target, String path, String below) {
        RequestPath parsed = RequestPath.of(target);
        assertEquals(path, parsed == null ? "" : parsed.path());
        assertEquals(below, parsed == null ? "" : parsed.without("/a"));
    }

    @Test
    void nothingLeadsAboveTheRoot() {
        assertNull(RequestPath.of("/../a"));
        assertNull(RequestPath.of("/a/../../b"));
        assertNull(RequestPath.of("/%2e%2e/"));
    }

    /// K29
    @Test
    void closedEndpointTakesNothingAndIsDrainedByItsLast() {
        Endpoint endpoint = new Endpoint(
                "a", new ProxyListener.Target("shop-web-r1-1", 1, "r1"), new InetSocketAddress("127.0.0.1", 1), true);
        assertTrue(endpoint.claim());
        assertTrue(endpoint.claim());
        endpoint.close();
        assertFalse(endpoint.claim());
        endpoint.release();
        assertFalse(drained(endpoint));
        endpoint.release();
        assertTrue(drained(endpoint));
        assertEquals(0, endpoint.inFlight());
    }

    /// However claims and the closing fall together, each claim is either refused or waited for.
    @Test
    void noClaimSlipsPastTheClosing() throws Exception {
        AtomicBoolean early = new AtomicBoolean();
        for (int round = 0; round < 200; round++) {
            Endpoint endpoint = new Endpoint(
                    "a",
                    new ProxyListener.Target("shop-web-r1-1", 1, "r1"),
                    new InetSocketAddress("127.0.0.1", 1),
                    true);
            List<Thread> clients = IntStream.range(0, 3)
                    .mapToObj(_ -> Thread.ofPlatform().start(() -> {
                        for (int i = 0; i < 200 && endpoint.claim(); i++) {
                            early.compareAndSet(false, drained(endpoint));
                            endpoint.release();
                        }
                    }))
                    .toList();
            endpoint.close();
            for (Thread client : clients) {
                client.join();
            }
            assertTrue(drained(endpoint));
            assertEquals(0, endpoint.inFlight());
        }
        assertFalse(early.get(), "done while a request was on it");
    }

    private static boolean drained(Endpoint endpoint) {
        try {
            return endpoint.drained(Duration.ZERO);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void lessBusyAndWellOnesComeFirstAndTheLastIsNeverTakenOut() {
        Pool pool = new Pool();
        Endpoint well = endpoint("well", true);
        Endpoint busy = endpoint("busy", true);
        Endpoint ill = endpoint("ill", false);
        pool.add(ill);
        pool.add(busy);
        pool.add(well);
        busy.claim();
        assertEquals(well, pool.claim(List.of(), 0));
        well.suspect(100);
        assertEquals(busy, pool.claim(List.of(), 0), "one that refused a moment ago is asked last of the well");
        assertEquals(well, pool.claim(List.of(busy), 0));
        assertEquals(ill, pool.claim(List.of(busy, well), 0));
        assertNull(pool.claim(List.of(busy, well, ill), 0));
        busy.close();
        well.close();
        assertEquals(ill, pool.claim(List.of(), 0));
    }

    private static Endpoint endpoint(String id, boolean ready) {
        return new Endpoint(
                id, new ProxyListener.Target("shop-web-r1-1", 1, "r1"), new InetSocketAddress("127.0.0.1", 1), ready);
    }
}
