package dev.dhow.agent.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.api.spec.HealthSpec.OnFailure;
import io.netty.channel.ConnectTimeoutException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class HintsTest {
    private static final Check.Http HTTP = new Check.Http(
            "10.0.0.2", 3000, "/up", "shop.example.com", Map.of(), 200, 299, Pace.DEFAULT, OnFailure.NONE);
    private static final Check.Tcp TCP = new Check.Tcp("10.0.0.2", 5432, Pace.DEFAULT, OnFailure.NONE);

    @ParameterizedTest
    @CsvSource({
        "301, https://shop.example.com/up, assume_https",
        "302, HTTPS://shop.example.com/up, X-Forwarded-Proto",
        "302, /login, healthcheck.http.path",
        "304, , healthcheck.http.path",
        "401, , healthcheck.http.headers",
        "400, , healthcheck.http.host",
        "403, , shop.example.com",
        "421, , healthcheck.http.host",
        "404, , healthcheck.http.path",
        "405, , healthcheck.http.path",
        "418, , healthcheck.http.expect",
        "500, , log",
        "503, , log",
        "101, , healthcheck.http.expect",
    })
    void everyStatusThatFailsNamesTheKeyThatMayHelp(int status, @Nullable String location, String expected) {
        String hint = Hints.status(status, location, HTTP);
        assertTrue(hint.contains(expected), hint);
    }

    @ParameterizedTest
    @CsvSource({
        "REFUSED, proxy.app_port, healthcheck.tcp.port",
        "CONNECT_TIMEOUT, firewall, firewall",
        "UNREACHABLE, firewall, firewall",
        "TIMEOUT, healthcheck.timeout, healthcheck.timeout",
        "CLOSED, healthcheck.http.port, healthcheck.tcp",
        "NOT_HTTP, HTTPS, HTTPS",
        "NO_ADDRESS, healthcheck.test, healthcheck.test",
    })
    void everyFaultNamesWhereToLook(Fault fault, String http, String tcp) {
        assertTrue(String.valueOf(Hints.fault(fault, HTTP)).contains(http));
        assertTrue(String.valueOf(Hints.fault(fault, TCP)).contains(tcp));
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void everyFaultHasWords(Fault fault) {
        assertNotNull(fault.words());
    }

    @Test
    void testsAndExitsHaveHintsWhereTheCodeSaysSomething() {
        assertTrue(String.valueOf(Hints.dockerTest(127, "sh: curl: not found")).contains("healthcheck.test"));
        assertTrue(
                String.valueOf(Hints.dockerTest(-1, "OCI runtime exec failed: exec: \"x\": executable file not found"))
                        .contains("healthcheck.test"));
        assertTrue(String.valueOf(Hints.dockerTest(-1, "")).contains("timeout"));
        assertNull(Hints.dockerTest(1, "no"));
        assertTrue(String.valueOf(Hints.exit(137, true)).contains("mem_limit"));
        assertTrue(String.valueOf(Hints.exit(127, false)).contains("entrypoint"));
        assertNull(Hints.exit(1, false));
    }

    @ParameterizedTest
    @MethodSource
    void whatTheNetworkReportsIsSorted(Throwable cause, Fault expected) {
        assertEquals(expected, Fault.of(cause));
    }

    static Stream<Arguments> whatTheNetworkReportsIsSorted() {
        return Stream.of(
                Arguments.of(new ConnectException("Connection refused: /10.0.0.2:3000"), Fault.REFUSED),
                Arguments.of(new ConnectTimeoutException("connection timed out after 300 ms"), Fault.CONNECT_TIMEOUT),
                Arguments.of(new NoRouteToHostException("x"), Fault.UNREACHABLE),
                Arguments.of(new ConnectException("Network is unreachable"), Fault.UNREACHABLE),
                Arguments.of(new IOException("finishConnect(..) failed: No route to host"), Fault.UNREACHABLE),
                Arguments.of(new IOException("Connection reset by peer"), Fault.CLOSED),
                Arguments.of(new IOException("Broken pipe"), Fault.CLOSED),
                Arguments.of(new IOException("Connection was closed"), Fault.CLOSED),
                Arguments.of(new IllegalArgumentException("invalid version format"), Fault.NOT_HTTP),
                Arguments.of(new BindException("Cannot assign requested address"), Fault.OURS),
                Arguments.of(new IOException("Too many open files"), Fault.OURS),
                Arguments.of(new RejectedExecutionException("event executor terminated"), Fault.OURS),
                Arguments.of(new IllegalStateException("Client is closed"), Fault.OURS),
                Arguments.of(new IOException((String) null), Fault.OTHER));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0ms",
        "250, 250ms",
        "1000, 1s",
        "1500, 1500ms",
        "30000, 30s",
        "90000, 1m30s",
        "120000, 2m",
        "3600000, 1h",
        "3661000, 1h1m1s"
    })
    void durationsReadAsTheyAreWritten(long millis, String expected) {
        assertEquals(expected, Words.time(Duration.ofMillis(millis)));
    }

    @Test
    void textFromOutsideCannotSteerATerminal() {
        assertEquals("a [31mred b c", Words.tame("a\u001b[31mred\nb\u202ec\u0000", 100));
        assertEquals("abc", Words.tame("abcdef", 3));
        assertEquals("😀", Words.tame("😀😀", 1));
    }
}
