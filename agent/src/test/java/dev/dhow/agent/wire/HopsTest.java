package dev.dhow.agent.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which fields go on. A message without options of its own, and one that names some.
class HopsTest {
    private static final Hops USUAL = Hops.of(List.of());
    private static final Hops NAMING =
            Hops.of(List.of("X-Own, close", "Content-Length, authorization, X-Forwarded-For, Host,, "));

    @ParameterizedTest
    @ValueSource(strings = {"Connection", "keep-alive", "TE", "te", "Trailer", "transfer-encoding", "UPGRADE"})
    void whatIsForTheNextHopEndsHere(String name) {
        for (Hops hops : List.of(USUAL, NAMING)) {
            assertEquals(List.of(false, false), List.of(hops.passRequest(name, true), hops.passResponse(name)));
        }
        assertEquals(false, Hops.passTrailer(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Forwarded-For", "x_forwarded_for", "X-Forwarded_Proto", "Host", "forwarded", "Expect"})
    void whatWeSayOfTheClientIsSaidByNobodyElse(String name) {
        assertEquals(List.of(false, true), List.of(USUAL.passRequest(name, true), USUAL.passResponse(name)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Real-IP", "CF-Connecting-IP", "true-client-ip"})
    void theClientsAddressIsSaidByTrustedPeersOnly(String name) {
        assertEquals(List.of(false, true), List.of(USUAL.passRequest(name, false), USUAL.passRequest(name, true)));
        assertFalse(USUAL.passRequest(name.replace('-', '_'), true), "another spelling");
        assertTrue(Hops.of(List.of(name)).passRequest(name, true), "no client takes it away");
    }

    @Test
    void whatAMessageNamesEndsHereAndNothingThatOthersRelyOn() {
        assertTrue(USUAL.passRequest("x-own", false));
        assertTrue(Stream.of("x-own", "X-OWN", "close").noneMatch(name -> NAMING.passRequest(name, true)));
        assertTrue(Stream.of("Content-Length", "Authorization", "x-ow", "x-owns", "")
                .allMatch(name -> NAMING.passRequest(name, false)));
    }

    @Test
    void whatIsOfFramingOrRoutingIsNoTrailer() {
        assertTrue(Stream.of("Content-Length", "host", "Set-Cookie", "authorization")
                .noneMatch(Hops::passTrailer));
        assertTrue(Stream.of("Server-Timing", "x-checksum", "digest").allMatch(Hops::passTrailer));
    }
}
