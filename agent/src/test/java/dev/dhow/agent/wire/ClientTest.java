package dev.dhow.agent.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Who asks: what a peer that is not trusted says counts for nothing.
class ClientTest {
    private static final Networks TRUSTED = new Networks(Stream.of("10.0.0.0/8", "2001:db8::/32")
            .flatMap(text -> Objects.requireNonNull(Network.parse(text)).stream())
            .toList());

    private static Client client(String peer, String forwardedFor, String proto) {
        return Client.of(peer, Forwarded.of(List.of(forwardedFor), List.of(proto), List.of()), false, TRUSTED);
    }

    private static Client standard(String... fields) {
        return Client.of("10.0.0.1", Forwarded.of(List.of(), List.of(), List.of(fields)), false, TRUSTED);
    }

    private static Client of(String address, boolean https, String forwardedFor) {
        return new Client(address, https, forwardedFor, true);
    }

    @Test
    void theFirstFromTheRightThatIsNotTrustedIsTheClient() {
        assertEquals(
                of("2.2.2.2", true, "2.2.2.2, 10.0.0.2, 10.0.0.1"),
                client("10.0.0.1", "6.6.6.6, 2.2.2.2, 10.0.0.2", "http, https"));
        assertEquals(of("10.0.0.3", false, "10.0.0.3, 10.0.0.1"), client("10.0.0.1", "10.0.0.3", "http"));
        assertEquals(of("10.0.0.1", false, "10.0.0.1"), client("10.0.0.1", "unknown", "http"));
        assertEquals(of("2.2.2.2", false, "2.2.2.2, 10.0.0.1"), client("10.0.0.1", "x, 2.2.2.2:4711", "http"));
        assertEquals(
                "2001:db9::1",
                client("2001:db8::7", "[2001:db9::1]:80", "https").address());
    }

    @Test
    void forwardedSaysTheSameInOtherWords() {
        assertEquals(
                of("2.2.2.2", true, "2.2.2.2, 10.0.0.2, 10.0.0.1"),
                standard("for=6.6.6.6", "for=2.2.2.2;proto=http, For=\"10.0.0.2:80\"; PROTO=https;by=10.0.0.1"));
        assertEquals(
                "2001:db9::1",
                standard("for=\"[2001:db9::1]:4711\";proto=https").address());
        assertEquals(of("10.0.0.1", false, "10.0.0.1"), standard("for=2.2.2.2, by=10.0.0.2"), "nobody says who");
        assertEquals(of("10.0.0.1", false, "10.0.0.1"), standard("for=2.2.2.2, for=_hidden"));
        assertEquals(of("3.3.3.3", false, "3.3.3.3, 10.0.0.1"), standard("host=\"a,for=1.1.1.1;\";for=3.3.3.3"));
        for (String none : List.of("", ",", ";", "for", "for=", "for=\"", "=", "\"for=2.2.2.2")) {
            assertEquals(of("10.0.0.1", false, "10.0.0.1"), standard(none), none);
        }
    }

    @Test
    void whatMostSayIsBelievedBeforeForwarded() {
        Forwarded both = Forwarded.of(List.of("2.2.2.2"), List.of("https"), List.of("for=6.6.6.6;proto=http"));
        assertEquals(new Forwarded(List.of("2.2.2.2"), "https"), both);
        Forwarded half = Forwarded.of(List.of("2.2.2.2"), List.of(), List.of("for=6.6.6.6;proto=https"));
        assertEquals(new Forwarded(List.of("2.2.2.2"), "https"), half);
    }

    @Test
    void networksHaveTheirAddressesAndNoOthers() {
        record Case(String network, String address, boolean in) {}
        for (Case c : List.of(
                new Case("10.0.0.0/8", "10.255.1.1", true),
                new Case("10.0.0.0/8", "11.0.0.1", false),
                new Case("192.168.4.0/22", "192.168.7.255", true),
                new Case("192.168.4.0/22", "192.168.8.0", false),
                new Case("0.0.0.0/0", "8.8.8.8", true),
                new Case("0.0.0.0/0", "::1", false),
                new Case("1.2.3.4", "1.2.3.4", true),
                new Case("1.2.3.4", "1.2.3.5", false),
                new Case("fe80::/10", "fe80::1", true),
                new Case("private", "172.31.0.1", true),
                new Case("private", "172.32.0.1", false),
                new Case("loopback", "::1", true))) {
            Networks networks = new Networks(Objects.requireNonNull(Network.parse(c.network)));
            assertEquals(c.in, networks.have(Network.address(c.address)), c.toString());
        }
        for (String none : List.of("10.0.0.0/33", "10.0.0/8", "a.example", "10.0.0.0/-1", "/8", "fe80::1%eth0", "")) {
            assertNull(Network.parse(none), none);
        }
    }
}
